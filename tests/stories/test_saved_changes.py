"""Every save can be looked at and undone; what somebody changed since is told, not overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QTreeWidgetItemIterator

from desktop.base.folders import state_folder
from desktop.base.keys import RecordRef, TableName
from desktop.edit import recording
from desktop.edit.save_log import RowChange, SaveLog
from desktop.journal.saves import SavesFile
from desktop.staging.staging import Edit
from tests.stories.grid_kit import TITLE, at, entry, saved
from tests.stories.kit import Person
from ui.dialogs import bulk_dialog
from ui.dialogs.delete_dialog import DeleteDialog
from ui.dialogs.saved_changes_dialog import SavedChangesDialog
from ui.panels.record_panel import RecordPanel


def history(person: Person, count: int) -> SavedChangesDialog:
    """The dialog, once it lists that many saves and shows one."""
    person.act("data.saves")
    dialog = person.dialog(SavedChangesDialog)
    listed(person, dialog, count)
    return dialog


def listed(person: Person, dialog: SavedChangesDialog, count: int) -> None:
    person.wait(lambda: dialog.list.topLevelItemCount() == count and not dialog.undoing)
    person.wait(lambda: not count or dialog.details.topLevelItemCount())


def kept_files() -> list[Path]:
    """What Rowkeeper keeps on disk; the draft goes a moment after the save."""
    return [file for file in state_folder().rglob("*") if file.is_file()]


def texts(dialog: SavedChangesDialog) -> list[str]:
    items = [dialog.details.topLevelItem(place) for place in range(dialog.details.topLevelItemCount())]
    return [item.text(0) for item in items if item is not None]


def delete(person: Person, key: object) -> None:
    person.select(key)
    person.act("record.delete_permanently")
    dialog = person.bulk(DeleteDialog)
    assert isinstance(dialog.go_button, QPushButton)
    person.wait(dialog.go_button.isEnabled)
    person.click(dialog.go_button)
    person.gone(dialog)


def test_a_delete_with_children_is_undone(person: Person) -> None:
    before = person.counts()
    posts, comments = "SELECT * FROM posts ORDER BY id", "SELECT * FROM comments ORDER BY id"
    rows = person.rows(posts), person.rows(comments)
    person.open("posts")
    delete(person, 1)
    person.wait(lambda: person.stored("SELECT count(*) FROM posts") == 5)
    assert person.stored("SELECT count(*) FROM comments") == 1
    dialog = history(person, 1)
    item = dialog.list.topLevelItem(0)
    assert item is not None
    assert item.text(1).startswith("Posts: 1 deleted; ") and "Comments: 2 deleted" in item.text(1)
    assert texts(dialog)[0] == "Posts · The river that learned to wait   (deleted)"
    person.wait(dialog.undo_button.isEnabled)
    person.click(dialog.undo_button)
    listed(person, dialog, 2)
    person.wait(dialog.note.isVisible)
    assert dialog.note.text() == "It was undone."
    assert person.counts() == before
    assert rows == (person.rows(posts), person.rows(comments))
    person.press("Esc")
    person.gone(dialog)
    person.wait(lambda: person.tab.model.exact and person.tab.model.count == 6)


def test_what_was_changed_again_is_told_and_the_rest_undone(person: Person) -> None:
    person.open("posts")
    for key, title in ((1, "Mine"), (3, "Mine too")):
        at(person, key, "title")
        entry(person, title)
    saved(person)
    dialog = history(person, 1)
    assert texts(dialog) == ["Posts · Mine   (changed)", "Posts · Mine too   (changed)"]
    person.elsewhere("UPDATE posts SET title = 'Theirs' WHERE id = 1")
    person.wait(dialog.undo_button.isEnabled)
    person.click(dialog.undo_button)
    box = person.boxes.press("Undo the Rest")
    assert box.sentence == "1 record was changed again since this save."
    assert "“Mine”: “Title” is now “Theirs”." in box.hint
    listed(person, dialog, 2)
    person.wait(dialog.note.isVisible)
    assert dialog.note.text() == "It was undone, but for what was changed again before that."
    first = dialog.list.topLevelItem(1)
    assert first is not None and first.text(1) == "Undone in part · Posts: 2 changed"
    person.wait(lambda: not dialog.undo_button.isEnabled())
    assert person.stored(TITLE) == "Theirs"
    assert person.stored("SELECT title FROM posts WHERE id = 3") == "上海的早晨"
    person.press("Esc")
    person.gone(dialog)


def test_a_record_shows_its_own_saves(person: Person) -> None:
    person.open("posts")
    at(person, 1, "title")
    entry(person, "Mine")
    at(person, 3, "title")
    entry(person, "Of another record")
    saved(person)
    at(person, 1, "title")
    (panel,) = person.window.findChildren(RecordPanel)
    person.wait(lambda: panel.record is not None and panel.record.ref.key == (1,) and not panel.busy)
    person.click(panel.tabs, panel.tabs.tabRect(panel.tabs.count() - 1).center())
    person.wait(lambda: len(told(panel)) == 2)
    assert " · changed · " in told(panel)[0][0]
    assert told(panel)[1] == ("Title", "The river that learned to wait\n→ Mine")
    at(person, 2, "title")
    person.wait(lambda: told(panel) == [("Nothing was saved here yet.", "")])


def told(panel: RecordPanel) -> list[tuple[str, str]]:
    """The lines of the history tab."""
    assert panel.record_tabs is not None
    items = QTreeWidgetItemIterator(panel.record_tabs.history)
    found = []
    while items.value():
        found.append((items.value().text(0), items.value().text(1)))
        items += 1
    return found


def test_saves_are_erased(person: Person) -> None:
    person.open("posts")
    at(person, 1, "title")
    entry(person, "Canary 5521")
    saved(person)
    dialog = history(person, 1)
    person.click(dialog.erase_button)
    person.boxes.press("Erase")
    listed(person, dialog, 0)
    assert dialog.headline.text() == "Nothing was saved here yet."
    person.wait(lambda: not any(b"Canary 5521" in each.read_bytes() for each in kept_files()))
    person.press("Esc")
    person.gone(dialog)


def test_a_delete_that_cannot_be_undone_says_so_beforehand(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MOST_ROWS", 3)
    monkeypatch.setattr(bulk_dialog, "MOST_ROWS", 3)
    person.open("posts")
    person.select(1)
    person.act("record.delete_permanently")
    dialog = person.bulk(DeleteDialog)
    assert dialog.unkept.isVisible() and "cannot be undone later" in dialog.unkept.text()
    assert dialog.comfort.isHidden()
    assert dialog.go_button is not None
    person.click(dialog.go_button)
    person.gone(dialog)
    person.act("data.saves")
    saves = person.dialog(SavedChangesDialog)
    person.wait(saves.note.isVisible)
    assert saves.note.text() == "It changed too much to be kept."
    assert not saves.undo_button.isEnabled()
    person.press("Esc")
    person.gone(saves)


def test_a_delete_of_what_is_too_long_to_be_kept_says_so_beforehand(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.open("posts")
    person.select(1)
    person.act("record.delete_permanently")
    dialog = person.bulk(DeleteDialog)
    assert dialog.unkept.isHidden() and dialog.comfort.isVisible()
    person.press("Esc")
    person.gone(dialog)
    monkeypatch.setattr(
        bulk_dialog, "MOST_WEIGHT", len("Water and time.") + len("Lovely.")
    )  # a post, a comment
    person.act("record.delete_permanently")
    dialog = person.bulk(DeleteDialog)
    assert dialog.unkept.isVisible() and "cannot be undone later" in dialog.unkept.text()
    assert dialog.comfort.isHidden()
    person.press("Esc")
    person.gone(dialog)


def test_saves_cut_off_at_their_commit_are_looked_into(person: Person) -> None:
    """Killed between COMMIT and the next line: the save is listed all the same, or not where it was none."""
    posts = TableName(None, "posts")

    def left(before: str, after: str) -> None:
        row = RowChange(posts, (1,), (1,), {"title": before}, {"title": after}, "A title")
        SavesFile().add(person.database.profile, SaveLog((row,), frozenset({posts})), about=True)

    person.open("posts")
    stored = str(person.stored(TITLE))
    left("Before", stored)
    left(stored, "Never written")
    left("Neither", "Nor")
    person.desk.workspace.opener.reopen(person.database.profile)
    person.open("posts")
    file = SavesFile()
    person.wait(lambda: [one.about for one in file.entries(person.database.profile)] == [True, False])
    dialog = history(person, 2)
    items = [dialog.list.topLevelItem(place) for place in range(2)]
    texts = [item.text(1) for item in items if item is not None]
    assert texts == ["Perhaps saved · Posts: 1 changed", "Posts: 1 changed"]
    person.wait(dialog.note.isVisible)
    assert "nobody can tell whether it was saved" in dialog.note.text()
    person.press("Esc")
    person.gone(dialog)


def test_names_stand_for_the_numbers_of_foreign_keys(person: Person) -> None:
    person.open("posts")
    person.connection.workbench.edit(
        "e", [Edit(RecordRef(TableName(None, "posts"), (1,)), "author_id", 1, 2)]
    )
    saved(person)
    dialog = history(person, 1)
    top = dialog.details.topLevelItem(0)
    assert top is not None
    line = top.child(0)
    assert line is not None
    assert (line.text(0), line.text(1)) == ("Author", "Ada Lovelace → Grace Hopper")
    person.press("Esc")
    person.gone(dialog)
