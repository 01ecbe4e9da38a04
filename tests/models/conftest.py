"""Record models over a small and a large table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from desktop.models.record_model import RecordModel
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.windows import AppConnection
from tests.models.helpers import (
    BIG_VIEW,
    POSTS_VIEW,
    ROWS,
    big_table,
    settled,
    watch,
)

if TYPE_CHECKING:  # pytest-qt is set up only after this file is read
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot


@pytest.fixture
def posts(
    newsroom: Database, app_connection: AppConnection, qtbot: QtBot, qtmodeltester: ModelTester
) -> RecordModel:
    model = RecordModel(app_connection(newsroom), POSTS_VIEW)
    watch(qtmodeltester, model)
    settled(qtbot, model)
    return model


@pytest.fixture
def big(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot, qtmodeltester: ModelTester
) -> RecordModel:
    model = RecordModel(app_connection(make_database(*big_table(ROWS))), BIG_VIEW)
    watch(qtmodeltester, model)
    settled(qtbot, model)
    return model
