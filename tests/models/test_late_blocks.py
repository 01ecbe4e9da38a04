"""A block that was read by the borders of an older count never stands for the one of now."""

from __future__ import annotations

import threading
from functools import partial

import pytest
import sqlalchemy as sa
from pytestqt.qtbot import QtBot

from desktop.browse import fetch
from desktop.models.record_model import RecordModel
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from tests.models.helpers import BIG_VIEW, big_table, settled, text

REAL_BLOCK, REAL_SCAN = fetch.block, fetch.scan


def test_a_block_read_by_older_borders_is_read_again(
    make_database: MakeDatabase,
    app_connection: AppConnection,
    second: OpenSecond,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = make_database(*big_table(600))
    model = RecordModel(app_connection(database), BIG_VIEW)
    settled(qtbot, model)
    model.pages.show_rows(300, 320)
    settled(qtbot, model)
    assert text(model, 300) == "301"
    before = model.pages.scan
    started, counted = threading.Event(), threading.Event()

    def block(*args: object, **named: object) -> object:
        started.set()
        counted.wait(5)
        return partial(REAL_BLOCK, *args, **named)()  # type: ignore[arg-type]

    def scan(*args: object, **named: object) -> object:
        started.wait(5)
        return partial(REAL_SCAN, *args, **named)()  # type: ignore[arg-type]

    monkeypatch.setattr(fetch, "block", block)
    monkeypatch.setattr(fetch, "scan", scan)
    second(database).execute(sa.text("delete from big where id <= 10"))
    model.refresh()
    qtbot.waitUntil(lambda: model.pages.scan is not before, timeout=10_000)
    counted.set()
    settled(qtbot, model)
    assert started.is_set()
    text(model, 300)
    settled(qtbot, model)
    assert text(model, 300) == "311"
