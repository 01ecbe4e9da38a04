"""The window over a small newsroom: opening, finding, the foot line, what is remembered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.base.keys import TableName
from desktop.browse.view import Deleted
from desktop.models import pages
from desktop.sample.models import Base
from desktop.schema.database import Database
from tests.fixtures.databases import NEWSROOM_ROWS, MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from tests.ui.window_kit import Stage, show_window
from ui import look
from ui.look import Theme
from ui.window.jobs_bar import Tracker
from ui.window.table_tab import TableTab

POSTS = TableName(None, "posts")
TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY)"
BROKEN_VIEW = "CREATE VIEW lost AS SELECT words FROM nowhere"


@pytest.fixture
def paper(make_sqlite: MakeDatabase) -> Database:
    """The small newsroom, on SQLite."""
    return make_sqlite(Base.metadata, *NEWSROOM_ROWS)


@pytest.fixture
def stage(qtbot: QtBot, paper: Database, app_connection: AppConnection) -> Stage:
    """A window over the small newsroom."""
    return show_window(qtbot, app_connection(paper))


def test_a_table_opens_on_both_backends(
    qtbot: QtBot, newsroom: Database, app_connection: AppConnection
) -> None:
    stage = show_window(qtbot, app_connection(newsroom))
    tab = stage.open("posts")
    stage.foot_says(tab, "1–6 of 6")
    assert tab.model.rowCount() == 6
    assert tab.grid.accessibleName() == "Posts"
    assert stage.window.windowTitle().startswith("Posts – ")
    stage.window.close()


def test_rows_that_no_grid_can_hold_are_left_out_in_words(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_PIXELS", 4 * look.scaled(look.ROW) + 10)
    tab = stage.open("posts")
    stage.foot_says(tab, "1–3 of 6  ·  only the first 3 are shown: filter to reach the others")
    assert tab.model.rowCount() == 3
    tab.grid.selectAll()
    stage.foot_says(tab, "all 6 selected")


def test_a_table_is_found_and_opened_by_keyboard(stage: Stage, qtbot: QtBot) -> None:
    stage.run("view.find_table")
    search = stage.window.navigator.search
    qtbot.waitUntil(search.hasFocus)
    QTest.keyClicks(search, "comm")
    QTest.keyClick(search, Qt.Key.Key_Return)
    tab = stage.workspace.tab
    assert tab is not None and tab.table.name.name == "comments"
    assert search.text() == ""
    qtbot.waitUntil(tab.grid.hasFocus)


def test_a_tab_is_not_opened_twice(stage: Stage) -> None:
    first = stage.open("posts")
    stage.open("users")
    assert stage.open("posts") is first
    assert len(stage.workspace.tabs) == 2


def test_the_foot_line_tells_order_and_selection(stage: Stage, qtbot: QtBot) -> None:
    tab = stage.open("posts")
    stage.foot_says(tab, "1–6 of 6")
    header = tab.grid.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(0) + 20, 10)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    stage.foot_says(tab, "sorted by Title ↑")
    tab.go_to(2)
    assert "1 selected" in tab.foot.text
    stage.run("edit.select_all")
    assert "all 6 selected" in tab.foot.text


def test_filters_become_chips_that_go_away(stage: Stage, qtbot: QtBot) -> None:
    tab = stage.open("posts")
    tab.filter_column("status", "draft, review")
    stage.foot_says(tab, "of 4")
    assert tab.tools.chips == ["Status  is any of 2"]
    chip = next(b for b in tab.tools.findChildren(QAbstractButton) if "Remove filter" in b.accessibleName())
    chip.click()
    stage.foot_says(tab, "of 6")
    assert tab.tools.chips == []


def test_the_search_box_searches_and_offers_to_clear(stage: Stage, qtbot: QtBot) -> None:
    tab = stage.open("posts")
    stage.run("edit.find")
    qtbot.waitUntil(tab.tools.search.hasFocus)
    QTest.keyClicks(tab.tools.search, "no such words")
    stage.foot_says(tab, "no records")
    clear = next(b for b in tab.grid.findChildren(QAbstractButton) if b.text() == "Clear Filter")
    assert clear.isVisible()
    clear.click()
    stage.foot_says(tab, "of 6")
    assert tab.tools.search.text() == ""
    qtbot.waitUntil(lambda: not clear.isVisible())


def test_filter_by_this_value(stage: Stage) -> None:
    tab = stage.open("posts")
    stage.foot_says(tab, "of 6")
    section = tab.model.columns.section_of("author_id")
    tab.go_to(0)
    tab.grid.setCurrentIndex(tab.model.index(0, section))
    stage.run("edit.filter_value")
    stage.foot_says(tab, "of 2")
    assert tab.view.filters[0].text == "= 1"


def test_names_can_be_shown_as_ids(stage: Stage) -> None:
    tab = stage.open("posts")
    stage.foot_says(tab, "of 6")
    index = tab.model.index(0, tab.model.columns.section_of("author_id"))
    assert tab.model.data(index) == "Ada Lovelace"
    stage.run("view.names")
    assert tab.model.data(index) == "1"


def test_shift_enter_opens_the_record(stage: Stage, qtbot: QtBot) -> None:
    tab = stage.open("posts")
    stage.foot_says(tab, "of 6")
    tab.go_to(0)
    QTest.keyClick(tab.grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    dialog = stage.dialog()
    assert dialog.windowTitle() == "Edit Post"
    dialog.close()


def test_delete_only_marks_and_restore_takes_it_back(
    stage: Stage, qtbot: QtBot, paper: Database, second: OpenSecond
) -> None:
    tab = stage.open("posts")
    stage.foot_says(tab, "of 6")
    tab.go_to(0)
    stage.run("record.delete_now")
    dialog = stage.dialog()

    def buttons() -> list[QAbstractButton]:
        named = (b for b in dialog.findChildren(QAbstractButton) if b.text() == "Delete 1 post")
        return [button for button in named if button.isEnabled()]

    qtbot.waitUntil(lambda: bool(buttons()))
    buttons()[0].click()
    stage.foot_says(tab, "of 5")
    stage.run("view.deleted")
    stage.foot_says(tab, "of 6")
    assert tab.view.deleted is Deleted.SHOWN
    tab.go_to(0)
    stage.run("record.restore")
    connection = second(paper)
    query = "SELECT count(*) FROM posts WHERE deleted_at IS NOT NULL"
    qtbot.waitUntil(lambda: connection.exec_driver_sql(query).scalar() == 0)


def test_a_record_that_is_named_can_be_opened(stage: Stage) -> None:
    tab = stage.open("posts")
    stage.foot_says(tab, "of 6")
    tab.go_to(0)
    tab.grid.setCurrentIndex(tab.model.index(0, tab.model.columns.section_of("author_id")))
    stage.run("record.open_reference")
    dialog = stage.dialog()
    assert dialog.windowTitle() == "Edit User"
    dialog.close()


def test_tabs_columns_and_navigator_are_remembered(
    qtbot: QtBot, paper: Database, app_connection: AppConnection
) -> None:
    stage = show_window(qtbot, app_connection(paper))
    stage.open("users")
    posts = stage.open("posts")
    posts.model.set_view(replace(posts.view, columns=("status", "title"), links=()))
    qtbot.waitUntil(lambda: posts.model.shown_view.columns == ("status", "title"))
    posts.grid.horizontalHeader().resizeSection(0, 222)
    stage.open("comments")
    stage.window.tabs.setCurrentWidget(posts)
    stage.run("view.navigator")
    stage.window.close()

    again = show_window(qtbot, app_connection(paper))
    qtbot.waitUntil(lambda: len(again.workspace.tabs) == 3)
    assert [tab.title for tab in again.workspace.tabs] == ["Users", "Posts", "Comments"]
    front = again.workspace.tab
    assert front is not None and front.table.name == POSTS
    assert front.view.columns == ("status", "title")
    qtbot.waitUntil(lambda: front.grid.columnWidth(0) == 222)
    assert again.window.navigator.isHidden()
    again.window.close()


def test_the_theme_is_switched_and_remembered(stage: Stage) -> None:
    stage.run("theme.dark")
    assert look.current() is look.DARK
    assert stage.window.state.theme is Theme.DARK
    stage.run("theme.light")
    assert look.current() is look.LIGHT


def test_a_mistyped_path_is_told_and_makes_no_file(stage: Stage, tmp_path: Path) -> None:
    missing = tmp_path / "newsrom.sqlite"
    stage.workspace.opener.open_target(str(missing))
    box = stage.dialog()
    assert isinstance(box, QMessageBox)
    assert "There is no file" in box.text()
    assert not missing.exists()
    box.close()
    assert stage.workspace.connection is not None


def test_a_password_in_a_url_is_nowhere_in_the_window_or_its_files(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles: list[str] = []
    track = stage.window.jobs.track

    def note(title: str, unit: str = "") -> Tracker:
        titles.append(title)
        return track(title, unit)

    monkeypatch.setattr(stage.window.jobs, "track", note)
    stage.workspace.opener.open_target("postgresql://ada:k4n4ri@127.0.0.1:1/newsroom")
    box = stage.dialog()
    assert isinstance(box, QMessageBox)
    shown = [*titles, box.text(), box.informativeText(), box.detailedText(), box.windowTitle()]
    assert len(titles) == 2 and "k4n4ri" not in " ".join(shown)
    box.close()
    stage.dialog().close()
    stage.window.state.sync()
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or b"k4n4ri" not in file.read_bytes(), file


def test_a_broken_view_is_listed_and_explained(
    qtbot: QtBot, make_sqlite: MakeDatabase, app_connection: AppConnection
) -> None:
    stage = show_window(qtbot, app_connection(make_sqlite(TABLE, BROKEN_VIEW)))
    navigator = stage.window.navigator
    names = [navigator.list.model().index(row, 0).data() for row in range(navigator.list.model().rowCount())]
    assert "Lost" in names
    navigator.list.opened.emit(navigator.list.model().index(names.index("Lost"), 0))
    box = stage.dialog()
    assert isinstance(box, QMessageBox) and "cannot be opened" in box.text()
    assert box.informativeText()
    box.close()
    stage.window.close()


def test_a_dropped_file_is_opened(stage: Stage, qtbot: QtBot, make_sqlite: MakeDatabase) -> None:
    other = make_sqlite("CREATE TABLE things (id INTEGER PRIMARY KEY)")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(other.profile.path)])
    stage.window.dropEvent(
        QDropEvent(
            QPoint(5, 5),
            Qt.DropAction.CopyAction,
            dropped,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )

    def shown() -> bool:
        connection = stage.workspace.connection
        return connection is not None and connection.database.profile.path == other.profile.path

    qtbot.waitUntil(shown)
    assert stage.workspace.tabs == []
    stage.window.close()


def test_without_a_database_the_ways_to_open_one_are_offered(qtbot: QtBot) -> None:
    stage = show_window(qtbot)
    assert stage.window.start.sentence == "No database is open."
    offered = [b.text() for b in stage.window.start.findChildren(QAbstractButton) if b.isVisible()]
    assert offered == ["Open Sample Database", "Connect to PostgreSQL…", "Open SQLite File…"]
    stage.window.close()


def test_an_empty_table_offers_a_new_record(
    qtbot: QtBot, make_sqlite: MakeDatabase, app_connection: AppConnection
) -> None:
    stage = show_window(qtbot, app_connection(make_sqlite("CREATE TABLE things (id INTEGER PRIMARY KEY)")))
    tab = stage.open("things")
    stage.foot_says(tab, "no records")
    offered = [b for b in tab.grid.findChildren(QAbstractButton) if b.text() == "New"]
    assert offered and offered[0].isVisible()
    stage.window.close()


def test_a_table_without_a_key_says_why_it_is_read_only(
    qtbot: QtBot, make_sqlite: MakeDatabase, app_connection: AppConnection
) -> None:
    database = make_sqlite(TABLE, "CREATE VIEW v AS SELECT id FROM t")
    stage = show_window(qtbot, app_connection(database))
    tab = stage.open("v")
    stage.foot_says(tab, "Read-only: ")
    assert not stage.window.actions_["record.new"].isEnabled()
    stage.window.close()


def test_everything_that_takes_the_focus_has_a_name(stage: Stage) -> None:
    stage.open("posts")
    stage.run("edit.filter_row")
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in stage.window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and isinstance(widget, QAbstractButton | QLineEdit)
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]
    assert nameless == []


def test_closing_leaves_no_window_and_no_thread(stage: Stage) -> None:
    tab = stage.open("posts")
    connection = stage.workspace.connection
    assert isinstance(tab, TableTab) and connection is not None
    stage.window.close()
    assert all(lane.closed for lane in connection.lanes)
    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == []
