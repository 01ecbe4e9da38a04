"""A person edits in the record panel: the grid shows it at once, Save and Cancel mean this record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget

from desktop.base.keys import RecordRef
from tests.stories.kit import Person
from ui.panels.record_panel import RecordPanel
from ui.window.panel_commands import PanelCommands

TITLE = "SELECT title FROM posts WHERE id = 4"


@pytest.fixture
def reader(person: Person) -> Iterator[Person]:
    """Someone looking at the posts; what is left unsaved at the end is let go."""
    person.open("posts")
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def panel(person: Person) -> RecordPanel:
    found = person.window.panel
    assert isinstance(found, RecordPanel)
    return found


def shown(person: Person, table: str, key: object) -> RecordPanel:
    """The panel, once it shows the record that is the current one now."""
    found = panel(person)
    name = person.database.find(table)
    person.wait(lambda: found.record is not None and found.record.ref == RecordRef(name, (key,)))
    person.wait(lambda: not found.busy)
    return found


def field(person: Person, column: str) -> QWidget:
    page = panel(person).form_page
    assert page is not None and page.form is not None
    return page.form.fields[column].editor.focus_target()


def fill(person: Person, column: str, text: str) -> None:
    """Replace what stands in a field of the panel by typing."""
    person.click(field(person, column))
    person.press("Ctrl+A")
    person.write(text)


def test_type_see_it_in_the_grid_and_save(reader: Person) -> None:
    reader.go_to(4)
    shown(reader, "posts", 4)
    fill(reader, "title", "What she saw")
    assert reader.cell(4, "title") == "What she saw"
    assert reader.tab.staged.text == "1 change in 1 record"
    assert reader.stored(TITLE) == "What the harbour master saw"
    reader.press("Ctrl+S")
    reader.wait(lambda: reader.stored(TITLE) == "What she saw")
    reader.wait(lambda: panel(reader).header.title.words == "What she saw")
    reader.wait(lambda: reader.cell(4, "title") == "What she saw" and not reader.tab.staged.text)


def test_down_the_records_with_the_hands_in_one_field(reader: Person) -> None:
    reader.go_to(4)
    shown(reader, "posts", 4)
    for key, count in ((4, "1"), (5, "2"), (6, "3")):
        shown(reader, "posts", key)
        if key == 4:
            fill(reader, "view_count", count)
        else:
            reader.wait(lambda: field(reader, "view_count").hasFocus())
            reader.press("Ctrl+A")
            reader.write(count)
        reader.press("Alt+Down")
    assert reader.tab.staged.text == "3 changes in 3 records"
    reader.press("Ctrl+S")
    reader.wait(lambda: not reader.tab.staged.text)
    assert reader.rows("SELECT view_count FROM posts WHERE id >= 4 ORDER BY id") == [(1,), (2,), (3,)]


def test_cancel_and_escape(reader: Person) -> None:
    reader.go_to(4)
    found = shown(reader, "posts", 4)
    fill(reader, "title", "Gone")
    assert found.form_page is not None
    reader.click(found.form_page.cancel_button)
    assert reader.cell(4, "title") == "What the harbour master saw"
    assert not reader.tab.staged.text
    reader.click(field(reader, "title"))
    reader.press("Esc")
    reader.wait(reader.tab.grid.hasFocus)
    reader.press("F4")
    assert found.isHidden()
    reader.press("F4")
    shown(reader, "posts", 4)


def test_refused_then_corrected(reader: Person) -> None:
    reader.open("users")
    reader.go_to(1)
    found = shown(reader, "users", 1)
    fill(reader, "email", "grace@example.org")
    reader.press("Ctrl+Return")
    box = reader.boxes.press("Edit")
    assert box.sentence == "Another user already has this e-mail address."
    reader.wait(lambda: field(reader, "email").hasFocus())
    assert found.form_page is not None and found.form_page.form is not None
    assert found.form_page.form.fields["email"].problem.text() == box.sentence
    reader.press("Ctrl+A")
    reader.write("countess@example.org")
    reader.press("Ctrl+Return")
    reader.wait(lambda: not reader.tab.staged.text)
    assert reader.stored("SELECT email FROM users WHERE id = 1") == "countess@example.org"


def test_a_child_is_edited_in_its_own_small_grid(reader: Person) -> None:
    reader.go_to(1)
    found = shown(reader, "posts", 1)
    assert found.tabs.tabText(1) == "Comments 2"
    found.tabs.setCurrentIndex(1)
    grid = found.children_tabs[0].grid
    assert grid is not None
    model = grid.record_model
    reader.wait(lambda: model.rowCount() == 2 and model.key_at(0) == (1,))
    grid.setFocus()
    grid.setCurrentIndex(model.index(0, model.section_of("author_name")))
    reader.press("F2", "Ctrl+A")
    reader.write("Tom")
    reader.press("Ctrl+S")
    name = "SELECT author_name FROM comments WHERE id = 1"
    reader.wait(lambda: reader.stored(name) == "Tom")
    reader.wait(lambda: model.data(model.index(0, model.section_of("author_name"))) == "Tom")


def test_a_new_child_points_here_from_the_start(reader: Person) -> None:
    reader.go_to(4)
    found = shown(reader, "posts", 4)
    found.tabs.setCurrentIndex(1)
    comments = found.children_tabs[0]
    reader.wait(lambda: comments.model is not None and comments.model.exact)
    reader.click(comments.new_button)
    grid = comments.grid
    assert grid is not None
    reader.wait(grid.hasFocus)
    reader.press("F2")
    reader.write("Ann")
    reader.press("Tab", "F2")
    reader.write("So was I.")
    reader.press("Return")
    assert found.tabs.tabText(1) == "Comments 2"
    assert reader.tab.staged.text == "1 change in 1 record"
    assert reader.stored("SELECT count(*) FROM comments") == 3
    reader.press("Ctrl+S")
    stored = "SELECT body FROM comments WHERE author_name = 'Ann' AND post_id = 4"
    reader.wait(lambda: reader.stored(stored) == "So was I.")
    reader.wait(lambda: comments.model is not None and comments.model.rowCount() == 2)
    reader.wait(lambda: found.tabs.tabText(1) == "Comments 2" and not found.busy)


def test_it_is_as_wide_as_it_was(reader: Person) -> None:
    found = panel(reader)
    assert found.isVisible() and 300 < found.width() < 400
    commands = reader.desk.findChildren(PanelCommands) or reader.desk.workspace.findChildren(PanelCommands)
    assert len(commands) == 1
