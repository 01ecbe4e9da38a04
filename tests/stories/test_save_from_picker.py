"""Ctrl+S in a cell whose list of records is open: what was looked for is taken along."""

from __future__ import annotations

from tests.stories.grid_kit import at, write
from tests.stories.kit import Person
from ui.editors.lookup import LookupEditor
from ui.editors.picker_popup import PickerPopup
from ui.grid.edit_delegate import EditDelegate

AUTHOR = "SELECT author_id FROM posts WHERE id = 1"


def open_list(person: Person) -> PickerPopup:
    at(person, 1, "author_id")
    person.press("F2", "Alt+Down")
    delegate = person.tab.grid.itemDelegate()
    assert isinstance(delegate, EditDelegate)
    editor = delegate.editor
    assert isinstance(editor, LookupEditor)
    popup = editor.popup
    assert popup is not None
    person.wait(lambda: popup.isVisible() and not popup.waiting and len(popup.candidates) > 1)
    return popup


def test_what_was_found_is_saved(person: Person) -> None:
    person.open("posts")
    before = person.stored(AUTHOR)
    popup = open_list(person)
    write(person, "grace")
    person.wait(lambda: not popup.waiting and [one.label for one in popup.candidates] == ["Grace Hopper"])
    person.press("Ctrl+S")
    person.wait(lambda: person.stored(AUTHOR) != before)
    person.wait(lambda: not person.tab.staged.text)
    assert person.stored(f"SELECT name FROM users WHERE id = {person.stored(AUTHOR)}") == "Grace Hopper"  # noqa: S608
    assert not person.tab.grid.editing.open


def test_a_look_at_the_list_changes_nothing(person: Person) -> None:
    person.open("posts")
    before = person.stored(AUTHOR)
    at(person, 1, "title")
    person.tab.model.setData(person.tab.grid.currentIndex(), "Saved")
    open_list(person)
    person.press("Ctrl+S")
    person.wait(lambda: person.stored("SELECT title FROM posts WHERE id = 1") == "Saved")
    person.wait(lambda: not person.connection.workbench.staging.dirty)
    assert person.stored(AUTHOR) == before
