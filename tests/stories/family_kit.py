"""Owns a person's hands at what belongs to a record, in the panel and in the dialog, and commits counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from PySide6.QtWidgets import QApplication

from desktop.base.keys import NewKey
from desktop.schema.database import Database
from tests.stories.kit import Person
from ui.dialogs.record_dialog import RecordDialog
from ui.editors.lookup import LookupEditor
from ui.editors.picker_popup import PickerPopup
from ui.forms.record_form import RecordForm
from ui.panels.children_tab import ChildrenTab
from ui.panels.record_panel import RecordPanel
from ui.panels.record_tabs import RecordTabs
from ui.window.table_tab import TableTab

WRITTEN = (
    "SELECT p.title, count(DISTINCT c.id), count(DISTINCT t.tag_id) FROM posts p"
    " LEFT JOIN comments c ON c.post_id = p.id LEFT JOIN post_tags t ON t.post_id = p.id"
    " WHERE p.title = 'Night ferry' GROUP BY p.title"
)
"""Title, number of comments and of tags of the post entered in these stories."""


@contextmanager
def commits(database: Database) -> Iterator[list[object]]:
    """The transactions committed meanwhile by the program."""
    seen: list[object] = []

    def note(connection: sa.Connection) -> None:
        seen.append(connection)

    sa.event.listen(database.engine, "commit", note)
    try:
        yield seen
    finally:
        sa.event.remove(database.engine, "commit", note)


def fill(person: Person, form: RecordForm, column: str, text: str) -> None:
    """Replace what stands in a field by typing."""
    person.click(form.fields[column].editor.focus_target())
    person.press("Ctrl+A")
    person.write(text)


def pick(person: Person, form: RecordForm, column: str, text: str) -> None:
    """Choose a record in a field's picker: a part of its name, Enter."""
    editor = form.fields[column].editor
    assert isinstance(editor, LookupEditor)
    fill(person, form, column, text)
    popup(person)
    person.press("Return")
    person.wait(lambda: QApplication.activePopupWidget() is None and editor.text_is_valid() is None)


def popup(person: Person) -> PickerPopup:
    """The list of the picker that is open, with its answer."""
    person.wait(lambda: isinstance(QApplication.activePopupWidget(), PickerPopup))
    found = QApplication.activePopupWidget()
    assert isinstance(found, PickerPopup)
    person.wait(lambda: not found.waiting)
    return found


def tag(person: Person, form: RecordForm, text: str) -> None:
    """Put an existing tag on the post."""
    links = form.links["tags"]
    person.click(links.add_button)
    popup(person)
    person.write(text)
    person.wait(lambda: popup(person) is not None)
    person.press("Return")
    person.wait(lambda: text in links.names)


def new_tag(person: Person, form: RecordForm, name: str) -> None:
    """Make a tag in the list of the post's tags."""
    links, before = form.links["tags"], QApplication.activeModalWidget()
    person.click(links.add_button)
    person.click(popup(person).new_button)
    person.wait(lambda: QApplication.activeModalWidget() not in (None, before))
    nested = person.record()
    person.fill(nested, "name", name)
    person.fill(nested, "slug", name)
    person.press("Ctrl+S")
    person.gone(nested)
    person.wait(form.window().isActiveWindow)
    assert name in links.names


def children(person: Person, tabs: RecordTabs, heading: str) -> ChildrenTab:
    """Bring the tab of these children to the front."""
    place = next(place for place in range(tabs.bar.count()) if tabs.bar.tabText(place).startswith(heading))
    tabs.bar.setCurrentIndex(place)
    found = tabs.tabs[place - 1]
    person.wait(lambda: not tabs.busy and (found.model is None or found.model.exact))
    return found


def comment(person: Person, tab: ChildrenTab, author: str, body: str) -> None:
    """A new comment in the small grid."""
    before = tab.staged_count
    person.click(tab.new_button)
    person.wait(lambda: tab.staged_count == before + 1)
    person.wait(lambda: tab.grid is not None and tab.grid.hasFocus())
    type_in(person, tab, author)
    person.press("Tab")
    type_in(person, tab, body)
    person.press("Return")


def type_in(person: Person, tab: ChildrenTab, text: str) -> None:
    """Type over the current cell; its editor stays open."""
    assert tab.grid is not None
    editing = tab.grid.editing
    person.press("F2")
    person.wait(lambda: editing.open)
    person.press("Ctrl+A")
    person.write(text)


def begin_in_panel(person: Person) -> tuple[TableTab, RecordForm, RecordTabs]:
    """A new post at the end of the grid, in the panel."""
    tab = person.open("posts")
    person.press("Ctrl+N")
    panel = person.window.panel
    assert isinstance(panel, RecordPanel)
    person.wait(lambda: panel.record is not None and isinstance(panel.record.ref.key, NewKey))
    page, tabs = panel.form_page, panel.record_tabs
    assert page is not None and page.is_new and page.form is not None and tabs is not None
    return tab, page.form, tabs


def enter_post(person: Person, form: RecordForm) -> None:
    """All fields of the new post that must be filled in, and two tags, one of them new."""
    fill(person, form, "title", "Night ferry")
    fill(person, form, "body", "It waits.")
    pick(person, form, "author_id", "grace")
    tag(person, form, "city")
    new_tag(person, form, "night")


def begin_in_dialog(person: Person) -> RecordDialog:
    """A new post in its own dialog."""
    person.open("posts")
    person.press("Ctrl+Alt+N")
    return person.record()
