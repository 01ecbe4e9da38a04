"""Somebody else changes or deletes the record one is working on; nobody's work is lost unnoticed."""

from __future__ import annotations

from desktop.base.keys import NewKey
from tests.stories.kit import Person
from ui.dialogs.conflict_dialog import ConflictDialog
from ui.dialogs.record_dialog import RecordDialog


def test_a_record_changed_meanwhile_shows_both(person: Person) -> None:
    person.open("posts")
    person.go_to(4)
    person.press("Shift+Return")
    dialog = person.record()
    person.fill(dialog, "title", "Mine")
    person.elsewhere("UPDATE posts SET title = 'Theirs', view_count = 400 WHERE id = 4")
    person.press("Ctrl+S")
    asked = person.dialog(ConflictDialog)
    assert "Title" in asked.headline.text() and "meanwhile" in asked.headline.text()
    assert person.stored("SELECT title FROM posts WHERE id = 4") == "Theirs"
    person.press("Return")  # save merged: mine unless chosen otherwise
    person.gone(dialog)
    assert person.rows("SELECT title, view_count FROM posts WHERE id = 4") == [("Mine", 400)]


def test_another_field_changed_meanwhile_is_kept(person: Person) -> None:
    person.open("posts")
    person.go_to(4)
    person.press("Shift+Return")
    dialog = person.record()
    person.fill(dialog, "title", "Mine")
    person.elsewhere("UPDATE posts SET view_count = 400 WHERE id = 4")
    person.save(dialog)
    assert person.rows("SELECT title, view_count FROM posts WHERE id = 4") == [("Mine", 400)]
    person.wait(lambda: person.cell(4, "view_count") == "400")


def test_a_record_gone_when_it_is_saved(person: Person) -> None:
    person.open("comments")
    person.go_to(3)
    person.press("Shift+Return")
    dialog = person.record()
    person.fill(dialog, "author_name", "Robert")
    person.elsewhere("DELETE FROM comments WHERE id = 3")
    person.press("Ctrl+S")
    asked = person.dialog(ConflictDialog)
    assert "comment" in asked.headline.text()
    person.press("Esc")
    person.gone(asked)
    assert dialog.form.fields["author_name"].editor.value() == "Robert"
    person.press("Ctrl+S")
    asked = person.dialog(ConflictDialog)
    person.click(asked.save_button)  # what was changed is given up
    person.gone(dialog)
    assert person.stored("SELECT count(*) FROM comments") == 2
    person.press("F5")
    person.wait(lambda: person.foot.startswith("1–2 of 2"))


def test_a_record_gone_when_it_is_opened(person: Person) -> None:
    person.open("comments")
    person.go_to(3)
    person.elsewhere("DELETE FROM comments WHERE id = 3")
    person.press("Shift+Return")
    dialog = person.dialog(RecordDialog)
    person.wait(lambda: "no longer" in dialog._placeholder.text())
    assert not dialog.save_button.isEnabled()
    person.press("Esc")
    person.gone(dialog)


def test_a_table_gone_is_told(person: Person) -> None:
    person.open("comments")
    person.elsewhere("DROP TABLE comments")
    person.press("F5")
    box = person.boxes.escape()
    assert "comments" in box.sentence.lower() + box.details.lower()
    person.open("tags")
    assert person.foot.startswith("1–3 of 3")


def test_rows_added_elsewhere_come_with_refresh(person: Person) -> None:
    person.open("tags")
    person.go_to(2)
    person.elsewhere("INSERT INTO tags (id, name, slug) VALUES (9, 'night', 'night')")
    person.press("F5")
    person.wait(lambda: person.foot.startswith("1–4 of 4"))
    person.settled()
    assert person.cell(9, "name") == "night"
    assert person.tab.current_key == (2,)


def test_a_record_to_be_deleted_that_is_not_as_it_was_seen(person: Person) -> None:
    person.open("comments")
    person.go_to(3)
    person.press("Ctrl+Del")
    person.elsewhere("UPDATE comments SET author_name = 'Renamed' WHERE id = 3")
    person.press("Ctrl+S")
    asked = person.dialog(ConflictDialog)
    assert "Author" in asked.headline.text() and "not as you saw it" in asked.headline.text()
    person.click(asked.save_button)  # kept, unless chosen otherwise
    person.gone(asked)
    assert not person.connection.workbench.staging.dirty
    assert person.stored("SELECT author_name FROM comments WHERE id = 3") == "Renamed"
    person.press("F5")
    person.settled()
    person.go_to(3)
    person.press("Ctrl+Del")
    person.elsewhere("UPDATE comments SET author_name = 'Again' WHERE id = 3")
    person.press("Ctrl+S")
    asked = person.dialog(ConflictDialog)
    asked.choose(asked._refusals[0].record, "", mine=True)  # type: ignore[arg-type]
    person.click(asked.save_button)
    person.wait(lambda: person.stored("SELECT count(*) FROM comments WHERE id = 3") == 0)
    person.wait(lambda: not person.connection.workbench.staging.dirty)


def test_a_record_gone_is_inserted_again_and_stays_in_the_dialog_when_refused(person: Person) -> None:
    person.open("tags")
    person.go_to(2)
    person.press("Shift+Return")
    dialog = person.record()
    person.fill(dialog, "name", "town")
    person.elsewhere("DELETE FROM post_tags WHERE tag_id = 2")
    person.elsewhere("DELETE FROM tags WHERE id = 2")
    slug = dialog.form.fields["slug"].editor.value()
    person.elsewhere(f"INSERT INTO tags (id, name, slug) VALUES (9, 'other', '{slug}')")  # noqa: S608
    person.press("Ctrl+S")
    asked = person.dialog(ConflictDialog)
    asked.choose(dialog.ref, "", mine=True)
    person.click(asked.save_button)
    person.boxes.escape()
    assert isinstance(dialog.ref.key, NewKey)
    assert dialog.form.fields["name"].editor.value() == "town"
    person.fill(dialog, "slug", "town")
    person.save(dialog)
    assert person.rows("SELECT name, slug FROM tags WHERE name = 'town'") == [("town", "town")]
    assert person.stored("SELECT count(*) FROM tags") == 4
