"""A value that is taken: told in words, marked, corrected, saved; the next operation is as usual."""

from __future__ import annotations

import pytest

from tests.stories.kit import Person
from ui.dialogs.record_dialog import RecordDialog

SENTENCE = "Another user already has this e-mail address."


@pytest.fixture
def refused(person: Person) -> RecordDialog:
    """A new user whose address belongs to Ada; the box is open."""
    person.open("users")
    person.press("Ctrl+Alt+N")
    dialog = person.record()
    person.fill(dialog, "name", "Ada Two")
    person.fill(dialog, "email", "ada@example.org")
    person.press("Ctrl+S")
    assert person.boxes.read().sentence == SENTENCE
    return dialog


def test_told_marked_corrected_and_saved(person: Person, refused: RecordDialog) -> None:
    box = person.boxes.press("Edit E-mail")
    assert set(box.verbs) == {"Details", "Open “Ada Lovelace”", "Edit E-mail"}
    assert box.default == "Edit E-mail"
    field = refused.form.fields["email"]
    person.wait(field.editor.focus_target().hasFocus)
    assert field.problem.isVisible() and field.problem.text() == SENTENCE
    assert field.editor.value() == "ada@example.org"
    assert refused.form.fields["name"].editor.value() == "Ada Two"
    person.press("Ctrl+A")
    person.write("ada.two@example.org")
    assert not field.problem.isVisible()
    person.save(refused)
    person.wait(lambda: person.foot.startswith("1–4 of 4"))
    assert person.rows("SELECT name, email FROM users WHERE id > 3") == [("Ada Two", "ada.two@example.org")]


def test_details_hold_the_technical_text(person: Person, refused: RecordDialog) -> None:
    details = person.boxes.unfold()
    assert "UNIQUE" in details.upper()
    assert "ada@example.org" not in person.boxes.read().sentence
    person.boxes.escape()
    assert refused.isVisible()
    person.press("Esc")
    person.boxes.press("Discard")
    person.gone(refused)
    assert person.stored("SELECT count(*) FROM users") == 3


def test_the_other_record_opens_from_the_box(person: Person, refused: RecordDialog) -> None:
    person.boxes.press("Open “Ada Lovelace”")
    person.wait(lambda: person.record() is not refused)
    other = person.record()
    assert other.headline.text() == "Ada Lovelace"
    person.fill(other, "email", "lovelace@example.org")
    person.save(other)
    person.wait(refused.isActiveWindow)
    person.save(refused)  # now the address is free
    assert person.rows("SELECT name, email FROM users WHERE id = 1 OR id > 3 ORDER BY id") == [
        ("Ada Lovelace", "lovelace@example.org"),
        ("Ada Two", "ada@example.org"),
    ]


def test_the_next_operation_is_as_usual(person: Person, refused: RecordDialog) -> None:
    person.boxes.escape()
    person.press("Esc")
    person.boxes.press("Discard")
    person.gone(refused)
    person.open("tags")
    person.go_to(2)
    person.press("Shift+Return")
    dialog = person.record()
    person.fill(dialog, "name", "town")
    person.save(dialog)
    assert person.stored("SELECT name FROM tags WHERE id = 2") == "town"
    assert person.stored("SELECT count(*) FROM users") == 3


def test_an_update_that_would_take_it_is_refused_too(person: Person) -> None:
    person.open("tags")
    person.go_to(3)
    person.press("Shift+Return")
    dialog = person.record()
    person.fill(dialog, "slug", "water")
    person.press("Ctrl+Return")
    box = person.boxes.press("Edit Slug")
    assert box.sentence == "Another tag already has this slug."
    assert "Open “water”" in box.verbs
    person.press("Esc")
    person.boxes.press("Discard")
    person.gone(dialog)
    assert person.stored("SELECT slug FROM tags WHERE id = 3") == "long-read"
