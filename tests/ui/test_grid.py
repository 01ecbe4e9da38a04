"""The grid: selection by record, keys, copying, heads, widths, painting."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from desktop.base.keys import TableName
from desktop.base.refusal import Refusal
from desktop.browse.selection import AllMatching, ChosenKeys, Selection
from desktop.browse.view import Deleted, Sort, View
from desktop.models.record_model import RecordModel
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog
from tests.fixtures.windows import AppConnection
from tests.models.helpers import BIG_VIEW, big_table, settled
from ui import look
from ui.grid.cell_delegate import CellDelegate
from ui.grid.grid_view import GridView

POSTS = TableName(None, "posts")
POSTS_VIEW = View(POSTS, ("title", "author_id", "status", "view_count", "created_at"), links=("tags",))
ROWS = 1_345
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


def _grid(qtbot: QtBot, model: RecordModel) -> GridView:
    grid = GridView(model)
    qtbot.addWidget(grid)
    grid.resize(900, 400)
    grid.show()
    grid.setFocus()
    settled(qtbot, model)
    return grid


@pytest.fixture
def posts(newsroom: Database, app_connection: AppConnection, qtbot: QtBot) -> GridView:
    connection = app_connection(newsroom)
    return _grid(qtbot, RecordModel(connection, POSTS_VIEW, connection))


@pytest.fixture
def big(make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot) -> GridView:
    connection = app_connection(make_database(*big_table(ROWS)))
    return _grid(qtbot, RecordModel(connection, BIG_VIEW, connection))


def _choose(qtbot: QtBot, grid: GridView) -> Selection:
    chosen: list[Selection] = []
    refused: list[Refusal] = []
    grid.selected.choose(chosen.append, refused.append, grid)
    qtbot.waitUntil(lambda: bool(chosen or refused), timeout=10_000)
    assert not refused
    return chosen[0]


def _select(grid: GridView, *rows: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    grid.selected.clear()
    for row in rows:
        grid.selectionModel().select(grid.record_model.index(row, 0), flags.Select | flags.Rows)


def test_the_grid_is_named_after_its_table_and_cells_speak_what_they_show(posts: GridView) -> None:
    assert posts.accessibleName() == "Posts"
    spoken = QAccessible.queryAccessibleInterface(posts)
    assert (spoken.role(), spoken.text(QAccessible.Text.Name)) == (QAccessible.Role.Table, "Posts")
    columns = posts.record_model.columnCount() + 1  # Qt counts the heads, hidden ones too

    def cell(row: int, column: int) -> str:
        return spoken.child((row + 1) * columns + column + 1).text(QAccessible.Text.Name)

    assert [cell(-1, column) for column in (0, 1, 5)] == ["Title", "Author", "Tags"]
    assert (cell(1, 1), cell(3, 5)) == ("Zoé Müller", "long read, water")


def test_a_click_selects_the_whole_row_with_a_current_cell(posts: GridView, qtbot: QtBot) -> None:
    index = posts.record_model.index(2, 1)
    with qtbot.waitSignal(posts.selection_changed):
        QTest.mouseClick(posts.viewport(), Qt.MouseButton.LeftButton, NONE, posts.visualRect(index).center())
    assert posts.selected.ranges == [range(2, 3)]
    assert (posts.currentIndex().column(), posts.selected.current_key) == (1, (3,))
    assert _choose(qtbot, posts) == ChosenKeys(POSTS, ((3,),))


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Qt.Key.Key_Return, SHIFT), (Qt.Key.Key_Enter, SHIFT), (Qt.Key.Key_E, CONTROL)],
)
def test_shift_enter_opens_the_current_record(
    posts: GridView, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    posts.show_row(3)
    with qtbot.waitSignal(posts.activated_record) as signal:
        QTest.keyClick(posts, key, modifier)
    assert signal.args == [(4,)]


def test_nothing_is_opened_where_nothing_is(posts: GridView, qtbot: QtBot) -> None:
    posts.record_model.set_view(replace(POSTS_VIEW, search="nothing like this"))
    settled(qtbot, posts.record_model)
    opened: list[object] = []
    posts.activated_record.connect(opened.append)
    QTest.keyClick(posts, Qt.Key.Key_Return)
    assert opened == []


@pytest.mark.parametrize(
    ("key", "modifier", "row", "column"),
    [
        (Qt.Key.Key_Home, NONE, 5, 0),
        (Qt.Key.Key_End, NONE, 5, 2),
        (Qt.Key.Key_Home, CONTROL, 0, 0),
        (Qt.Key.Key_End, CONTROL, ROWS - 1, 2),
        (Qt.Key.Key_Down, NONE, 6, 1),
        (Qt.Key.Key_Up, NONE, 4, 1),
    ],
)
def test_keys_move_as_in_a_spreadsheet(
    big: GridView, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, row: int, column: int
) -> None:
    big.setCurrentIndex(big.record_model.index(5, 1))
    QTest.keyClick(big, key, modifier)
    assert (big.currentIndex().row(), big.currentIndex().column()) == (row, column)


def test_page_keys_move_by_a_screenful(big: GridView, qtbot: QtBot) -> None:
    big.setCurrentIndex(big.record_model.index(0, 0))
    QTest.keyClick(big, Qt.Key.Key_PageDown)
    there = big.currentIndex().row()
    assert 8 <= there <= 14
    QTest.keyClick(big, Qt.Key.Key_PageUp)
    assert big.currentIndex().row() == 0


def test_select_all_is_a_flag_and_names_no_row(big: GridView, qtbot: QtBot) -> None:
    QTest.keyClick(big, Qt.Key.Key_A, CONTROL)
    assert (big.selected.everything, big.selected.size, big.selected.ranges) == (True, ROWS, [])
    assert big.selectionModel().selection().isEmpty()
    assert _choose(qtbot, big) == AllMatching(BIG_VIEW)
    assert big.grab().toImage().pixelColor(3, 100) == look.current().selection


@pytest.mark.parametrize("how", ["click", "escape", "arrow", "sort"])
def test_select_all_ends_with_the_next_choice(big: GridView, qtbot: QtBot, how: str) -> None:
    big.selectAll()
    if how == "click":
        place = big.visualRect(big.record_model.index(2, 0)).center()
        QTest.mouseClick(big.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    elif how == "escape":
        QTest.keyClick(big, Qt.Key.Key_Escape)
    elif how == "arrow":
        QTest.keyClick(big, Qt.Key.Key_Down)
    else:
        big.record_model.set_view(replace(BIG_VIEW, sort=(Sort("name"),)))
        settled(qtbot, big.record_model)
    assert not big.selected.everything
    assert big.selected.size == (0 if how in ("escape", "sort") else 1)


def test_a_selection_reaches_over_rows_that_were_never_loaded(
    big: GridView, qtbot: QtBot, sql_log: Callable[[Database], SqlLog]
) -> None:
    big.setCurrentIndex(big.record_model.index(100, 0))
    QTest.keyClick(big, Qt.Key.Key_End, CONTROL | SHIFT)
    assert big.selected.ranges == [range(100, ROWS)]
    log = sql_log(big.record_model.connection.database)
    chosen = _choose(qtbot, big)
    assert isinstance(chosen, ChosenKeys) and len(log.starting("SELECT BIG.ID \nFROM")) == 1  # whole blocks
    assert chosen.keys == tuple((n,) for n in range(101, ROWS + 1))
    assert threading.get_ident() not in log.threads


def test_a_selection_follows_its_records_when_rows_move(
    posts: GridView, qtbot: QtBot, second: OpenSecond
) -> None:
    posts.show_row(3)
    _select(posts, 3, 4)
    with second(posts.record_model.connection.database) as other:
        other.execute(sa.text("DELETE FROM post_tags WHERE post_id = 2"))
        other.execute(sa.text("DELETE FROM posts WHERE id IN (2, 5)"))
    posts.record_model.refresh()
    settled(qtbot, posts.record_model)
    assert _choose(qtbot, posts) == ChosenKeys(POSTS, ((4,),))
    assert posts.selected.current_key == (4,)


@pytest.mark.parametrize(
    ("key", "modifier", "selected", "wanted"),
    [
        (Qt.Key.Key_Delete, NONE, True, True),
        (Qt.Key.Key_Delete, NONE, False, False),
    ],
)
def test_delete_asks_for_the_records(
    posts: GridView, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, selected: bool, wanted: bool
) -> None:
    asked: list[int] = []
    posts.delete_wanted.connect(lambda: asked.append(1))
    _select(posts, *((1,) if selected else ()))
    QTest.keyClick(posts, key, modifier)
    assert bool(asked) == wanted


def test_typing_does_not_search_through_the_rows(big: GridView, qtbot: QtBot) -> None:
    big.setCurrentIndex(big.record_model.index(0, 0))
    loaded = big.record_model.pages.cache.sample(10_000)
    big.keyboardSearch("z")
    assert big.currentIndex().row() == 0
    assert len(big.record_model.pages.cache.sample(10_000)) == len(loaded)


def test_copy_gives_the_selected_records_as_a_spreadsheet_reads_them(
    posts: GridView, qtbot: QtBot, second: OpenSecond
) -> None:
    with second(posts.record_model.connection.database) as other:
        other.execute(sa.text("UPDATE posts SET title = 'two\nlines' WHERE id = 4"))
    posts.record_model.set_view(View(POSTS, ("title", "author_id", "view_count"), links=("tags",)))
    settled(qtbot, posts.record_model)
    _select(posts, 0, 3)
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    QTest.keyClick(posts, Qt.Key.Key_C, CONTROL)
    qtbot.waitUntil(lambda: clipboard.text() != "")
    assert clipboard.text() == (
        "The river that learned to wait\tAda Lovelace\t18422\twater\n"
        '"two\nlines"\tGrace Hopper\t311\tlong read, water'
    )
    clipboard.clear()
    posts.copy(header=True)
    qtbot.waitUntil(lambda: clipboard.text() != "")
    assert clipboard.text().splitlines()[0] == "Title\tAuthor\tView count\tTags"


def test_only_the_blocks_on_the_screen_are_read_when_jumping(
    make_database: MakeDatabase,
    app_connection: AppConnection,
    qtbot: QtBot,
    sql_log: Callable[[Database], SqlLog],
) -> None:
    connection = app_connection(make_database(*big_table(100_000)))
    grid = _grid(qtbot, RecordModel(connection, BIG_VIEW, connection))
    log = sql_log(connection.database)
    bar = grid.verticalScrollBar()
    for share in (0.2, 0.9, 0.4, 0.6):
        bar.setValue(int(bar.maximum() * share))
    qtbot.waitUntil(lambda: grid.record_model.key_at(grid.visible_rows[0]) is not None, timeout=10_000)
    settled(qtbot, grid.record_model)
    assert 0 < len(log.statements) <= 4
    assert threading.get_ident() not in log.threads
    QTest.keyClick(grid, Qt.Key.Key_End, CONTROL)
    qtbot.waitUntil(lambda: grid.record_model.key_at(99_999) == (100_000,), timeout=10_000)


def test_a_click_on_a_head_sorts_and_shift_adds_a_term(posts: GridView, qtbot: QtBot) -> None:
    header = posts.horizontalHeader()

    def click(section: int, modifier: Qt.KeyboardModifier = NONE) -> tuple[Sort, ...]:
        place = QPoint(header.sectionViewportPosition(section) + 20, 10)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, modifier, place)
        settled(qtbot, posts.record_model)
        return posts.record_model.view.sort

    assert click(3) == (Sort("view_count"),)
    assert posts.record_model.cell_at(0, 3).text == "0"
    assert click(3) == (Sort("view_count", descending=True),)
    assert click(2, SHIFT) == (Sort("view_count", descending=True), Sort("status"))
    assert click(5) == (Sort("view_count", descending=True), Sort("status"))
    assert click(0) == (Sort("title"),)
    assert posts.selected.size == 0


def test_the_context_menus_say_where(posts: GridView, qtbot: QtBot) -> None:
    rect = posts.visualRect(posts.record_model.index(0, 0))
    posts.setCurrentIndex(posts.record_model.index(0, 0))
    with qtbot.waitSignal(posts.context_menu_wanted) as signal:
        QTest.keyClick(posts, Qt.Key.Key_Menu)
        posts.contextMenuEvent(_menu_event(rect.center()))
    assert isinstance(signal.args[0], QPoint)
    header = posts.horizontalHeader()
    with qtbot.waitSignal(posts.header_menu_wanted) as head:
        header.contextMenuEvent(_menu_event(QPoint(header.sectionViewportPosition(1) + 5, 5)))
    assert head.args[0] == "author_id"


def _menu_event(place: QPoint) -> QContextMenuEvent:
    return QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, place)


def test_widths_fit_a_sample_and_what_a_person_sets_stays(posts: GridView, qtbot: QtBot) -> None:
    header = posts.horizontalHeader()
    assert header.sectionSize(0) > header.sectionSize(3) >= 64
    assert posts.widths.chosen == {}
    header.resizeSection(0, 123)
    assert posts.widths.chosen == {"title": 123}
    posts.record_model.set_view(replace(POSTS_VIEW, columns=("status", "title")))
    settled(qtbot, posts.record_model)
    assert header.sectionSize(1) == 123
    posts.widths.restore({"status": 200})
    assert header.sectionSize(0) == 200


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK])
def test_every_form_and_state_of_a_cell_can_be_painted(
    make_sqlite: MakeDatabase,
    app_connection: AppConnection,
    qtbot: QtBot,
    theme: look.Tokens,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(look, "current", lambda: theme)
    database = make_sqlite(
        "CREATE TABLE odd (id INTEGER PRIMARY KEY, name TEXT, ok BOOLEAN, day DATE, amount NUMERIC(10, 2),"
        " data BLOB, state TEXT CHECK (state IN ('new', 'in_progress', 'failed')), deleted_at TIMESTAMP)",
        "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE TABLE odd_tag (odd_id INTEGER REFERENCES odd (id), tag_id INTEGER REFERENCES tag (id),"
        " PRIMARY KEY (odd_id, tag_id))",
        "INSERT INTO odd VALUES (1, 'a', 1, '2024-05-01', 1.5, x'00', 'new', NULL),"
        " (2, 'b', 0, 'nonsense', NULL, NULL, 'in_progress', NULL),"
        " (3, 'gone', NULL, '2024-05-01', 2, x'00', 'failed', '2024-01-01 10:00:00')",
        "INSERT INTO tag VALUES (1, 'water'), (2, 'a tag with a very long name that is cut'), (3, 'x')",
        "INSERT INTO odd_tag VALUES (1, 1), (1, 2), (1, 3), (3, 1)",
    )
    odd = TableName(None, "odd")
    connection = app_connection(database)
    columns = ("name", "ok", "day", "amount", "state", "data")
    links = tuple(link.name for link in database.table(odd).links)
    view = View(odd, columns, links=links, deleted=Deleted.SHOWN)
    grid = _grid(qtbot, RecordModel(connection, view, connection))
    model = grid.record_model
    delegate = CellDelegate(lambda: False, grid)
    image = QImage(300, 30, QImage.Format.Format_RGB32)
    flags = QStyle.StateFlag
    with QPainter(image) as painter:
        for row in range(3):
            for column in range(model.columnCount()):
                for state in (flags.State_None, flags.State_Selected, flags.State_HasFocus):
                    for width in (1, 60, 300):
                        option = QStyleOptionViewItem()
                        option.rect = QRect(0, 0, width, 30)
                        option.state = state
                        delegate.paint(painter, option, model.index(row, column))
    assert not grid.grab().isNull()
    picture = grid.grab().toImage()
    assert picture.pixelColor(1, grid.horizontalHeader().height() + 75) == theme.deleted


def test_rows_not_loaded_are_painted_as_waiting(big: GridView) -> None:
    image = QImage(200, 30, QImage.Format.Format_RGB32)
    image.fill(look.current().bg)
    option = QStyleOptionViewItem()
    option.rect = image.rect()
    with QPainter(image) as painter:
        CellDelegate(lambda: False, big).paint(painter, option, big.record_model.index(1_200, 1))
    assert image.pixelColor(20, 14) == look.current().hover
