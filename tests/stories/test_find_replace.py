"""A person replaces text all over a view: looks at it first, stages it as one step, undoes it, saves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.guards.test_accessibility import nameless
from tests.stories.grid_kit import at, entry, saved
from tests.stories.kit import Person
from ui.dialogs.replace_dialog import ReplaceDialog

TITLES = "SELECT title FROM posts ORDER BY id"


@pytest.fixture
def editor(person: Person) -> Iterator[Person]:
    """Someone looking at the posts; what is left unsaved at the end is let go."""
    person.open("posts")
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def opened(person: Person) -> ReplaceDialog:
    """The dialog, by its key, with the cursor in its first field."""
    person.press("Ctrl+H")
    person.wait(lambda: isinstance(QApplication.activeWindow(), ReplaceDialog))
    dialog = QApplication.activeWindow()
    assert isinstance(dialog, ReplaceDialog)
    person.wait(dialog.sought.hasFocus)
    return dialog


def answered(person: Person, dialog: ReplaceDialog) -> list[str]:
    person.wait(lambda: not dialog.busy)
    return [str(dialog.model.data(dialog.model.index(row, 2))) for row in range(dialog.model.rowCount())]


def test_a_pattern_with_a_look_first_by_keyboard(editor: Person) -> None:
    before = editor.rows(TITLES)
    at(editor, 3, "title")
    entry(editor, "The new one")
    dialog = opened(editor)
    dialog.regex.setFocus()
    editor.press("Space")
    dialog.sought.setFocus()
    editor.write("(\\w+) (river")
    person_sees = "This pattern cannot be read: missing ), unterminated subpattern at position 6."
    editor.wait(lambda: dialog.problem.text() == person_sees)
    assert not dialog.replace_button.isEnabled()
    editor.write("|new)")
    editor.press("Tab")
    editor.write("\\2 \\1")
    assert answered(editor, dialog) == [
        "The river that learned to wait → river The that learned to wait",
        "The new one → new The one",
    ]
    assert dialog.status.text() == "2 cells can be replaced."
    assert dialog.replace_button.text() == "Replace in 2 cells"
    assert editor.connection.workbench.staging.change_count == 1  # nothing yet but what was typed
    editor.press("Ctrl+Return")
    assert editor.window.actions_["edit.undo"].text() == "Undo: replace in 2 cells"
    editor.wait(lambda: dialog.status.text().startswith("Replaced in 2 cells."))
    editor.press("Esc")
    editor.gone(dialog)
    assert editor.cell(1, "title") == "river The that learned to wait"
    editor.press("Ctrl+Z")
    assert (editor.cell(1, "title"), editor.cell(3, "title")) == (before[0][0], "The new one")
    editor.press("Ctrl+Y")
    assert editor.rows(TITLES) == before
    saved(editor)
    after = editor.rows(TITLES)
    assert [after[0], after[2]] == [("river The that learned to wait",), ("new The one",)]
    assert [row for place, row in enumerate(after) if place not in (0, 2)] == [
        row for place, row in enumerate(before) if place not in (0, 2)
    ]


def test_only_the_selected_records_and_one_column(editor: Person) -> None:
    editor.select(1, 6)
    dialog = opened(editor)
    dialog.columns.setCurrentIndex(dialog.columns.findData("view_count"))
    editor.click(dialog.only_selected)
    dialog.sought.setFocus()
    editor.write("8")
    editor.press("Tab")
    editor.write("0")
    assert answered(editor, dialog) == ["18422 → 10422", "58 → 50"]
    editor.press("Shift+Tab", "Tab", "Ctrl+A")
    editor.write("x")
    editor.wait(lambda: "2 cells cannot" in dialog.status.text())
    assert not dialog.replace_button.isEnabled()
    editor.press("Backspace", "7")
    editor.wait(lambda: dialog.replace_button.isEnabled())
    editor.click(dialog.replace_button)
    editor.wait(lambda: editor.connection.workbench.staging.change_count == 2)
    editor.press("Esc")
    editor.gone(dialog)
    saved(editor)
    assert editor.rows("SELECT view_count FROM posts WHERE id IN (1, 6) ORDER BY id") == [(17422,), (57,)]


def test_it_goes_with_its_table_and_its_window(editor: Person) -> None:
    dialog = opened(editor)
    editor.desk.workspace.close_tab(editor.tab)
    editor.gone(dialog)
    editor.open("tags")
    again = opened(editor)
    assert nameless(again) == []
    assert again.windowTitle() == "Replace in Tags"
    editor.window.close()
    editor.wait(lambda: not editor.window.isVisible())
    editor.gone(again)
