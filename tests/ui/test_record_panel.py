"""The record panel: follows the current record, stages what is typed, shows what belongs to a record."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.edit.staging import Edit, Invalid
from desktop.models.workbench import Workbench
from desktop.sample.models import Base
from desktop.schema.database import Database
from tests.fixtures.boxes import Boxes
from tests.fixtures.databases import NEWSROOM_ROWS, MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from tests.ui.window_kit import Stage, show_window
from ui.editors.lookup import LookupEditor
from ui.panels.form_page import FormPage
from ui.panels.record_panel import NOTHING, RecordPanel

POSTS = TableName(None, "posts")
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


def panel_of(stage: Stage) -> RecordPanel:
    found = stage.commands.panel.panel
    stage.qtbot.waitUntil(lambda: not found.busy)
    return found


def bench_of(stage: Stage) -> Workbench:
    assert stage.workspace.connection is not None
    return stage.workspace.connection.workbench


def go(stage: Stage, table: str, key: object) -> FormPage:
    """Make a record the current one and wait for its form."""
    tab = stage.open(table)
    row = next(row for row in range(tab.model.rowCount()) if tab.model.key_at(row) == (key,))
    tab.go_to(row)
    panel = stage.commands.panel.panel
    wanted = RecordRef(tab.table.name, (key,))
    stage.qtbot.waitUntil(lambda: panel.record is not None and panel.record.ref == wanted and not panel.busy)
    assert panel.form_page is not None
    return panel.form_page


def target(page: FormPage, column: str) -> QWidget:
    assert page.form is not None
    return page.form.fields[column].editor.focus_target()


def text(page: FormPage, column: str) -> str:
    found = target(page, column)
    assert isinstance(found, QLineEdit)
    return found.text()


def type_into(page: FormPage, column: str, words: str) -> None:
    found = target(page, column)
    found.setFocus()
    assert isinstance(found, QLineEdit)
    found.selectAll()
    QTest.keyClicks(found, words)


def tabs(panel: RecordPanel) -> list[str]:
    return [panel.tabs.tabText(place) for place in range(panel.tabs.count())]


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


def test_typing_stages_at_once_and_the_grid_shows_it(stage: Stage) -> None:
    page = go(stage, "posts", 4)
    tab, staging = stage.workspace.tab, bench_of(stage).staging
    assert tab is not None and not page.save_button.isEnabled()
    type_into(page, "title", "What she saw")
    ref = RecordRef(POSTS, (4,))
    assert dict(staging.changes.get(ref).values) == {"title": "What she saw"}  # type: ignore[union-attr]
    row = next(row for row in range(6) if tab.model.key_at(row) == (4,))
    assert tab.model.data(tab.model.index(row, tab.model.section_of("title"))) == "What she saw"
    assert staging.undo_name == "set Title"
    assert page.save_button.isEnabled() and page.cancel_button.isEnabled()
    bench_of(stage).undo()
    assert not staging.dirty and text(page, "title") == "What the harbour master saw"
    assert not page.save_button.isEnabled()


def test_typing_back_takes_the_change_away(stage: Stage) -> None:
    page = go(stage, "tags", 1)
    type_into(page, "name", "waters")
    assert bench_of(stage).staging.dirty
    QTest.keyClick(target(page, "name"), Qt.Key.Key_Backspace)
    assert not bench_of(stage).staging.dirty


def test_cancel_takes_this_record_back_alone(stage: Stage) -> None:
    page = go(stage, "tags", 1)
    other = RecordRef(TableName(None, "tags"), (2,))
    bench_of(stage).edit("set Name", [Edit(other, "name", "city", "town")])
    type_into(page, "name", "rain")
    page.cancel_button.click()
    assert [change.ref for change in bench_of(stage).staging.changes] == [other]
    assert text(page, "name") == "water"


def test_save_writes_this_record_alone(
    stage: Stage, paper: Database, second: OpenSecond, qtbot: QtBot
) -> None:
    page = go(stage, "tags", 1)
    other = RecordRef(TableName(None, "tags"), (2,))
    bench_of(stage).edit("set Name", [Edit(other, "name", "city", "town")])
    type_into(page, "name", "rain")
    with qtbot.waitSignal(bench_of(stage).busy, check_params_cb=lambda busy: not busy):
        page.save_button.click()
    names = second(paper).exec_driver_sql("SELECT name FROM tags ORDER BY id").scalars().all()
    assert names == ["rain", "city", "long read"]
    assert [change.ref for change in bench_of(stage).staging.changes] == [other]
    panel = panel_of(stage)
    assert panel.header.title.words == "rain"
    assert text(page, "name") == "rain" and not page.save_button.isEnabled()


def test_what_is_staged_elsewhere_shows(stage: Stage) -> None:
    page = go(stage, "posts", 4)
    assert page.form is not None
    ref, bench = RecordRef(POSTS, (4,)), bench_of(stage)
    bench.edit("set Author", [Edit(ref, "author_id", 2, 1, "Ada Lovelace")])
    assert text(page, "author_id") == "Ada Lovelace"
    assert page.form.fields["author_id"].note.text() == "was Grace Hopper"
    bench.edit("set Views", [Edit(ref, "view_count", 311, Invalid("many", "That is no number."))])
    assert text(page, "view_count") == "many"
    assert page.form.fields["view_count"].problem.text() == "That is no number."
    go(stage, "posts", 5)
    page = go(stage, "posts", 4)
    assert page.form is not None
    assert text(page, "author_id") == "Ada Lovelace" and text(page, "view_count") == "many"
    assert page.form.fields["view_count"].problem.text() == "That is no number."
    bench.discard()
    assert text(page, "author_id") == "Grace Hopper" and text(page, "view_count") == "311"
    assert page.form.fields["view_count"].problem.text() == ""


def test_an_invalid_text_is_kept_and_blocks_saving(stage: Stage, boxes: Boxes) -> None:
    page = go(stage, "posts", 4)
    assert page.form is not None
    type_into(page, "view_count", "3x")
    ref = RecordRef(POSTS, (4,))
    assert isinstance(bench_of(stage).staging.field(ref, "view_count"), Invalid)
    assert page.form.fields["view_count"].problem.text() == ""
    target(page, "title").setFocus()
    assert "3x" in page.form.fields["view_count"].problem.text()
    page.save_button.click()
    assert not bench_of(stage).saving
    assert target(page, "view_count").hasFocus()
    bench_of(stage).discard()  # so that closing the window asks nothing


def test_a_picked_record_is_staged_with_its_name(stage: Stage, qtbot: QtBot) -> None:
    page = go(stage, "posts", 4)
    assert page.form is not None
    editor = page.form.fields["author_id"].editor
    assert isinstance(editor, LookupEditor)
    editor.line.setFocus()
    editor.line.selectAll()
    QTest.keyClicks(editor.line, "Ada")
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    ref, staging = RecordRef(POSTS, (4,)), bench_of(stage).staging
    qtbot.waitUntil(lambda: staging.label(ref, "author_id") == "Ada Lovelace")
    change = staging.changes.get(ref)
    assert change is not None and change.values == {"author_id": 1}
    assert staging.undo_name == "set Author"
    bench_of(stage).undo()
    assert not staging.dirty


def test_links_are_staged_undone_and_saved(
    stage: Stage, paper: Database, second: OpenSecond, qtbot: QtBot
) -> None:
    page = go(stage, "posts", 4)
    assert page.form is not None
    links, staging = page.form.links["tags"], bench_of(stage).staging
    links.remove((1,))
    links.add_key((2,), "city")
    change = staging.changes.get(RecordRef(POSTS, (4,)))
    assert change is not None
    assert (change.links["tags"].added, change.links["tags"].removed) == ([(2,)], [(1,)])
    go(stage, "posts", 5)
    page = go(stage, "posts", 4)
    assert page.form is not None
    assert page.form.links["tags"].names == ["long read", "city"]
    bench_of(stage).undo()
    assert page.form.links["tags"].names == ["long read"]
    bench_of(stage).undo()
    assert sorted(page.form.links["tags"].names) == ["long read", "water"] and not staging.dirty
    bench_of(stage).redo()
    with qtbot.waitSignal(bench_of(stage).busy, check_params_cb=lambda busy: not busy):
        page.save_button.click()
    rows = second(paper).exec_driver_sql("SELECT tag_id FROM post_tags WHERE post_id = 4").scalars().all()
    assert rows == [3]


def test_a_refusal_says_why_under_the_field(stage: Stage, boxes: Boxes, qtbot: QtBot) -> None:
    page = go(stage, "users", 1)
    type_into(page, "email", "grace@example.org")
    page.save_button.click()
    box = boxes.press("Edit")
    assert "already" in box.sentence
    assert page.form is not None
    assert page.form.fields["email"].problem.text() == box.sentence
    assert bench_of(stage).staging.change_count == 1
    type_into(page, "email", "a@example.org")
    assert page.form.fields["email"].problem.text() == ""
    bench_of(stage).discard()


def test_somebody_else_was_faster(
    stage: Stage, boxes: Boxes, qtbot: QtBot, paper: Database, second: OpenSecond
) -> None:
    page = go(stage, "tags", 1)
    type_into(page, "name", "rain")
    other = second(paper)
    other.exec_driver_sql("UPDATE tags SET name = 'snow' WHERE id = 1")
    page.save_button.click()
    box = boxes.press("Edit")
    assert "snow" in box.sentence or "changed" in box.sentence
    panel_of(stage)
    assert page.form is not None and text(page, "name") == "rain"
    qtbot.waitUntil(lambda: page.form is not None and page.form.fields["name"].note.text() == "was snow")
    with qtbot.waitSignal(bench_of(stage).busy, check_params_cb=lambda busy: not busy):
        page.save_button.click()
    assert other.exec_driver_sql("SELECT name FROM tags WHERE id = 1").scalar() == "rain"


def test_children_are_counted_listed_and_opened(stage: Stage, qtbot: QtBot) -> None:
    go(stage, "posts", 1)
    panel = panel_of(stage)
    assert tabs(panel) == ["Form", "Comments 2", "Post views 1"]
    panel.tabs.setCurrentIndex(1)
    comments = panel.children_tabs[0]
    model = comments.model
    assert model is not None and comments.grid is not None
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    assert [model.key_at(row) for row in range(2)] == [(1,), (2,)]
    assert "post_id" not in model.view.columns
    go(stage, "posts", 4)
    qtbot.waitUntil(lambda: model.rowCount() == 1 and model.key_at(0) == (3,))
    assert tabs(panel) == ["Form", "Comments 1", "Post views 1"]
    go(stage, "posts", 2)
    qtbot.waitUntil(lambda: comments.sentence.isVisible())
    assert comments.sentence.text() == "This post has no comments."
    go(stage, "posts", 4)
    qtbot.waitUntil(comments.grid.isVisible)
    comments.grid.show_row(0)
    comments.grid.activate()
    dialog = stage.dialog()
    assert dialog.windowTitle() == "Edit Comment"
    dialog.reject()


def test_children_by_two_columns_and_by_itself(
    make_sqlite: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    connection = app_connection(make_sqlite(*KEYED_BY_TWO))
    panel = RecordPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.follow(connection, RecordRef(TableName(None, "shelf"), ("a", 1)))
    qtbot.waitUntil(lambda: panel.record is not None and not panel.busy)
    assert tabs(panel) == ["Form", "Books 2"] or tabs(panel) == ["Form", "Book 2"]
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


def test_a_staged_delete_is_said(stage: Stage) -> None:
    page = go(stage, "tags", 1)
    bench_of(stage).delete([RecordRef(TableName(None, "tags"), (1,))])
    assert page.banner.text() == "Saving deletes this tag."
    assert page.form is not None and not page.form.isEnabled()
    page.cancel_button.click()
    assert page.banner.isHidden() and page.form.isEnabled()


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
