"""The whole grid by keyboard: Tab as in a spreadsheet, F6 to the other parts, and keys that say why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.models.cells import CellState
from tests.stories.grid_kit import at, state, write
from tests.stories.kit import Person
from ui.editors.picker_popup import PickerPopup
from ui.panels.record_panel import RecordPanel


@pytest.fixture
def editor(person: Person) -> Iterator[Person]:
    """Someone at the window; what is left unsaved at the end is let go."""
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def here(person: Person) -> tuple[int, str | None]:
    """The current row and column."""
    return person.tab.grid.currentIndex().row(), person.tab.current_column


def begin(person: Person, text: str) -> None:
    """Type into a cell without opening it first."""
    write(person, text[0])
    write(person, text[1:])


def focused_in(person: Person, part: QWidget | None) -> bool:
    focus = QApplication.focusWidget()
    return part is not None and focus is not None and part.isAncestorOf(focus)


def test_tab_goes_through_the_cells_and_past_the_last_one(editor: Person) -> None:
    editor.open("tags")
    at(editor, 1, "name")
    editor.press("Tab")
    assert here(editor) == (0, "slug")
    editor.press("Tab", "Tab")  # the key itself, then the next record
    assert here(editor) == (1, "name")
    editor.press("Shift+Tab", "Shift+Tab")
    assert here(editor) == (0, "slug")
    assert not editor.connection.workbench.staging.dirty
    at(editor, 3, "id")
    editor.press("Tab")
    assert here(editor) == (3, "name")
    begin(editor, "one")
    editor.press("Tab", "Tab")  # a field left out
    assert here(editor) == (3, "id")
    editor.press("Tab")
    begin(editor, "two")
    editor.press("Shift+Tab")
    assert here(editor) == (3, "id") and editor.tab.grid.hasFocus()
    assert [editor.tab.model.index(row, 0).data() for row in (3, 4)] == ["one", "two"]


def test_f6_goes_round_the_parts_of_the_window(editor: Person) -> None:
    editor.open("tags")
    window, panel = editor.window, editor.window.panel
    at(editor, 1, "name")
    assert isinstance(panel, RecordPanel)
    editor.wait(lambda: panel.record is not None and panel.record.ref.key == (1,) and not panel.busy)
    editor.press("F2")
    write(editor, "deep water")
    editor.press("F6")
    assert focused_in(editor, panel)
    assert editor.cell(1, "name") == "deep water"  # what stood in the cell was taken
    editor.press("F6")
    assert focused_in(editor, window.navigator)
    editor.press("F6")
    assert editor.tab.grid.hasFocus()
    editor.press("Ctrl+Shift+P", "Shift+F6", "Shift+F6")
    assert editor.tab.grid.hasFocus()
    editor.press("Shift+F6", "Shift+F6")
    assert focused_in(editor, window.changes)


def test_a_record_to_be_deleted_says_why_it_takes_no_value(editor: Person) -> None:
    editor.open("comments")
    editor.select(2)
    editor.press("Ctrl+Del")
    at(editor, 2, "author_name")
    write(editor, "Z")
    assert editor.foot.startswith("This record will be deleted with the next save; Ctrl+Del keeps it.")
    assert editor.tab.tools.search.text() == "" and editor.tab.grid.hasFocus()
    editor.press("Shift+Up", "Ctrl+D")
    assert editor.boxes.press("Close").sentence == "Some of these records will be deleted with the next save."
    editor.press("Down", "Ctrl+Del")
    assert "will be deleted" not in editor.foot


def test_a_key_that_cannot_do_its_work_says_why(editor: Person) -> None:
    editor.open("comments")
    at(editor, 1, "author_name")
    editor.press("Ctrl+;")
    assert editor.boxes.press("Close").sentence == "Author name holds no date."
    editor.press("Ctrl+'")
    assert editor.boxes.press("Close").sentence == "There is no record above this one."
    assert not editor.connection.workbench.staging.dirty


def test_a_name_typed_in_full_or_in_part_is_taken_by_tab(editor: Person) -> None:
    editor.open("posts")
    at(editor, 1, "author_id")
    begin(editor, "grace hopper")
    editor.press("Tab")
    editor.wait(lambda: not editor.tab.grid.editing.open)
    row, _ = here(editor)
    assert (editor.cell(1, "author_id"), here(editor)) == ("Grace Hopper", (row, "status"))
    assert editor.tab.grid.hasFocus()
    editor.press("Shift+Tab")
    begin(editor, "zo")
    editor.wait(lambda: isinstance(QApplication.activePopupWidget(), PickerPopup))
    editor.press("Shift+Tab")
    editor.wait(lambda: not editor.tab.grid.editing.open)
    assert (editor.cell(1, "author_id"), here(editor)) == ("Zoé Müller", (row, "title"))


def test_a_name_that_two_have_or_nobody_has_is_not_guessed_by_tab(editor: Person) -> None:
    editor.elsewhere("UPDATE users SET name = 'Ada Lovelace' WHERE id = 3")
    editor.open("posts")
    for name in ("ada lovelace", "nobody at all"):
        at(editor, 3, "author_id")
        begin(editor, name)
        editor.press("Tab")
        editor.wait(lambda: not editor.tab.grid.editing.open)
        assert editor.tab.current_column == "status"
        assert (editor.cell(3, "author_id"), state(editor, 3, "author_id")) == (name, CellState.INVALID)


def test_typing_replaces_a_long_text_and_f2_goes_on_with_it(editor: Person) -> None:
    editor.open("posts")
    editor.tab.model.set_view(replace(editor.tab.view, columns=("title", "body"), links=()))
    editor.settled()
    at(editor, 1, "body")
    editor.press("F2")
    write(editor, " More.")
    editor.press("Return")
    assert editor.cell(1, "body") == "Water and time. More."
    at(editor, 1, "body")
    begin(editor, "Less.")
    editor.press("Return")
    assert editor.cell(1, "body") == "Less."


def test_going_to_another_record_takes_the_open_editor_with_it(editor: Person) -> None:
    editor.open("tags")
    for number, action in enumerate(("record.next", "record.last", "record.previous", "record.first")):
        at(editor, 2, "name")
        editor.press("F2", "Ctrl+A")
        write(editor, f"name {number}")
        editor.act(action)
        assert not editor.tab.grid.editing.open and editor.tab.grid.hasFocus()
        assert editor.cell(2, "name") == f"name {number}"
        assert editor.tab.current_key != (2,)
