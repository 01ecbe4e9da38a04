"""Editing in the grid: what is typed is staged, shown, undone, and survives sorting, filtering, closing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from desktop.models.cells import CellState
from tests.stories.grid_kit import TITLE, at, entry, saved, state, tip, write
from tests.stories.kit import Person
from ui.grid.header import GridHeader


@pytest.fixture
def editor(person: Person) -> Iterator[Person]:
    """Someone looking at the posts; what is left unsaved at the end is let go."""
    person.open("posts")
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


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
    write(editor, "bc")
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
    write(editor, "Not kept")
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
    write(editor, "Straight from the cell")
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


def test_null_above_today_and_default(editor: Person) -> None:
    view = editor.tab.view
    editor.tab.model.set_view(replace(view, columns=(*view.columns, "deleted_by")))
    editor.settled()
    at(editor, 1, "deleted_by")
    entry(editor, "Ada")
    at(editor, 1, "deleted_by")
    editor.press("Alt+Del")
    assert editor.cell(1, "deleted_by") == "NULL"
    at(editor, 1, "created_at")
    editor.press("Ctrl+;")  # now may be the very second in which the record was made
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
    write(editor, name[:4])
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
