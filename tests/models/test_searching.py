"""A search that looks at every record: first hits at once, how far it is, stopped by the person."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from pytestqt.qtbot import QtBot

from desktop.base.cancel import CancelToken, Progress
from desktop.browse import fetch
from desktop.browse.fetch import BLOCK
from desktop.browse.view import ColumnFilter, Sort
from desktop.models.connection import Connection
from desktop.models.record_model import RecordModel
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from tests.models.helpers import BIG_VIEW, big_table, column_texts, settled, text

ROWS = 9_000
SEARCH = replace(BIG_VIEW, filters=(ColumnFilter("name", "7"),))
HITS = [f"name {number}" for number in range(1, ROWS + 1) if "7" in str(number)]
REAL_SCAN = fetch.scan


class Gate:
    """Holds a scan after each of its reports, until it is opened."""

    def __init__(self) -> None:
        self.reports = 0
        self.open = threading.Event()

    def scan(self, *args: object, **named: object) -> object:
        found: Callable[[fetch.Scan], None] = named.pop("found")  # type: ignore[assignment]
        token: CancelToken = named["token"]  # type: ignore[assignment]

        def hold(so_far: fetch.Scan) -> None:
            found(so_far)
            self.reports += 1
            while not self.open.wait(0.01):
                token.check()

        return REAL_SCAN(*args, found=hold, **named)  # type: ignore[arg-type]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.setattr("desktop.connect.plans._QUICK", 10.0)
    gate = Gate()
    monkeypatch.setattr(fetch, "scan", gate.scan)
    return gate


@pytest.fixture
def connection(make_database: MakeDatabase, app_connection: AppConnection) -> Connection:
    database = make_database(*big_table(ROWS), "ANALYZE")
    return app_connection(database)


def test_first_hits_are_shown_while_the_search_goes_on(
    connection: Connection, qtbot: QtBot, gate: Gate
) -> None:
    model = RecordModel(connection, SEARCH)
    qtbot.waitUntil(lambda: model.rowCount() > 0, timeout=10_000)
    assert gate.reports == 1
    assert model.pages.search.goes_on
    assert not model.exact
    assert text(model, 0, 1) == HITS[0]
    assert model.rowCount() < len(HITS)
    gate.open.set()
    settled(qtbot, model)
    assert (model.rowCount(), model.count, model.exact) == (len(HITS), len(HITS), True)
    assert model.pages.search.so_far is None
    for row in range(0, len(HITS), BLOCK):
        text(model, row, 1)
        settled(qtbot, model)
    assert column_texts(model, 1) == HITS


def test_a_stopped_search_keeps_what_it_found_and_says_how_far_it_came(
    connection: Connection, qtbot: QtBot, gate: Gate
) -> None:
    model = RecordModel(connection, SEARCH)
    qtbot.waitUntil(lambda: model.rowCount() > 0, timeout=10_000)
    found = model.rowCount()
    model.pages.stop_search()
    settled(qtbot, model)
    search = model.pages.search.so_far
    assert search is not None
    assert search.looked == 2_000
    assert not model.pages.search.goes_on
    assert (model.rowCount(), model.exact) == (search.count, False)
    assert found <= model.rowCount()
    text(model, model.rowCount() - 1, 1)
    settled(qtbot, model)
    assert column_texts(model, 1)[-1] == HITS[search.count - 1]
    gate.open.set()
    model.refresh()  # searches again, to the end
    settled(qtbot, model)
    assert (model.count, model.exact, model.pages.search.so_far) == (len(HITS), True, None)


def test_a_search_stopped_before_the_first_hit_shows_nothing(
    connection: Connection, qtbot: QtBot, gate: Gate
) -> None:
    model = RecordModel(connection, replace(SEARCH, filters=(ColumnFilter("name", "none such"),)))
    qtbot.waitUntil(lambda: model.pages.search.so_far is not None, timeout=10_000)
    model.pages.stop_search()
    settled(qtbot, model)
    assert (model.rowCount(), model.exact) == (0, False)
    assert model.shown_view == model.view


def test_another_view_ends_the_search_before(connection: Connection, qtbot: QtBot, gate: Gate) -> None:
    model = RecordModel(connection, SEARCH)
    qtbot.waitUntil(lambda: model.rowCount() > 0, timeout=10_000)
    gate.open.set()
    model.set_view(replace(SEARCH, filters=(ColumnFilter("name", "77"),)))
    settled(qtbot, model)
    column_texts(model, 1)  # asks for what was not read yet
    settled(qtbot, model)
    assert column_texts(model, 1) == [name for name in HITS if "77" in name]


def test_two_views_never_wait_for_each_other(connection: Connection, qtbot: QtBot, gate: Gate) -> None:
    slow = RecordModel(connection, SEARCH)
    qtbot.waitUntil(lambda: slow.rowCount() > 0, timeout=10_000)
    blocked = threading.Event()

    def work(token: CancelToken, progress: Progress) -> bool:
        return blocked.wait(20)

    connection.side.submit(work, lambda _: None)
    fetch_scan, fetch.scan = fetch.scan, REAL_SCAN
    try:
        quick = RecordModel(connection, BIG_VIEW)
        qtbot.waitUntil(lambda: quick.exact, timeout=10_000)
    finally:
        fetch.scan = fetch_scan
        blocked.set()
        gate.open.set()
    assert quick.count == ROWS
    settled(qtbot, slow)


def test_the_estimate_gives_the_scroll_bar_its_length_at_once(
    connection: Connection, qtbot: QtBot, gate: Gate
) -> None:
    model, told = RecordModel(connection, BIG_VIEW), []
    model.pages.counted.connect(lambda count: told.append((count, model.exact, count > model.pages.seen)))
    qtbot.waitUntil(lambda: model.rowCount() == ROWS, timeout=10_000)
    assert (ROWS, False, True) in told  # about so many, not "so many or more"
    gate.open.set()
    settled(qtbot, model)
    text(model, ROWS - 1, 1)
    settled(qtbot, model)
    assert text(model, ROWS - 1, 1) == f"name {ROWS}"


def test_an_order_without_an_index_is_read_by_keys_and_stays_while_others_write(
    connection: Connection, qtbot: QtBot, second: OpenSecond
) -> None:
    model = RecordModel(connection, replace(BIG_VIEW, sort=(Sort("name", True),)))
    settled(qtbot, model)
    names = sorted((f"name {number}" for number in range(1, ROWS + 1)), reverse=True)
    second(connection.database).execute(sa.text("UPDATE big SET name = 'zzz' WHERE id = 1"))
    text(model, 5_000, 1)
    settled(qtbot, model)
    assert text(model, 5_000, 1) == names[5_000]
    model.refresh()
    settled(qtbot, model)
    assert text(model, 0, 1) == "zzz"
