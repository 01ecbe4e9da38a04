"""What cannot be changed says why, and offers nothing that could not be done."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from tests.fixtures.databases import MakeDatabase
from tests.stories.conftest import Sit
from tests.stories.kit import Person

WRITING = (
    "record.new",
    "record.new_form",
    "record.duplicate",
    "record.delete",
    "record.delete_now",
    "record.delete_permanently",
    "record.restore",
    "record.set_field",
    "record.add_to_field",
    "file.import",
)


def nothing_can_be_written(person: Person) -> None:
    person.tab.go_to(0)
    assert [action for action in WRITING if person.can(action)] == []
    assert not person.tab.tools.new_button.isEnabled()


def test_a_view_says_so_and_can_still_be_searched(sit: Sit, make_database: MakeDatabase) -> None:
    person = sit(
        make_database(
            "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)",
            "INSERT INTO things VALUES (1, 'Bolt'), (2, 'Nut')",
            "CREATE VIEW shelf AS SELECT id, name FROM things",
        )
    )
    person.open("shelf")
    assert "Read-only: " in person.foot and "view" in person.foot
    nothing_can_be_written(person)
    person.press("Return", "Ctrl+N", "Ctrl+Del", "Del")
    person.wait(lambda: person.foot.startswith("1–2 of 2"))
    person.filter("name", "nut", 1)
    assert person.can("file.export")


def test_a_table_without_a_key_says_so(sit: Sit, make_postgres: MakeDatabase) -> None:
    person = sit(make_postgres("CREATE TABLE log (line TEXT)", "INSERT INTO log VALUES ('one'), ('two')"))
    person.open("log")
    assert "Read-only: " in person.foot and "key" in person.foot
    nothing_can_be_written(person)


def test_a_table_without_a_key_is_edited_by_rowid(sit: Sit, make_sqlite: MakeDatabase) -> None:
    person = sit(make_sqlite("CREATE TABLE log (line TEXT)", "INSERT INTO log VALUES ('one'), ('two')"))
    person.open("log")
    assert "Read-only" not in person.foot
    person.go_to(2)
    person.press("Shift+Return")
    dialog = person.record()
    person.fill(dialog, "line", "second")
    person.save(dialog)
    assert person.rows("SELECT line FROM log ORDER BY rowid") == [("one",), ("second",)]


@pytest.fixture
def reader(sit: Sit, make_database: MakeDatabase) -> Person:
    """Someone with a database opened with --read-only."""
    return sit(
        make_database(
            "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
            "INSERT INTO things VALUES (1, 'Bolt'), (2, 'Nut')",
            read_only=True,
        )
    )


def test_read_only_shows_records_without_save(reader: Person) -> None:
    reader.open("things")
    assert "Read-only: " in reader.foot
    nothing_can_be_written(reader)
    reader.go_to(1)
    # nothing can be edited in place, so Enter goes to the form
    reader.press("Return")
    dialog = reader.record()
    assert dialog.windowTitle() == "View Thing"
    assert not dialog.save_button.isVisible()
    assert dialog.cancel_button.text() == "Close"
    field = dialog.form.fields["name"]
    field.editor.focus_target().setFocus()
    reader.press("Ctrl+A")
    reader.write("Changed")
    assert field.editor.value() == "Bolt"
    reader.press("Ctrl+S")
    assert dialog.isVisible() and reader.boxes.open is None
    reader.press("Esc")
    reader.gone(dialog)
    assert reader.rows("SELECT name FROM things ORDER BY id") == [("Bolt",), ("Nut",)]


def test_the_navigator_says_that_it_is_read_only(reader: Person) -> None:
    labels = [label.text() for label in reader.window.navigator.findChildren(QLabel)]
    assert any(text.endswith("read-only") for text in labels)
