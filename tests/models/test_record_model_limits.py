"""The record model where something is missing: a lost table, a closed model, too many rows, no key."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal
from desktop.browse.view import View
from desktop.models.cells import LOADING
from desktop.models.connection import Changed
from desktop.models.pages import rows_that_fit
from desktop.models.record_model import RecordModel
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog
from tests.fixtures.windows import AppConnection
from tests.models.helpers import (
    BIG,
    ROWS,
    settled,
    text,
    watch,
)


def _work(token: CancelToken, progress: Progress) -> None:
    return None


def test_a_lost_table_is_told_once_and_not_at_every_repaint(
    big: RecordModel, qtbot: QtBot, second: OpenSecond
) -> None:
    with second(big.connection.database) as other:
        other.execute(sa.text("DROP TABLE big"))
    refusals: list[Refusal] = []
    big.refused.connect(refusals.append)
    text(big, 1_300)
    qtbot.waitUntil(lambda: bool(refusals), timeout=10_000)
    for _ in range(3):
        text(big, 1_300)
        text(big, 900)
    assert not big.pages.reading
    assert [r.reason for r in refusals] == [Reason.GONE]
    assert refusals[0].details


def test_a_closed_model_reads_nothing_more(
    big: RecordModel, qtbot: QtBot, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(big.connection.database)
    big.close()
    text(big, 1_300)
    big.connection.changed.emit(Changed(frozenset({BIG})))
    done: list[object] = []
    big.connection.lane.submit(_work, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert log.statements == []
    assert text(big, 0, 1) == "name 1"


def test_more_rows_than_qt_can_show_are_capped(big: RecordModel, qtbot: QtBot) -> None:
    assert 70_000_000 < rows_that_fit(30) <= (2**31 - 1) // 30
    big.pages.most_rows = 1_000
    big.refresh()
    settled(qtbot, big)
    assert (big.rowCount(), big.count, big.pages.capped) == (1_000, ROWS, True)


def test_a_table_without_a_key_is_shown(
    make_postgres: MakeDatabase, app_connection: AppConnection, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    database = make_postgres(
        "CREATE TABLE loose (n integer)", "INSERT INTO loose SELECT generate_series(1, 700)"
    )
    model = RecordModel(app_connection(database), View(TableName(None, "loose"), ("n",)))
    watch(qtmodeltester, model)
    settled(qtbot, model)
    assert (model.rowCount(), model.exact, model.pages.capped) == (700, True, False)
    qtbot.waitUntil(lambda: text(model, 699) != LOADING)
    assert model.key_at(0) is None
