"""A post, its tags and its author come into being together, or not at all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from desktop.schema.database import Database
from tests.fixtures.databases import SqlLog
from tests.stories.kit import Person
from ui.dialogs.record_dialog import RecordDialog
from ui.editors.lookup import LookupEditor
from ui.editors.picker_popup import PickerPopup


def popup(person: Person) -> PickerPopup:
    """The list of the picker that is open, with its answer."""
    person.wait(lambda: isinstance(QApplication.activePopupWidget(), PickerPopup))
    found = QApplication.activePopupWidget()
    assert isinstance(found, PickerPopup)
    person.wait(lambda: not found.waiting)
    return found


def stage_author(person: Person, dialog: RecordDialog, name: str, email: str) -> None:
    """Make an author in the picker of the post."""
    editor = dialog.form.fields["author_id"].editor
    assert isinstance(editor, LookupEditor)
    person.fill(dialog, "author_id", name)
    person.click(popup(person).new_button)
    person.wait(lambda: person.record() is not dialog)
    nested = person.record()
    assert nested.save_button.text() == "Add User"
    person.fill(nested, "name", name)
    person.fill(nested, "email", email)
    person.save(nested)
    person.wait(dialog.isActiveWindow)
    assert editor.staged and editor.line.text() == name


def tag(person: Person, dialog: RecordDialog, text: str) -> None:
    """Put an existing tag on the post."""
    links = dialog.form.links["tags"]
    person.click(links.add_button)
    person.wait(links.search_line.isVisible)
    popup(person)
    person.write(text)
    person.press("Return")
    person.wait(lambda: text in links.names)


def stage_tag(person: Person, dialog: RecordDialog, name: str) -> None:
    """Make a tag in the list of the post's tags."""
    links = dialog.form.links["tags"]
    person.click(links.add_button)
    person.click(popup(person).new_button)
    person.wait(lambda: person.record() is not dialog)
    nested = person.record()
    person.fill(nested, "name", name)
    person.fill(nested, "slug", name)
    person.save(nested)
    person.wait(dialog.isActiveWindow)
    assert name in links.names


def new_post(person: Person) -> RecordDialog:
    """A new post with an existing tag, a new tag and a new author, nothing of it saved."""
    person.open("posts")
    person.press("Ctrl+Alt+N")
    dialog = person.record()
    person.fill(dialog, "title", "Night ferry")
    person.fill(dialog, "body", "It waits.")
    tag(person, dialog, "city")
    stage_tag(person, dialog, "night")
    stage_author(person, dialog, "Nora", "nora@example.org")
    return dialog


def test_all_of_it_is_saved_in_one_transaction(person: Person, sql_log: Callable[[Database], SqlLog]) -> None:
    before = person.counts()
    dialog = new_post(person)
    assert person.counts() == before
    log = sql_log(person.database)
    person.save(dialog)
    person.wait(lambda: person.foot.startswith("1–7 of 7"))
    assert person.rows(
        "SELECT u.name, g.name FROM posts p JOIN users u ON u.id = p.author_id"
        " JOIN post_tags t ON t.post_id = p.id JOIN tags g ON g.id = t.tag_id"
        " WHERE p.title = 'Night ferry' ORDER BY g.name"
    ) == [("Nora", "city"), ("Nora", "night")]
    grown = {name: count - before[name] for name, count in person.counts().items() if count != before[name]}
    assert grown == {"posts": 1, "users": 1, "tags": 1, "post_tags": 2}
    assert len(log.writes) in (4, 5)
    assert person.tab.current_key not in (None, (1,))  # the new post is in front


def test_escape_leaves_no_row_in_any_table(person: Person) -> None:
    before = person.counts()
    dialog = new_post(person)
    person.press("Esc")
    person.boxes.press("Discard")
    person.gone(dialog)
    assert person.counts() == before
    person.press("Ctrl+Alt+N")  # and the next post is an ordinary one
    dialog = person.record()
    person.fill(dialog, "title", "Day ferry")
    person.fill(dialog, "body", "It goes.")
    person.pick(dialog, "author_id", "grace")
    person.save(dialog)
    assert person.counts() == before | {"posts": before["posts"] + 1}


def test_a_refused_part_leaves_no_row_and_is_corrected_where_it_was_made(person: Person) -> None:
    before = person.counts()
    dialog = new_post(person)
    person.elsewhere("INSERT INTO users (id, name, email) VALUES (50, 'Other', 'nora@example.org')")
    person.press("Ctrl+S")
    box = person.boxes.escape()
    assert box.sentence == "Another user already has this e-mail address."
    assert person.counts() == before | {"users": before["users"] + 1}
    person.wait(lambda: person.record() is not dialog)
    nested = person.record()
    assert nested.form.fields["email"].problem.isVisible()
    person.fill(nested, "email", "nora2@example.org")
    person.save(nested)
    person.save(dialog)
    assert person.stored("SELECT count(*) FROM users WHERE email = 'nora2@example.org'") == 1
    assert person.stored("SELECT count(*) FROM posts WHERE title = 'Night ferry'") == 1


def test_new_in_a_picker_is_reached_by_keyboard(person: Person) -> None:
    person.open("posts")
    person.press("Ctrl+Alt+N")
    dialog = person.record()
    person.fill(dialog, "author_id", "Nobody")
    popup(person)
    person.press("Ctrl+N")
    person.wait(lambda: person.record() is not dialog)
    assert person.record().windowTitle() == "New User"
    person.press("Esc")
    person.wait(dialog.isActiveWindow)
    person.press("Esc")  # gives the search up
    person.wait(lambda: not dialog.form.dirty)
    person.press("Esc")
    person.gone(dialog)
