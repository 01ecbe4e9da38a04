"""Owns what the stories of new records share: entering one in the panel, and finding its fields."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from tests.edit.craft import insert
from tests.stories.kit import Person
from ui.panels.record_panel import RecordPanel

MORE = insert(
    "tags (id, name, slug)", ((number, f"Tag {number}", f"tag-{number}") for number in range(10, 900))
)


def panel(person: Person) -> RecordPanel:
    found = person.window.panel
    assert isinstance(found, RecordPanel)
    return found


def begin(person: Person, name: str) -> None:
    """A new tag, entered in the panel; the cursor is in its name."""
    person.act("record.new")
    found = panel(person)
    person.wait(lambda: found.form_page is not None and found.form_page.is_new)
    for column in ("slug", "name"):
        person.click(line(person, column))
        person.write(name)


def line(person: Person, column: str) -> QLineEdit:
    page = panel(person).form_page
    assert page is not None and page.form is not None
    found = page.form.fields[column].editor.focus_target()
    assert isinstance(found, QLineEdit)
    return found
