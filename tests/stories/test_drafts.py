"""A crash loses nothing: what was typed and not saved is offered again, compared with what is stored now."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from desktop.base.keys import RecordRef, TableName
from desktop.connect.profile import Profile
from desktop.edit.changes import Action, FieldChange, RecordChange
from desktop.edit.save_log import SaveLog
from desktop.journal.drafts import DraftFile, drafts_folder
from desktop.journal.records import DraftRecord
from desktop.models.draft_keeper import DraftKeeper
from desktop.staging.staged import RecordState
from desktop.staging.staging import Edit
from tests.fixtures.databases import MakeDatabase
from tests.stories.grid_kit import TITLE, at, entry, saved, write
from tests.stories.kit import Person
from ui.dialogs.conflict_dialog import ConflictDialog
from ui.dialogs.restore_dialog import RestoreDialog

POSTS = TableName(None, "posts")


@pytest.fixture
def editor(person: Person) -> Iterator[Person]:
    """Someone looking at the posts; what is left unsaved at the end is let go."""
    person.open("posts")
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def keeper(person: Person) -> DraftKeeper:
    found = person.desk.workspace.findChildren(DraftKeeper)
    return found[-1]


def on_disk(person: Person) -> None:
    """Wait until everything staged is on disk."""
    person.wait(lambda: keeper(person).up_to_date and keeper(person).path.exists())


def crash(person: Person) -> None:
    """The draft stays as a process that was killed leaves it; the window goes on without the changes."""
    on_disk(person)
    path = keeper(person).path
    for file in drafts_folder().glob(f"{path.name}*"):
        shutil.copy(file, file.with_name(file.name.replace(path.stem, f"crashed-{path.stem}")))
    person.connection.workbench.discard()
    person.wait(lambda: not path.exists())


def start_again(person: Person) -> RestoreDialog:
    person.desk.workspace.opener.reopen(person.database.profile)
    return person.dialog(RestoreDialog)


def test_what_was_typed_before_a_crash_is_restored_and_saved(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Typed before the crash")
    at(editor, 3, "view_count")
    entry(editor, "many")
    at(editor, 4, "status")
    editor.connection.workbench.delete([RecordRef(POSTS, (6,))])
    editor.connection.workbench.insert(TableName(None, "tags"), {"name": "sea", "slug": "sea"})
    crash(editor)
    dialog = start_again(editor)
    name = editor.database.profile.name
    assert dialog.sentence.startswith(f"4 unsaved changes in 4 records of {name}, from ")
    assert not dialog.notes.isVisible()
    assert dialog.list.topLevelItemCount() == 0  # put into words only for who looks
    editor.click(dialog.look_button)
    tops = [dialog.list.topLevelItem(place) for place in range(dialog.list.topLevelItemCount())]
    assert [top.text(0) for top in tops if top is not None][-1] == "Tags · sea"
    editor.click(dialog.restore_button)
    editor.gone(dialog)
    editor.settled()
    assert editor.cell(1, "title") == "Typed before the crash"
    assert editor.cell(3, "view_count") == "many"
    on_disk(editor)
    editor.wait(lambda: len(list(drafts_folder().glob("*.draft"))) == 1)
    at(editor, 3, "view_count")
    entry(editor, "12")
    saved(editor)
    assert editor.rows("SELECT title, view_count FROM posts WHERE id IN (1, 3, 6) ORDER BY id") == [
        ("Typed before the crash", 18422), ("上海的早晨", 12)]  # fmt: skip
    assert editor.stored("SELECT count(*) FROM tags WHERE slug = 'sea'") == 1
    editor.wait(lambda: list(drafts_folder().iterdir()) == [])


def test_what_somebody_changed_since_is_said_and_not_overwritten(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Mine")
    at(editor, 4, "title")
    entry(editor, "Mine too")
    crash(editor)
    editor.elsewhere("UPDATE posts SET title = 'Theirs' WHERE id = 1")
    editor.elsewhere("DELETE FROM posts WHERE id = 4")
    dialog = start_again(editor)
    said = dialog.notes.toPlainText()
    assert "“Title” of " in said and "to “Theirs”" in said
    assert "was deleted by somebody else" in said
    editor.click(dialog.restore_button)
    editor.gone(dialog)
    editor.press("Ctrl+S")
    editor.wait(lambda: not editor.connection.workbench.saving)
    assert editor.connection.workbench.refusal is not None
    editor.wait(lambda: QApplication.activeModalWidget() is not None)
    asking = QApplication.activeModalWidget()
    assert isinstance(asking, QDialog)
    asking.reject()
    editor.gone(asking)
    assert editor.stored(TITLE) == "Theirs"


def test_a_restored_delete_is_compared_with_what_was_seen(editor: Person) -> None:
    editor.open("comments")
    editor.go_to(3)
    editor.press("Ctrl+Del")
    crash(editor)
    editor.elsewhere("UPDATE comments SET author_name = 'Theirs' WHERE id = 3")
    dialog = start_again(editor)
    said = dialog.notes.toPlainText()
    assert "“Author name” of " in said and "to “Theirs”" in said
    editor.click(dialog.restore_button)
    editor.gone(dialog)
    editor.press("Ctrl+S")
    asked = editor.dialog(ConflictDialog)
    assert "not as you saw it" in asked.headline.text()
    asked.reject()
    editor.gone(asked)
    assert editor.stored("SELECT author_name FROM comments WHERE id = 3") == "Theirs"


def test_a_discarded_draft_leaves_nothing_behind(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Not wanted any more")
    crash(editor)
    dialog = start_again(editor)
    editor.click(dialog.discard_button)
    editor.wait(lambda: list(drafts_folder().iterdir()) == [])
    assert not editor.connection.workbench.staging.dirty


def test_not_now_keeps_it_for_another_time(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Later")
    crash(editor)
    dialog = start_again(editor)
    editor.press("Esc")
    editor.gone(dialog)
    assert len(list(drafts_folder().glob("*.draft"))) == 1
    again = start_again(editor)
    editor.click(again.restore_button)
    editor.wait(lambda: editor.connection.workbench.staging.dirty)


def test_don_t_save_clears_the_draft(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Let go")
    on_disk(editor)
    editor.window.close()
    editor.boxes.press("Don’t Save")
    editor.wait(lambda: editor.desk.workspace.connection is None)
    assert list(drafts_folder().iterdir()) == []


def test_a_save_that_went_through_is_not_offered_again(editor: Person) -> None:
    """Killed between COMMIT and the tidying up: nothing is written twice."""
    tags = TableName(None, "tags")
    editor.connection.workbench.insert(tags, {"name": "sea", "slug": "sea"})
    on_disk(editor)
    new = editor.connection.workbench.staging.refs[0]
    editor.elsewhere("INSERT INTO tags (id, name, slug) VALUES (77, 'sea', 'sea')")
    keeper(editor).committing({new: RecordRef(tags, (77,))}, SaveLog((), frozenset()))
    crash(editor)
    editor.desk.workspace.opener.reopen(editor.database.profile)
    box = editor.boxes.press("Close")
    assert box.sentence == "The changes that were being saved when Rowkeeper ended are saved."
    editor.wait(lambda: list(drafts_folder().iterdir()) == [])


def left_by(profile: Profile, title: str = "old") -> None:
    """What a killed process left."""
    ref = RecordRef(POSTS, (1,))
    change = RecordChange(ref, Action.UPDATE, {"title": FieldChange(title, "Typed")})
    file = DraftFile(profile)
    file.write({ref: DraftRecord(RecordState(ref, change))})
    file.close()


def test_a_draft_of_another_database_opens_that_one(person: Person, make_sqlite: MakeDatabase) -> None:
    other = make_sqlite("CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT)",
                        "INSERT INTO posts VALUES (1, 'old')")  # fmt: skip
    left_by(replace(other.profile, name="Archive"))
    person.desk.workspace.opener.reopen(person.database.profile)
    box = person.boxes.press("Open and Restore")
    assert box.sentence.startswith("1 unsaved change in 1 record of Archive, from ")
    dialog = person.dialog(RestoreDialog)
    person.click(dialog.restore_button)
    person.gone(dialog)
    assert person.database.profile.path == other.profile.path
    assert person.connection.workbench.staging.change_count == 1
    person.connection.workbench.discard()


def test_a_damaged_file_is_told_in_one_sentence(person: Person) -> None:
    drafts_folder().mkdir(exist_ok=True)
    (drafts_folder() / "bad.draft").write_bytes(b"not a file of ours" * 500)
    person.desk.workspace.opener.reopen(person.database.profile)
    box = person.boxes.press("Close")
    assert box.sentence == "A file with unsaved changes was damaged and could not be read."
    assert [file.name[:18] for file in drafts_folder().iterdir()] == ["bad.draft.damaged-"]
    person.open("posts")


def test_a_folder_that_takes_nothing_is_told_once(editor: Person) -> None:
    drafts_folder().rmdir() if drafts_folder().exists() else None
    drafts_folder().touch()
    at(editor, 1, "title")
    entry(editor, "Typed")
    box = editor.boxes.press("Close")
    assert box.sentence == "Unsaved changes cannot be kept on disk."
    at(editor, 3, "title")
    entry(editor, "Typed more")
    saved(editor)
    assert editor.stored(TITLE) == "Typed"
    assert editor.boxes.open is None


def crash_while_open(person: Person) -> None:
    """As ``crash``, with a dialog or an editor still open, which is given up afterwards."""
    on_disk(person)
    path = keeper(person).path
    for file in drafts_folder().glob(f"{path.name}*"):
        shutil.copy(file, file.with_name(file.name.replace(path.stem, f"crashed-{path.stem}")))


def test_what_stands_in_an_open_form_is_restored(editor: Person) -> None:
    """The record dialog has a staging apart; its part of the draft comes back among the staged changes."""
    at(editor, 3, "title")
    entry(editor, "Staged outside")
    editor.select(1)
    editor.act("record.edit")
    dialog = editor.record()
    editor.fill(dialog, "title", "Typed in the dialog")
    crash_while_open(editor)
    dialog.reject()
    editor.boxes.press("Discard Changes")
    editor.gone(dialog)
    editor.wait(lambda: keeper(editor).up_to_date)
    (record,) = editor.connection.workbench.staging.refs
    assert record.key == (3,)
    editor.connection.workbench.discard()
    editor.wait(lambda: not keeper(editor).path.exists())
    restoring = start_again(editor)
    assert restoring.sentence.startswith("2 unsaved changes in 2 records of ")
    editor.click(restoring.restore_button)
    editor.gone(restoring)
    editor.settled()
    assert editor.cell(1, "title") == "Typed in the dialog"
    assert editor.cell(3, "title") == "Staged outside"


def test_a_dialog_in_which_nothing_was_done_leaves_no_draft(editor: Person) -> None:
    editor.act("record.new_form")
    dialog = editor.record()
    editor.wait(lambda: keeper(editor).up_to_date)
    assert not keeper(editor).path.exists()
    dialog.reject()
    editor.gone(dialog)


def test_what_stands_in_an_open_cell_is_restored(editor: Person) -> None:
    """Typed and not left: neither Enter nor Tab was pressed."""
    at(editor, 1, "title")
    editor.press("F2", "Ctrl+A")
    write(editor, "Half a sent")
    crash_while_open(editor)
    editor.press("Escape")
    editor.wait(lambda: not keeper(editor).path.exists())
    assert not editor.connection.workbench.staging.dirty
    restoring = start_again(editor)
    assert restoring.sentence.startswith("1 unsaved change in 1 record of ")
    editor.click(restoring.restore_button)
    editor.gone(restoring)
    editor.settled()
    assert editor.cell(1, "title") == "Half a sent"


def test_a_text_that_is_no_value_is_restored_from_an_open_cell(editor: Person) -> None:
    at(editor, 1, "view_count")
    editor.press("F2", "Ctrl+A")
    write(editor, "1x")
    crash_while_open(editor)
    editor.press("Escape")
    editor.wait(lambda: not keeper(editor).path.exists())
    restoring = start_again(editor)
    editor.click(restoring.restore_button)
    editor.gone(restoring)
    assert [one.text for one in editor.connection.workbench.staging.invalid.values()] == ["1x"]


def test_a_full_disk_is_told_once_and_saving_works(editor: Person) -> None:
    """No file can grow past a limit, as on a disk with nothing left."""
    at(editor, 3, "title")
    entry(editor, "Typed before")
    on_disk(editor)
    path, before = editor.database.profile.path, resource.getrlimit(resource.RLIMIT_FSIZE)
    room = max(200_000, 100_000 + (os.path.getsize(path) if path else 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        edit = Edit(RecordRef(POSTS, (1,)), "body", "", "x" * 2 * room)
        editor.connection.workbench.edit("set Body", [edit])
        box = editor.boxes.press("Close")
        assert box.sentence == "Unsaved changes cannot be kept on disk."
        at(editor, 4, "title")
        entry(editor, "Typed while full")
        editor.wait(lambda: not keeper(editor)._soon.isActive())
        assert editor.boxes.open is None
        editor.connection.workbench.revert(RecordRef(POSTS, (1,)))
        saved(editor)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    told = "SELECT title FROM posts WHERE id IN (3, 4) ORDER BY id"
    assert editor.rows(told) == [("Typed before",), ("Typed while full",)]
