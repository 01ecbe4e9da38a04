"""One field of many records at once, by one statement: a value, nothing, now, or an amount more."""

from __future__ import annotations

from collections.abc import Callable

from desktop.schema.database import Database
from tests.fixtures.databases import SqlLog
from tests.stories.kit import Person
from ui.dialogs.add_to_field_dialog import AddToFieldDialog
from ui.dialogs.set_field_dialog import SetFieldDialog


def set_field(person: Person, heading: str) -> SetFieldDialog:
    person.press("Ctrl+Shift+E")
    dialog = person.bulk(SetFieldDialog)
    assert dialog.go_button is not None
    dialog.field.setCurrentIndex(dialog.field.findText(heading))
    person.wait(dialog.go_button.isEnabled)  # what that field holds is weighed
    return dialog


def apply(person: Person, dialog: SetFieldDialog | AddToFieldDialog) -> str:
    """Press the button; what it said it would do."""
    assert dialog.go_button is not None
    words = dialog.go_button.text()
    person.click(dialog.go_button)
    person.gone(dialog)
    return words


def test_a_value_for_a_selection(person: Person, sql_log: Callable[[Database], SqlLog]) -> None:
    person.open("posts")
    person.select(1, 2, 4)
    dialog = set_field(person, "Status")
    assert dialog.editor is not None
    dialog.editor.focus_target().setFocus()
    person.write("A")
    log = sql_log(person.database)
    assert apply(person, dialog) == "Set Status on 3 posts"
    assert len(log.writes) == 1
    assert person.rows("SELECT id FROM posts WHERE status = 'archived' ORDER BY id") == [(1,), (2,), (4,)]
    person.wait(lambda: person.cell(4, "status") == "Archived")


def test_nothing_for_all_that_match(person: Person) -> None:
    person.elsewhere("UPDATE users SET bio = 'Writes.'")
    tab = person.open("users")
    person.filter("name", "ace", 2)
    tab.grid.setFocus()
    person.press("Ctrl+A")
    dialog = set_field(person, "Bio")
    dialog.to_null.setFocus()
    person.press("Space")
    assert apply(person, dialog) == "Set Bio on 2 users"
    assert person.rows("SELECT name FROM users WHERE bio IS NOT NULL") == [("Zoé Müller",)]


def test_the_present_time(person: Person) -> None:
    person.elsewhere("UPDATE posts SET updated_at = '2020-01-01 00:00:00'")
    person.open("posts")
    person.select(3)
    dialog = set_field(person, "Updated at")
    dialog.to_now.setFocus()
    person.press("Space")
    apply(person, dialog)
    assert person.rows("SELECT id FROM posts WHERE updated_at > '2021-01-01'") == [(3,)]


def test_a_value_that_does_not_fit_is_said_in_the_dialog(person: Person) -> None:
    person.open("posts")
    person.select(3)
    dialog = set_field(person, "View count")
    assert dialog.editor is not None and dialog.go_button is not None
    dialog.editor.focus_target().setFocus()
    person.write("many")
    person.click(dialog.go_button)
    assert dialog.problem.isVisible() and dialog.isVisible()
    person.press("Esc")
    person.gone(dialog)
    assert person.stored("SELECT view_count FROM posts WHERE id = 3") == 0


def test_an_amount_is_added_in_the_database(person: Person) -> None:
    person.open("posts")
    person.select(1, 6)
    person.press("Ctrl++")
    dialog = person.bulk(AddToFieldDialog)
    assert dialog.field.currentText() == "View count"
    person.elsewhere("UPDATE posts SET view_count = view_count + 1000 WHERE id = 6")
    person.write("42")
    assert apply(person, dialog) == "Add 42 to View count of 2 posts"
    assert person.rows("SELECT view_count FROM posts WHERE id IN (1, 6) ORDER BY id") == [(18464,), (1100,)]
    person.wait(lambda: person.cell(6, "view_count") == "1,100")


def test_an_amount_that_would_not_fit_changes_none(person: Person) -> None:
    person.open("post_views")
    person.select(1, 2)
    person.press("Ctrl++")
    dialog = person.bulk(AddToFieldDialog)
    person.write("9223372036854775807")
    assert dialog.go_button is not None
    person.click(dialog.go_button)
    box = person.boxes.escape()
    assert box.sentence and "Rowkeeper" not in box.sentence
    person.press("Esc")
    person.gone(dialog)
    assert person.rows("SELECT count FROM post_views ORDER BY id") == [(3,), (1,)]
