"""The whole grid by keyboard: Tab as in a spreadsheet, F6 to the other parts, and keys that say why not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.stories.grid_kit import at, write
from tests.stories.kit import Person


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
    assert panel is not None
    editor.wait(lambda: "water" in [entry.text() for entry in panel.findChildren(QLineEdit)])
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
