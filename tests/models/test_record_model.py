"""The record model: first rows at once, counts, paging, sorting, filters, refresh, refusals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal
from desktop.browse import fetch
from desktop.browse.fetch import BLOCK
from desktop.browse.view import ColumnFilter, Deleted, Sort, View
from desktop.models.cells import LOADING, CellForm, CellRole
from desktop.models.connection import Changed
from desktop.models.record_model import RecordModel
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog
from tests.fixtures.windows import AppConnection
from tests.models.helpers import (
    BIG,
    BIG_VIEW,
    POSTS,
    POSTS_VIEW,
    ROWS,
    big_table,
    column_texts,
    settled,
    text,
    watch,
)


def _loaded(qtbot: QtBot, model: RecordModel, row: int) -> str:
    qtbot.waitUntil(lambda: text(model, row, 1) != LOADING, timeout=10_000)
    return str(text(model, row, 1))


def test_a_small_table_is_complete_after_one_block(posts: RecordModel) -> None:
    assert (posts.rowCount(), posts.count, posts.exact) == (6, 6, True)
    assert column_texts(posts)[:3] == [
        "The river that learned to wait",
        "Élection: la soirée en direct",
        "上海的早晨",
    ]
    assert column_texts(posts, 1)[:2] == ["Ada Lovelace", "Zoé Müller"]
    assert column_texts(posts, 4)[:4] == ["water", "city", "", "long read, water"]


def test_a_small_table_needs_no_count(
    newsroom: Database, app_connection: AppConnection, qtbot: QtBot, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    model = RecordModel(app_connection(newsroom), View(POSTS, ("title",)))
    settled(qtbot, model)
    assert model.rowCount() == 6
    assert len(log.starting("SELECT", "WITH")) == 1


def test_cells_answer_the_roles_of_qt_and_of_the_grid(posts: RecordModel) -> None:
    author = posts.index(1, 1)
    assert posts.data(author, CellRole.VALUE) == 3
    assert posts.data(author, CellRole.LABEL) == "Zoé Müller"
    assert posts.data(author, CellRole.KIND) is CellForm.REFERENCE
    assert posts.data(author, CellRole.NULL) is False
    assert posts.data(author, Qt.ItemDataRole.AccessibleTextRole) == "Zoé Müller"
    assert posts.data(author, Qt.ItemDataRole.FontRole) is None
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    assert posts.data(posts.index(0, 3), Qt.ItemDataRole.TextAlignmentRole) == right
    assert posts.data(QModelIndex()) is None


def test_heads_are_words_and_their_tips_the_columns_own_names(posts: RecordModel) -> None:
    heads = [posts.headerData(s, Qt.Orientation.Horizontal) for s in range(posts.columnCount())]
    assert heads == ["Title", "Author", "Status", "View count", "Tags"]
    tip = str(posts.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole))
    assert tip.startswith("author_id · ")
    assert posts.headerData(9, Qt.Orientation.Horizontal) is None
    assert posts.headerData(4, Qt.Orientation.Vertical) == "5"


def test_columns_and_keys_by_position(posts: RecordModel) -> None:
    assert [posts.section_of(name) for name in ("title", "tags", "nothing")] == [0, 4, -1]
    assert posts.column_at(4) == "tags"
    assert posts.key_at(2) == (3,)
    assert posts.key_at(99) is None


def test_the_first_rows_are_shown_before_the_count_is_known(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    connection = app_connection(make_database(*big_table(ROWS)))
    gate = threading.Event()
    connection.side.submit(lambda token, progress: gate.wait(10), lambda _: None)
    model = RecordModel(connection, BIG_VIEW)
    watch(qtmodeltester, model)
    with qtbot.waitSignal(model.loaded, timeout=10_000):
        pass
    assert (model.rowCount(), model.exact) == (BLOCK, False)
    assert text(model, 0, 1) == "name 1"
    gate.set()
    settled(qtbot, model)
    assert (model.rowCount(), model.count, model.exact) == (ROWS, ROWS, True)


@pytest.mark.parametrize("row", [0, BLOCK - 1, BLOCK, 1_000, ROWS - 1])
def test_any_row_is_read_when_it_is_asked_for(big: RecordModel, qtbot: QtBot, row: int) -> None:
    assert _loaded(qtbot, big, row) == f"name {row + 1}"
    assert big.key_at(row) == (row + 1,)


def test_a_row_not_loaded_says_so_and_is_never_read_on_this_thread(
    big: RecordModel, qtbot: QtBot, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(big.connection.database)
    assert text(big, 1_300, 1) == LOADING
    assert log.statements == []
    assert _loaded(qtbot, big, 1_300) == "name 1301"
    big.set_view(replace(BIG_VIEW, sort=(Sort("name"),)))
    settled(qtbot, big)
    big.refresh()
    big.locate((7,))
    settled(qtbot, big)
    assert log.statements
    assert threading.get_ident() not in log.threads


def test_positions_are_never_read_by_offset(
    big: RecordModel, qtbot: QtBot, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(big.connection.database)
    big.set_view(replace(BIG_VIEW, sort=(Sort("size", descending=True),)))
    settled(qtbot, big)
    _loaded(qtbot, big, 1_300)
    # On SQLite every LIMIT is written with an OFFSET, which is 0 here: the rows are found by key.
    blocks = [s for s in log.statements if "LIMIT" in s.upper()]
    assert blocks
    if big.connection.database.profile.backend == "postgresql":
        assert not [s for s in blocks if "OFFSET" in s.upper()]
    # No index serves this order: it was sorted once, and from then on blocks are looked up by their keys.
    last = log.statements[-1]
    assert "big.id" in last.split("WHERE", 1)[1]
    assert "ORDER BY" not in last
    assert len([s for s in log.statements if "ORDER BY" in s and "LIMIT" not in s.upper()]) == 1


def test_dragging_over_many_rows_reads_only_where_it_rests(
    make_database: MakeDatabase,
    app_connection: AppConnection,
    qtbot: QtBot,
    sql_log: Callable[[Database], SqlLog],
) -> None:
    database = make_database(*big_table(100_000))
    model = RecordModel(app_connection(database), BIG_VIEW)
    settled(qtbot, model)
    log = sql_log(database)
    for first in range(0, 99_970, 700):
        model.pages.show_rows(first, first + 25)
        text(model, first)
    settled(qtbot, model)
    assert text(model, first, 1) == f"name {first + 1}"
    assert len(log.statements) <= 4


def test_late_answers_of_an_earlier_view_are_dropped(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    model = RecordModel(app_connection(make_database(*big_table(ROWS))), BIG_VIEW)
    watch(qtmodeltester, model)
    resets: list[View] = []
    model.modelReset.connect(lambda: resets.append(model.shown_view))
    for column in ("name", "size"):
        model.set_view(replace(BIG_VIEW, sort=(Sort(column, descending=True),)))
    settled(qtbot, model)
    assert [view.sort for view in resets] == [(Sort("size", descending=True),)]
    assert model.view == model.shown_view


def test_a_late_answer_past_the_cancel_is_dropped_by_its_generation(
    big: RecordModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go_on = threading.Event(), threading.Event()
    real = fetch.block

    def slow(*args: object, **kwargs: object) -> object:
        entered.set()
        go_on.wait(10)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(fetch, "block", slow)
    text(big, 1_300)
    qtbot.waitUntil(entered.is_set)
    big.set_view(replace(BIG_VIEW, filters=(ColumnFilter("id", "<= 300"),)))
    go_on.set()
    settled(qtbot, big)
    assert big.rowCount() == 300
    assert _loaded(qtbot, big, 299) == "name 300"


def test_sorting_and_filtering_replace_the_rows(big: RecordModel, qtbot: QtBot) -> None:
    big.set_view(replace(BIG_VIEW, sort=(Sort("id", descending=True),)))
    settled(qtbot, big)
    assert text(big, 0, 1) == f"name {ROWS}"
    big.set_view(replace(BIG_VIEW, filters=(ColumnFilter("name", "name 12"),)))
    settled(qtbot, big)
    assert text(big, 0, 1) == "name 12"
    assert big.count == big.rowCount() == 111


def test_the_old_rows_stay_until_the_new_ones_are_here(big: RecordModel, qtbot: QtBot) -> None:
    view = replace(BIG_VIEW, filters=(ColumnFilter("id", "<= 5"),))
    big.set_view(view)
    assert (big.rowCount(), big.view, big.shown_view) == (ROWS, view, BIG_VIEW)
    settled(qtbot, big)
    assert (big.rowCount(), big.shown_view) == (5, view)


def test_a_filter_that_makes_no_sense_is_refused_and_the_rows_stay(big: RecordModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(big.refused) as signal:
        big.set_view(replace(BIG_VIEW, filters=(ColumnFilter("size", ">= abc"),)))
    refusal = signal.args[0]
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.fields, refusal.table) == (Reason.BAD_VALUE, ("size",), BIG)
    assert "abc" in refusal.sentence
    assert (big.rowCount(), big.view) == (ROWS, BIG_VIEW)
    assert _loaded(qtbot, big, 700) == "name 701"


def test_a_refused_filter_does_not_stop_the_count_under_way(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    model = RecordModel(app_connection(make_database(*big_table(ROWS))), BIG_VIEW)
    watch(qtmodeltester, model)
    with qtbot.waitSignal(model.loaded):
        pass
    with qtbot.waitSignal(model.refused):
        model.set_view(replace(BIG_VIEW, filters=(ColumnFilter("size", ">= abc"),)))
    settled(qtbot, model)
    assert model.count == ROWS


def test_refresh_shows_what_others_have_written(big: RecordModel, qtbot: QtBot, second: OpenSecond) -> None:
    _loaded(qtbot, big, 1_000)
    with second(big.connection.database) as other:
        other.execute(sa.text("UPDATE big SET name = 'changed' WHERE id IN (1, 1001)"))
        other.execute(sa.text("INSERT INTO big VALUES (99999, 'new', 1)"))
    big.pages.show_rows(990, 1_010)
    resets: list[object] = []
    big.modelReset.connect(lambda: resets.append(1))
    big.refresh()
    assert text(big, 0, 1) == "name 1"
    settled(qtbot, big)
    assert (text(big, 0, 1), text(big, 1_000, 1)) == ("changed", "changed")
    assert big.count == big.rowCount() == ROWS + 1
    assert resets == []


def test_refresh_after_deletes_drops_the_rows_at_the_end(
    big: RecordModel, qtbot: QtBot, second: OpenSecond
) -> None:
    _loaded(qtbot, big, ROWS - 1)
    moved: list[object] = []
    big.reordered.connect(lambda: moved.append(1))
    with second(big.connection.database) as other:
        other.execute(sa.text("DELETE FROM big WHERE id <= 1000"))
    big.refresh()
    settled(qtbot, big)
    assert big.rowCount() == ROWS - 1000
    assert text(big, 0, 1) == "name 1001"
    assert moved


def test_refresh_of_a_table_emptied_and_filled_again(
    posts: RecordModel, qtbot: QtBot, second: OpenSecond
) -> None:
    with second(posts.connection.database) as other:
        for table in ("comments", "post_views", "post_tags", "posts"):
            other.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608
        posts.refresh()
        settled(qtbot, posts)
        assert (posts.rowCount(), posts.count, posts.exact) == (0, 0, True)
        other.execute(
            sa.text(
                "INSERT INTO posts (id, author_id, title, body, status, view_count)"
                " VALUES (50, 1, 'Back', '', 'draft', 0)"
            )
        )
        posts.refresh()
        settled(qtbot, posts)
    assert column_texts(posts) == ["Back"]


@pytest.mark.parametrize(("key", "row"), [((1,), 0), ((250,), 249), ((251,), 250), ((1_300,), 1_299)])
def test_locate_tells_where_a_record_stands(
    big: RecordModel, qtbot: QtBot, key: tuple[int], row: int
) -> None:
    with qtbot.waitSignal(big.found) as signal:
        big.locate(key)
    assert signal.args == [row]


def test_locate_of_a_record_the_view_does_not_show(
    big: RecordModel, posts: RecordModel, qtbot: QtBot
) -> None:
    for model in (big, posts):
        with qtbot.waitSignal(model.found) as signal:
            model.locate((123_456,))
        assert signal.args == [None]


def test_refresh_finds_the_record_again(big: RecordModel, qtbot: QtBot, second: OpenSecond) -> None:
    with second(big.connection.database) as other:
        other.execute(sa.text("DELETE FROM big WHERE id < 500"))
    with qtbot.waitSignal(big.found) as signal:
        big.refresh(keep_key=(900,))
    assert signal.args == [400]


@pytest.mark.parametrize(
    ("table", "concerned"), [("posts", True), ("users", True), ("tags", True), ("comments", False)]
)
def test_news_of_a_change_refreshes_only_what_it_concerns(
    posts: RecordModel, qtbot: QtBot, sql_log: Callable[[Database], SqlLog], table: str, concerned: bool
) -> None:
    log = sql_log(posts.connection.database)
    posts.connection.changed.emit(Changed(frozenset({TableName(None, table)})))
    settled(qtbot, posts)
    assert bool(log.statements) == concerned


def test_soft_deleted_records_are_shown_on_demand(
    posts: RecordModel, qtbot: QtBot, second: OpenSecond
) -> None:
    with second(posts.connection.database) as other:
        other.execute(sa.text("UPDATE posts SET deleted_at = CURRENT_TIMESTAMP WHERE id = 2"))
    posts.refresh()
    settled(qtbot, posts)
    assert posts.rowCount() == 5
    posts.set_view(replace(POSTS_VIEW, deleted=Deleted.SHOWN))
    settled(qtbot, posts)
    assert [posts.data(posts.index(r, 0), CellRole.STATE).value for r in range(3)] == [  # type: ignore[attr-defined]
        "normal",
        "deleted",
        "normal",
    ]
    spoken = posts.data(posts.index(1, 2), Qt.ItemDataRole.AccessibleDescriptionRole)
    assert spoken == "This record is marked as deleted."
