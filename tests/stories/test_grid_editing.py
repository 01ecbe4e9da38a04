"""Editing in the grid: typed, staged, undone, saved as one; refused and invalid texts stay where they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.models.cells import CellRole, CellState
from tests.stories.kit import Person
from ui.grid.header import GridHeader
from ui.panels.changes_panel import ReviewDialog

TITLE = "SELECT title FROM posts WHERE id = 1"


@pytest.fixture
def editor(person: Person) -> Iterator[Person]:
    """Someone looking at the posts; what is left unsaved at the end is let go."""
    person.open("posts")
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def at(person: Person, key: object, column: str) -> None:
    """Make one cell the current one."""
    row = person.go_to(key)
    model, grid = person.tab.model, person.tab.grid
    grid.setCurrentIndex(model.index(row, model.section_of(column)))


def state(person: Person, key: object, column: str) -> object:
    model = person.tab.model
    row = next(row for row in range(model.count) if model.key_at(row) == (key,))
    return model.data(model.index(row, model.section_of(column)), int(CellRole.STATE))


def tip(person: Person, key: object, column: str) -> str:
    model = person.tab.model
    row = next(row for row in range(model.count) if model.key_at(row) == (key,))
    return str(model.data(model.index(row, model.section_of(column)), int(Qt.ItemDataRole.ToolTipRole)))


def entry(person: Person, text: str) -> None:
    """Type over the current cell and go on with Enter."""
    person.press("F2", "Ctrl+A")
    person.write(text)
    person.press("Return")
    person.wait(lambda: not person.tab.grid.editing.open)


def saved(person: Person) -> None:
    """Ctrl+S, until nothing is staged."""
    person.press("Ctrl+S")
    person.wait(lambda: not person.connection.workbench.saving)
    person.wait(lambda: not person.tab.staged.text)
    person.settled()


def test_f2_enter_and_save(editor: Person) -> None:
    at(editor, 1, "title")
    before = editor.stored(TITLE)
    row = editor.tab.grid.currentIndex().row()
    entry(editor, "A new tide")
    assert editor.cell(1, "title") == "A new tide"
    assert state(editor, 1, "title") is CellState.CHANGED
    assert f"was {before}" in tip(editor, 1, "title")
    assert editor.tab.grid.currentIndex().row() == row + 1
    assert editor.tab.grid.hasFocus()
    assert editor.tab.staged.text == "1 change in 1 record"
    assert editor.stored(TITLE) == before
    saved(editor)
    assert editor.stored(TITLE) == "A new tide"
    assert state(editor, 1, "title") is CellState.NORMAL


def test_typing_replaces_and_tab_goes_right(editor: Person) -> None:
    at(editor, 1, "title")
    column = editor.tab.grid.currentIndex().column()
    editor.press("A")
    editor.wait(lambda: editor.tab.grid.editing.open)
    editor.type("bc")
    editor.press("Tab")
    assert editor.cell(1, "title").casefold() == "abc"
    assert editor.tab.grid.currentIndex().column() == column + 1
    editor.press("Shift+Tab")
    assert editor.tab.tools.search.text() == ""


def test_esc_leaves_the_field_and_then_takes_the_record_back(editor: Person) -> None:
    at(editor, 1, "title")
    before = editor.cell(1, "title")
    entry(editor, "Kept")
    at(editor, 1, "title")
    editor.press("F2", "Ctrl+A")
    editor.type("Not kept")
    editor.press("Esc")
    assert editor.cell(1, "title") == "Kept"
    assert editor.tab.grid.hasFocus()
    editor.press("Esc")
    assert editor.cell(1, "title") == before
    assert editor.tab.staged.text == ""


def test_opening_and_leaving_every_editor_stages_nothing(editor: Person) -> None:
    model = editor.tab.model
    for section in range(model.columnCount()):
        index = model.index(0, section)
        if not model.flags(index) & Qt.ItemFlag.ItemIsEditable:
            continue
        editor.tab.grid.setCurrentIndex(index)
        editor.tab.grid.setFocus()
        editor.press("F2")
        editor.wait(lambda: editor.tab.grid.editing.open)
        editor.press("Return")
        editor.wait(lambda: not editor.tab.grid.editing.open)
    assert not editor.connection.workbench.staging.dirty


def test_save_takes_the_open_editor_with_it(editor: Person) -> None:
    at(editor, 1, "title")
    editor.press("F2", "Ctrl+A")
    editor.type("Straight from the cell")
    saved(editor)
    assert editor.stored(TITLE) == "Straight from the cell"


def test_undo_and_redo_tell_what_they_do(editor: Person) -> None:
    before = editor.cell(1, "title")
    at(editor, 1, "title")
    entry(editor, "One")
    at(editor, 1, "title")
    entry(editor, "Two")
    undo = editor.window.actions_["edit.undo"]
    assert undo.text() == "Undo: set Title"
    editor.press("Ctrl+Z")
    assert editor.cell(1, "title") == "One"
    editor.press("Ctrl+Z")
    assert editor.cell(1, "title") == before
    assert not undo.isEnabled()
    editor.press("Ctrl+Y")
    assert editor.cell(1, "title") == "One"
    editor.press("Ctrl+Shift+Z")
    assert editor.cell(1, "title") == "Two"
    assert editor.stored(TITLE) == before


def test_fill_down_is_one_step_over_the_selection(editor: Person) -> None:
    keys = [editor.tab.model.key_at(row) for row in range(3)]
    editor.select(*(key[0] for key in keys if key))
    at_row = editor.tab.grid.selectionModel()
    section = editor.tab.model.section_of("status")
    at_row.setCurrentIndex(editor.tab.model.index(0, section), at_row.SelectionFlag.NoUpdate)
    first = editor.cell(keys[0][0] if keys[0] else None, "status")
    editor.press("Ctrl+D")
    assert [editor.cell(key[0], "status") for key in keys if key] == [first] * 3
    assert editor.window.actions_["edit.undo"].text().startswith("Undo: set Status on 2 records")
    editor.press("Ctrl+Z")
    assert editor.tab.staged.text == ""


def test_null_above_and_now(editor: Person) -> None:
    view = editor.tab.view
    editor.tab.model.set_view(replace(view, columns=(*view.columns, "deleted_by")))
    editor.settled()
    at(editor, 1, "deleted_by")
    entry(editor, "Ada")
    at(editor, 1, "deleted_by")
    editor.press("Alt+Del")
    assert editor.cell(1, "deleted_by") == "NULL"
    at(editor, 1, "created_at")
    editor.press("Ctrl+Shift+;")
    assert state(editor, 1, "created_at") is CellState.CHANGED
    row = editor.tab.grid.currentIndex().row()
    below = editor.tab.model.index(row + 1, editor.tab.model.section_of("created_at"))
    editor.tab.grid.setCurrentIndex(below)
    editor.press("Ctrl+'")
    key = editor.tab.model.key_at(row + 1)
    assert key is not None
    assert editor.cell(key[0], "created_at") == editor.cell(1, "created_at")
    at(editor, 1, "title")
    editor.press("Alt+Del")
    assert "must be filled in" in editor.boxes.press("Close").sentence
    at(editor, 1, "status")
    editor.press("Ctrl+Backspace")
    assert editor.cell(1, "status") == "default"
    saved(editor)
    assert editor.stored("SELECT status FROM posts WHERE id = 1") == "draft"


def test_a_reference_is_picked_by_its_name(editor: Person) -> None:
    name = "Grace Hopper"
    at(editor, 1, "author_id")
    editor.press("F2", "Ctrl+A")
    editor.type(name[:4])
    editor.press("Return")
    editor.wait(lambda: not editor.tab.grid.editing.open)
    assert editor.cell(1, "author_id") == name
    saved(editor)
    assert editor.stored("SELECT author_id FROM posts WHERE id = 1") == 2


def test_sort_filter_and_a_closed_tab_keep_what_is_staged(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Zz last")
    header = editor.tab.grid.horizontalHeader()
    assert isinstance(header, GridHeader)
    header.sort_wanted.emit("title", False)
    editor.settled()
    assert editor.cell(1, "title") == "Zz last"
    assert state(editor, 1, "title") is CellState.CHANGED
    editor.filter("id", "= 1", 1)
    assert editor.cell(1, "title") == "Zz last"
    editor.act("edit.clear_filter")
    editor.settled()
    editor.act("file.close_tab")
    editor.open("posts")
    assert editor.cell(1, "title") == "Zz last"
    assert editor.tab.staged.text == "1 change in 1 record"
    saved(editor)
    assert editor.stored(TITLE) == "Zz last"


def test_an_invalid_text_stays_and_blocks_saving(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Good")
    at(editor, 1, "view_count")
    entry(editor, "many")
    assert editor.cell(1, "view_count") == "many"
    assert state(editor, 1, "view_count") is CellState.INVALID
    assert "number" in tip(editor, 1, "view_count")
    assert "1 not valid" in editor.tab.staged.text
    editor.press("Ctrl+S")
    box = editor.boxes.press("Edit View count")
    assert "View count" in box.sentence
    assert editor.stored(TITLE) != "Good"
    editor.wait(lambda: editor.tab.current_column == "view_count")
    at(editor, 1, "view_count")
    editor.press("F2")
    editor.wait(lambda: editor.tab.grid.editing.open)
    editor.press("Ctrl+A")
    editor.type("12")
    editor.press("Return")
    saved(editor)
    assert editor.rows("SELECT title, view_count FROM posts WHERE id = 1") == [("Good", 12)]


def test_a_refused_save_keeps_all_and_marks_the_cell(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Also changed")
    editor.open("tags")
    at(editor, 1, "slug")
    entry(editor, "city")
    assert editor.tab.staged.text == "2 changes in 2 records"
    editor.press("Ctrl+S")
    box = editor.boxes.press("Edit Slug")
    assert "slug" in box.sentence.casefold()
    assert editor.stored(TITLE) != "Also changed"
    assert editor.cell(1, "slug") == "city"
    assert box.sentence in tip(editor, 1, "slug")
    editor.wait(lambda: editor.tab.current_column == "slug")
    entry(editor, "fresh-water")
    saved(editor)
    assert editor.stored(TITLE) == "Also changed"
    assert editor.stored("SELECT slug FROM tags WHERE id = 1") == "fresh-water"


def test_what_somebody_else_changed_is_not_overwritten(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Mine")
    editor.elsewhere("UPDATE posts SET title = 'Theirs' WHERE id = 1")
    editor.press("Ctrl+S")
    box = editor.boxes.press("Edit Title")
    assert "“Title”" in box.sentence
    assert editor.stored(TITLE) == "Theirs"
    assert editor.cell(1, "title") == "Mine"
    editor.wait(lambda: "was Theirs" in tip(editor, 1, "title"))
    saved(editor)  # knowingly, this time
    assert editor.stored(TITLE) == "Mine"


def test_a_record_deleted_by_somebody_else_is_shown_in_the_review(editor: Person) -> None:
    at(editor, 5, "title")
    entry(editor, "Too late")
    editor.elsewhere("DELETE FROM posts WHERE id = 5")
    editor.press("Ctrl+S")
    assert "deleted" in editor.boxes.press("Close").sentence
    dialog = editor.dialog(ReviewDialog)
    editor.click(dialog.back_button)
    assert dialog.headline.text() == "Nothing is changed any more."
    editor.press("Esc")
    editor.gone(dialog)
    assert editor.tab.staged.text == ""


def test_typing_searches_where_nothing_can_be_edited(editor: Person) -> None:
    editor.tab.model.set_view(replace(editor.tab.view, columns=("title", "body"), links=("tags",)))
    editor.settled()
    grid = editor.tab.grid
    grid.setCurrentIndex(editor.tab.model.index(0, editor.tab.model.section_of("tags")))
    grid.setFocus()
    editor.type("c")
    editor.wait(editor.tab.tools.search.hasFocus)
    assert editor.tab.tools.search.text() == "c"


def test_a_click_elsewhere_stages_what_was_typed(editor: Person) -> None:
    at(editor, 1, "title")
    editor.press("F2", "Ctrl+A")
    editor.type("Clicked away")
    grid, model = editor.tab.grid, editor.tab.model
    editor.click(grid.viewport(), grid.visualRect(model.index(3, 1)).center())
    editor.wait(lambda: not grid.editing.open)
    assert editor.cell(1, "title") == "Clicked away"
    assert grid.currentIndex().row() == 3


def test_opening_another_database_asks(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Stay here")
    before = editor.connection
    editor.act("data.reload")
    editor.boxes.press("Cancel")
    assert editor.connection is before
    assert editor.cell(1, "title") == "Stay here"
    editor.act("data.reload")
    editor.boxes.press("Save")
    editor.wait(lambda: editor.desk.workspace.connection not in (before, None))
    assert editor.stored(TITLE) == "Stay here"


def test_discard_takes_all_back_and_can_be_undone(editor: Person) -> None:
    before = editor.cell(1, "title")
    at(editor, 1, "title")
    entry(editor, "Gone soon")
    editor.act("data.discard")
    assert editor.cell(1, "title") == before
    assert not editor.can("data.save")
    editor.press("Ctrl+Z")
    assert editor.cell(1, "title") == "Gone soon"


def test_review_takes_one_field_back(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Reviewed")
    at(editor, 2, "title")
    entry(editor, "Taken back")
    editor.press("Ctrl+Shift+P")
    dialog = editor.dialog(ReviewDialog)
    assert dialog.headline.text() == "2 changes in 2 records"
    editor.click(dialog.details)
    assert "UPDATE posts" in dialog.sql.toPlainText()
    second = dialog.list.topLevelItem(1)
    assert second is not None
    dialog.list.setCurrentItem(second)
    editor.click(dialog.back_button)
    assert dialog.headline.text() == "1 change in 1 record"
    editor.click(dialog.go_button)
    editor.gone(dialog)
    editor.wait(lambda: editor.tab.current_key == (1,))
    saved(editor)
    assert editor.stored(TITLE) == "Reviewed"
    assert editor.stored("SELECT title FROM posts WHERE id = 2") != "Taken back"


def test_closing_the_window_asks(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Before leaving")
    editor.window.close()
    box = editor.boxes.press("Cancel")
    assert box.sentence.startswith("Save changes to 1 record in ")
    assert editor.window.isVisible()
    editor.window.close()
    editor.boxes.press("Save")
    editor.wait(lambda: not editor.window.isVisible())
    assert editor.stored(TITLE) == "Before leaving"


def test_closing_without_saving_writes_nothing(editor: Person) -> None:
    before = editor.stored(TITLE)
    at(editor, 1, "title")
    entry(editor, "Never kept")
    editor.window.close()
    editor.boxes.press("Don’t Save")
    editor.wait(lambda: not editor.window.isVisible())
    assert editor.stored(TITLE) == before


def test_the_dialog_starts_from_what_is_staged(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Staged in the grid")
    at(editor, 1, "title")
    editor.press("Return")
    dialog = editor.record()
    assert dialog.form.fields["title"].editor.value() == "Staged in the grid"
    editor.press("Esc")
    editor.gone(dialog)
    assert editor.cell(1, "title") == "Staged in the grid"
    assert editor.tab.staged.text == "1 change in 1 record"
    at(editor, 1, "title")
    editor.press("Return")
    dialog = editor.record()
    editor.fill(dialog, "view_count", "7")
    editor.save(dialog)
    editor.wait(lambda: not editor.tab.staged.text)
    assert editor.rows("SELECT title, view_count FROM posts WHERE id = 1") == [("Staged in the grid", 7)]
    assert not editor.can("edit.undo")


def test_a_field_set_back_in_the_dialog_is_staged_no_more(editor: Person) -> None:
    before = str(editor.stored(TITLE))
    at(editor, 1, "title")
    entry(editor, "Only for a moment")
    at(editor, 1, "title")
    editor.press("Return")
    dialog = editor.record()
    editor.fill(dialog, "title", before)
    editor.save(dialog)
    assert editor.tab.staged.text == ""
    assert editor.cell(1, "title") == before
