"""The record panel: follows the current record, shows what belongs to it, says why there is nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.sample.models import Base
from desktop.schema.database import Database
from tests.fixtures.databases import NEWSROOM_ROWS, MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from tests.ui.panel_kit import bench_of, go, panel_of, tabs, target, text, type_into
from tests.ui.window_kit import Stage, show_window
from ui.editors.lookup import LookupEditor
from ui.panels.form_page import FormPage
from ui.panels.record_panel import NOTHING, RecordPanel
from ui.window.panel_commands import READING

KEYED_BY_TWO = (
    "CREATE TABLE shelf (room TEXT, number INTEGER, name TEXT, PRIMARY KEY (room, number))",
    "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, room TEXT, number INTEGER, next_id INTEGER"
    " REFERENCES book (id), FOREIGN KEY (room, number) REFERENCES shelf (room, number))",
    "INSERT INTO shelf VALUES ('a', 1, 'Sea'), ('a', 2, 'Land'), ('b', 1, 'Sky')",
    "INSERT INTO book VALUES (1, 'Tides', 'a', 1, NULL), (2, 'Ships', 'a', 1, 1), (3, '1', 'b', 1, 1)",
    "CREATE VIEW titles AS SELECT title FROM book",
    "CREATE TABLE bare (words TEXT)",
    "INSERT INTO bare VALUES ('x')",
)


@pytest.fixture
def paper(make_sqlite: MakeDatabase) -> Database:
    """The small newsroom, on SQLite."""
    return make_sqlite(Base.metadata, *NEWSROOM_ROWS)


@pytest.fixture
def stage(qtbot: QtBot, paper: Database, app_connection: AppConnection) -> Stage:
    """A window over the small newsroom."""
    return show_window(qtbot, app_connection(paper))


def test_it_follows_the_current_record(stage: Stage) -> None:
    page = go(stage, "posts", 4)
    panel = panel_of(stage)
    assert panel.header.title.words == "What the harbour master saw"
    assert panel.header.place.words == "Post 4"
    assert text(page, "title") == "What the harbour master saw"
    panel.header.down_button.click()
    stage.qtbot.waitUntil(lambda: panel.header.place.words == "Post 5")
    panel.header.up_button.click()
    stage.qtbot.waitUntil(lambda: panel.header.place.words == "Post 4")
    go(stage, "users", 2)
    assert panel.header.place.words == "User 2"
    stage.run("view.previous_tab")
    stage.qtbot.waitUntil(lambda: panel.header.place.words == "Post 4")


def test_passing_by_reads_nothing(stage: Stage) -> None:
    go(stage, "posts", 1)
    tab, panel = stage.workspace.tab, panel_of(stage)
    assert tab is not None
    seen: list[str] = []
    panel._loader.loaded.connect(lambda record: seen.append(record.label))
    for row in (1, 2, 3, 4):
        tab.go_to(row)
    stage.qtbot.waitUntil(lambda: panel.header.place.words == "Post 5")
    assert seen == ["مدينة بلا نوافذ"]


def test_children_are_counted_listed_and_opened(stage: Stage, qtbot: QtBot) -> None:
    go(stage, "posts", 1)
    panel = panel_of(stage)
    assert tabs(panel) == ["Form", "Comments 2", "Post views 1", "History"]
    panel.tabs.setCurrentIndex(1)
    comments = panel.children_tabs[0]
    model = comments.model
    assert model is not None and comments.grid is not None
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    assert [model.key_at(row) for row in range(2)] == [(1,), (2,)]
    assert "post_id" not in model.view.columns
    go(stage, "posts", 4)
    qtbot.waitUntil(lambda: model.rowCount() == 1 and model.key_at(0) == (3,))
    assert tabs(panel) == ["Form", "Comments 1", "Post views 1", "History"]
    go(stage, "posts", 2)
    qtbot.waitUntil(lambda: comments.sentence.isVisible())
    assert comments.sentence.text() == "This post has no comments."
    go(stage, "posts", 4)
    qtbot.waitUntil(lambda: model.rowCount() == 1 and model.key_at(0) == (3,))
    assert comments.grid.isVisible() and comments.sentence.isHidden()
    comments.grid.show_row(0)
    comments.grid.activate()
    dialog = stage.dialog()
    assert dialog.windowTitle() == "Edit Comment"
    dialog.reject()


def test_a_reference_in_the_form_is_opened_from_the_panel(stage: Stage, qtbot: QtBot) -> None:
    page = go(stage, "posts", 1)
    panel = panel_of(stage)
    assert page.form is not None
    author = page.form.fields["author_id"].editor
    assert isinstance(author, LookupEditor)
    with qtbot.waitSignal(panel.open_wanted) as asked:
        author.open_button.click()
    assert asked.args == [RecordRef(TableName(None, "users"), (author.value(),))]


def test_children_by_two_columns_and_by_itself(
    make_sqlite: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    connection = app_connection(make_sqlite(*KEYED_BY_TWO))
    panel = RecordPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.follow(connection, RecordRef(TableName(None, "shelf"), ("a", 1)))
    qtbot.waitUntil(lambda: panel.record is not None and not panel.busy)
    assert tabs(panel) == ["Form", "Books 2", "History"] or tabs(panel) == ["Form", "Book 2", "History"]
    assert panel.header.place.words == "Shelf a · 1"
    panel.follow(connection, RecordRef(TableName(None, "book"), (1,)))
    qtbot.waitUntil(lambda: panel.header.place.words == "Book 1" and not panel.busy)
    assert tabs(panel)[1].endswith("by Next 2")
    panel.clear()


def test_it_says_why_there_is_nothing(
    make_sqlite: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    stage = show_window(qtbot, app_connection(make_sqlite(*KEYED_BY_TWO)))
    panel = panel_of(stage)
    assert panel.empty.sentence == NOTHING and panel.record is None
    stage.open("titles")
    qtbot.waitUntil(lambda: "no key" in panel.empty.sentence)
    assert panel.empty.isVisible()


def test_a_record_that_is_gone(stage: Stage, paper: Database, second: OpenSecond, qtbot: QtBot) -> None:
    go(stage, "posts", 4)
    tab = stage.open("comments")
    second(paper).exec_driver_sql("DELETE FROM comments WHERE id = 2")
    tab.go_to(1)
    panel = stage.commands.panel.panel
    qtbot.waitUntil(lambda: panel.empty.sentence != NOTHING)
    assert panel.empty.sentence == "This comment is no longer in the database."


def test_read_only_says_why(make_sqlite: MakeDatabase, app_connection: AppConnection, qtbot: QtBot) -> None:
    connection = app_connection(make_sqlite(*KEYED_BY_TWO))
    page = FormPage(connection, TableName(None, "titles"))
    qtbot.addWidget(page)
    page.show()
    assert page.banner.isVisible() and page.banner.text() == page.table.read_only_reason
    assert not page.save_button.isVisible()


def test_it_closes_opens_and_is_remembered(stage: Stage, qtbot: QtBot) -> None:
    page = go(stage, "posts", 4)
    panel = panel_of(stage)
    target(page, "title").setFocus()
    panel.header.close_button.click()
    assert panel.isHidden() and not stage.window.actions_["view.panel"].isChecked()
    tab = stage.workspace.tab
    assert tab is not None
    qtbot.waitUntil(tab.grid.hasFocus)
    tab.go_to(0)
    assert not panel.busy
    stage.run("view.panel")
    assert panel.isVisible()
    qtbot.waitUntil(lambda: panel.header.place.words == "Post 1")
    stage.run("view.panel")
    stage.window.close()
    assert stage.window.state.panel_width == 0


def test_the_field_keeps_the_focus_from_record_to_record(stage: Stage, qtbot: QtBot) -> None:
    page = go(stage, "posts", 4)
    target(page, "view_count").setFocus()
    stage.run("record.next")
    qtbot.waitUntil(lambda: panel_of(stage).header.place.words == "Post 5")
    assert target(page, "view_count").hasFocus()
    QTest.keyClick(target(page, "view_count"), Qt.Key.Key_Escape)
    tab = stage.workspace.tab
    assert tab is not None
    qtbot.waitUntil(tab.grid.hasFocus)


def test_another_database(
    stage: Stage, make_sqlite: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    go(stage, "posts", 1)
    panel = panel_of(stage)
    panel.tabs.setCurrentIndex(1)
    stage.workspace.opener.adopt(app_connection(make_sqlite(*KEYED_BY_TWO)))
    assert panel.record is None and panel.children_tabs == []
    qtbot.wait(50)
    go(stage, "book", 2)
    assert panel.header.place.words == "Book 2"
    stage.workspace.close_database()
    assert panel.record is None and panel.empty.sentence == NOTHING


def test_refresh_reads_the_record_again(
    stage: Stage, paper: Database, second: OpenSecond, qtbot: QtBot
) -> None:
    page = go(stage, "tags", 1)
    form = page.form
    stage.run("data.refresh")
    panel_of(stage)
    assert page.form is form  # nothing was new
    second(paper).exec_driver_sql("UPDATE tags SET slug = 'wet' WHERE id = 1")
    stage.run("data.refresh")
    qtbot.waitUntil(lambda: text(page, "slug") == "wet")


def test_a_staged_record_is_shown_from_what_is_staged(stage: Stage, qtbot: QtBot) -> None:
    tab, bench = stage.open("posts"), bench_of(stage)
    ref = bench.insert(tab.table.name, {"title": "Night ferry"})
    tab.go_to(tab.model.rowCount() - 1)
    panel = panel_of(stage)
    qtbot.waitUntil(lambda: panel.header.title.words == "Night ferry")
    assert panel.header.place.words == "New post, not saved yet"
    page = panel.form_page
    assert page is not None and text(page, "title") == "Night ferry"
    assert target(page, "view_count").placeholderText() == "default (0)"  # type: ignore[attr-defined]
    type_into(page, "title", "Day ferry")
    assert panel.header.title.words == "Day ferry"
    assert tabs(panel) == ["Form", "Comments 0", "Post views 0", "History"]
    page.cancel_button.click()
    assert bench.staging.state(ref) is None and panel.ref != ref


def test_the_record_before_is_not_shown_for_one_that_is_still_to_be_read(
    make_sqlite: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    numbers = "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 2000)"
    database = make_sqlite(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT)",
        f"INSERT INTO note {numbers} SELECT i, 'Note number ' || i FROM s",  # noqa: S608
    )
    stage = show_window(qtbot, app_connection(database))
    go(stage, "note", 4)
    panel, tab = panel_of(stage), stage.workspace.tab
    assert tab is not None
    qtbot.waitUntil(lambda: tab.model.exact)
    pages = tab.model.pages
    pages._halted = True  # as if the database took its time
    QTest.keyClick(tab.grid, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)

    def passing_by() -> bool:
        QTest.keyClick(tab.grid, Qt.Key.Key_Up)
        return panel.empty.isVisible() and panel.empty.sentence == READING

    qtbot.waitUntil(passing_by)
    QTest.keyClick(tab.grid, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    pages._halted = False
    pages._start_pump()
    wanted = RecordRef(tab.table.name, (2000,))
    qtbot.waitUntil(lambda: panel.record is not None and panel.record.ref == wanted)
