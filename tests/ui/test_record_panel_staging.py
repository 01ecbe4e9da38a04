"""The record panel stages what is typed, shows what is staged elsewhere, saves and takes back one record."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.sample.models import Base
from desktop.schema.database import Database
from desktop.staging.staging import Edit, Invalid
from tests.fixtures.boxes import Boxes
from tests.fixtures.databases import NEWSROOM_ROWS, MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from tests.ui.panel_kit import bench_of, go, panel_of, target, text, type_into
from tests.ui.window_kit import Stage, show_window
from ui.dialogs.conflict_dialog import ConflictDialog
from ui.editors.lookup import LookupEditor

POSTS = TableName(None, "posts")


@pytest.fixture
def paper(make_sqlite: MakeDatabase) -> Database:
    """The small newsroom, on SQLite."""
    return make_sqlite(Base.metadata, *NEWSROOM_ROWS)


@pytest.fixture
def stage(qtbot: QtBot, paper: Database, app_connection: AppConnection) -> Stage:
    """A window over the small newsroom."""
    return show_window(qtbot, app_connection(paper))


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


def test_somebody_else_was_faster(stage: Stage, qtbot: QtBot, paper: Database, second: OpenSecond) -> None:
    page = go(stage, "tags", 1)
    type_into(page, "name", "rain")
    other = second(paper)
    other.exec_driver_sql("UPDATE tags SET name = 'snow' WHERE id = 1")
    page.save_button.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ConflictDialog))
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, ConflictDialog) and "changed" in asked.headline.text()
    assert page.form is not None and text(page, "name") == "rain"
    with qtbot.waitSignal(bench_of(stage).busy, check_params_cb=lambda busy: not busy):
        asked.save_button.click()  # mine, unless chosen otherwise
    assert other.exec_driver_sql("SELECT name FROM tags WHERE id = 1").scalar() == "rain"


def test_a_staged_delete_is_said(stage: Stage) -> None:
    page = go(stage, "tags", 1)
    bench_of(stage).delete([RecordRef(TableName(None, "tags"), (1,))])
    assert page.banner.text() == "This tag will be deleted with the next save. Press Ctrl+Del to keep it."
    assert page.save_button.text() == "Delete tag" and page.save_button.isEnabled()
    assert page.form is not None and all(editor.read_only for editor in page.form.editors())
    type_into(page, "name", "typed")
    assert text(page, "name") == "water"
    page.cancel_button.click()
    assert page.banner.isHidden() and page.save_button.text() == "Save tag"
    type_into(page, "name", "rain")
    assert text(page, "name") == "rain" and bench_of(stage).staging.dirty
