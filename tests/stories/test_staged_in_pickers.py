"""What is staged and not saved is chosen in a picker like what is stored, and saved before what needs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.base.keys import NewKey
from desktop.edit.changes import Action
from tests.stories.family_kit import begin_in_dialog, begin_in_panel, commits, fill, popup
from tests.stories.grid_kit import entry, saved
from tests.stories.kit import Person
from ui.editors.picker_popup import PickerPopup
from ui.forms.record_form import RecordForm
from ui.panels.record_panel import RecordPanel

WRITTEN = (
    "SELECT p.title, u.name, u.email FROM posts p JOIN users u ON u.id = p.author_id"
    " WHERE p.id > 6 ORDER BY p.title"
)


@pytest.fixture
def writer(person: Person) -> Iterator[Person]:
    """Someone at the window; what is left unsaved at the end is let go."""
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def to_new(person: Person, column: str, row: int = -1) -> None:
    """Make a cell of a new record the current one: of the last, unless told."""
    model, grid = person.tab.model, person.tab.grid
    grid.setFocus()
    place = row if row >= 0 else model.rowCount() - 1
    assert isinstance(model.ref_at(place).key, NewKey)  # type: ignore[union-attr]
    grid.setCurrentIndex(model.index(place, model.section_of(column)))


def enter_new(person: Person, table: str, **values: str) -> None:
    """A new record at the end of the grid."""
    if person.desk.workspace.tab is None or person.tab.table.name.name != table:
        person.open(table)
    before = person.tab.model.rowCount()
    person.press("Ctrl+N")
    person.wait(lambda: person.tab.model.rowCount() == before + 1)
    for column, text in values.items():
        to_new(person, column)
        entry(person, text)


def write_body(person: Person) -> None:
    """The grid does not show it; the panel beside the grid does."""
    ref, panel = person.tab.model.ref_at(person.tab.model.rowCount() - 1), person.window.panel
    assert isinstance(panel, RecordPanel)
    person.wait(lambda: panel.record is not None and panel.record.ref == ref and not panel.busy)
    assert panel.form_page is not None and panel.form_page.form is not None
    fill(person, panel.form_page.form, "body", "It waits.")


def offered(person: Person) -> list[tuple[str, str]]:
    """Name and mark of each record in the open list."""
    found: PickerPopup = popup(person)
    items = [found.list.topLevelItem(row) for row in range(found.list.topLevelItemCount())]
    return [(item.text(0), item.text(item.columnCount() - 1)) for item in items if item is not None]


def pick_in_cell(person: Person, column: str, text: str) -> None:
    """Type a part of the name, take the first."""
    to_new(person, column)
    person.press("F2", "Ctrl+A")
    person.write(text)
    assert offered(person)[0] == ("Nora Quill", "not saved yet")
    person.press("Return")
    person.wait(lambda: QApplication.activePopupWidget() is None and not person.tab.grid.editing.open)


def two_posts_of_a_new_author(person: Person) -> None:
    enter_new(person, "users", name="Nora Quill", email="nora@example.org")
    for title in ("Dawn ferry", "Night ferry"):
        enter_new(person, "posts", title=title)
        write_body(person)
        pick_in_cell(person, "author_id", "quill")


def test_two_new_posts_share_a_new_author(writer: Person) -> None:
    two_posts_of_a_new_author(writer)
    before = writer.counts()
    model = writer.tab.model
    shown = [model.data(model.index(row, model.section_of("author_id"))) for row in (6, 7)]
    assert shown == ["Nora Quill", "Nora Quill"]
    with commits(writer.database) as made:
        saved(writer)
    assert len(made) == 1
    assert writer.rows(WRITTEN) == [
        ("Dawn ferry", "Nora Quill", "nora@example.org"),
        ("Night ferry", "Nora Quill", "nora@example.org"),
    ]
    grown = {name: count - before[name] for name, count in writer.counts().items() if count != before[name]}
    assert grown == {"users": 1, "posts": 2}


def test_the_posts_go_with_the_author_and_come_back_with_it(writer: Person) -> None:
    two_posts_of_a_new_author(writer)
    staging = writer.connection.workbench.staging
    writer.open("users")
    to_new(writer, "name")
    writer.press("Ctrl+Del")
    writer.wait(lambda: not staging.dirty)
    writer.press("Ctrl+Z")
    assert [change.action for change in staging.changes] == [Action.INSERT] * 3
    saved(writer)
    assert [row[:2] for row in writer.rows(WRITTEN)] == [
        ("Dawn ferry", "Nora Quill"),
        ("Night ferry", "Nora Quill"),
    ]


def test_undone_step_by_step_nothing_points_to_nothing(writer: Person) -> None:
    two_posts_of_a_new_author(writer)
    workbench = writer.connection.workbench
    while workbench.undo() is not None:
        there = {change.ref.key for change in workbench.staging.changes}
        pointed = {value for change in workbench.staging.changes for value in change.values.values()}
        assert {value for value in pointed if isinstance(value, NewKey)} <= there
    assert not workbench.staging.dirty


def choose(person: Person, form: RecordForm) -> None:
    """The new author in the form's picker, the new tag in its chips."""
    fill(person, form, "author_id", "nora")
    assert offered(person)[0] == ("Nora Quill", "not saved yet")
    person.press("Return")
    person.wait(lambda: QApplication.activePopupWidget() is None)
    links = form.links["tags"]
    person.click(links.add_button)
    assert [mark for _, mark in offered(person)][:2] == ["not saved yet", ""]
    person.press("Return")
    person.wait(lambda: links.names == ["night"])


@pytest.mark.parametrize("where", ["panel", "dialog"])
def test_a_form_offers_them_too(writer: Person, where: str) -> None:
    enter_new(writer, "users", name="Nora Quill", email="nora@example.org")
    enter_new(writer, "tags", name="night", slug="night")
    form = begin_in_panel(writer)[1] if where == "panel" else begin_in_dialog(writer).form
    fill(writer, form, "title", "Night ferry")
    fill(writer, form, "body", "It waits.")
    choose(writer, form)
    with commits(writer.database) as made:
        writer.press("Ctrl+S")
        writer.wait(lambda: not writer.connection.workbench.staging.dirty)
    assert len(made) == 1
    assert writer.rows(WRITTEN) == [("Night ferry", "Nora Quill", "nora@example.org")]
    linked = "SELECT t.name FROM tags t JOIN post_tags l ON l.tag_id = t.id WHERE l.post_id > 6"
    assert writer.rows(linked) == [("night",)]
