"""New records, copies and deletes in the grid: staged, shown, taken back, and saved in one go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.models.cells import CellRole, CellState
from tests.stories.grid_kit import at, entry, saved, state, write
from tests.stories.kit import Person
from ui.dialogs.delete_dialog import DeleteDialog


@pytest.fixture
def keeper(person: Person) -> Iterator[Person]:
    """Someone at the window; what is left unsaved at the end is let go."""
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def undo_text(person: Person) -> str:
    return person.window.actions_["edit.undo"].text()


def here(person: Person) -> tuple[int, str | None]:
    """The current row and column."""
    return person.tab.grid.currentIndex().row(), person.tab.current_column


def shown(person: Person, row: int, column: str) -> tuple[str, object]:
    model = person.tab.model
    index = model.index(row, model.section_of(column))
    return str(model.data(index)), model.data(index, int(CellRole.STATE))


def test_a_new_record_begins_at_the_end_of_the_grid(keeper: Person) -> None:
    keeper.open("tags")
    before = keeper.counts()
    keeper.press("Ctrl+N")
    assert here(keeper) == (3, "name")
    assert shown(keeper, 3, "name") == ("NULL", CellState.INSERTED)
    assert undo_text(keeper) == "Undo: new tag"
    keeper.press("H")
    keeper.wait(lambda: keeper.tab.grid.editing.open)
    write(keeper, "arbour")
    keeper.press("Tab")
    assert here(keeper) == (3, "slug")
    entry(keeper, "harbour")
    assert keeper.counts() == before
    saved(keeper)
    assert [
        (str(name).casefold(), slug) for name, slug in keeper.rows("SELECT name, slug FROM tags WHERE id > 3")
    ] == [("harbour", "harbour")]


def test_tab_past_the_last_field_begins_the_next_record(keeper: Person) -> None:
    keeper.open("tags")
    keeper.press("Ins")
    keeper.press("F2")
    keeper.wait(lambda: keeper.tab.grid.editing.open)
    write(keeper, "one")
    keeper.press("Tab", "F2")
    keeper.wait(lambda: keeper.tab.grid.editing.open)
    write(keeper, "first")
    keeper.press("Tab", "Tab")  # past the key, which nobody types
    assert keeper.tab.model.rowCount() == 5
    assert here(keeper) == (4, "name")
    keeper.press("Ctrl+Z")
    assert keeper.tab.model.rowCount() == 4
    assert shown(keeper, 3, "slug")[0] == "first"


def test_the_form_of_a_new_record_starts_from_what_is_staged(keeper: Person) -> None:
    keeper.open("posts")
    keeper.press("Ctrl+N")
    assert here(keeper)[1] == "title"
    entry(keeper, "Night ferry")
    grid = keeper.tab.grid
    grid.setCurrentIndex(keeper.tab.model.index(6, 0))
    keeper.press("Shift+Return")
    dialog = keeper.record()
    assert dialog.windowTitle() == "New Post"
    assert dialog.form.fields["title"].editor.value() == "Night ferry"
    keeper.fill(dialog, "body", "Not this.")
    keeper.press("Esc")
    keeper.boxes.press("Discard")
    keeper.gone(dialog)
    assert shown(keeper, 6, "title")[0] == "Night ferry"
    assert keeper.tab.staged.text == "1 change in 1 record"
    keeper.press("Ctrl+E")
    dialog = keeper.record()
    assert not dialog.form.fields["body"].editor.touched
    keeper.fill(dialog, "body", "It waits.")
    keeper.pick(dialog, "author_id", "grace")
    keeper.save(dialog)
    keeper.wait(lambda: not keeper.tab.staged.text)
    found = keeper.rows("SELECT title, body, author_id FROM posts WHERE id > 6")
    assert found == [("Night ferry", "It waits.", 2)]
    keeper.wait(lambda: keeper.tab.model.rowCount() == 7)


def test_the_form_saves_one_new_record_and_leaves_the_others(keeper: Person) -> None:
    keeper.open("tags")
    for name in ("one", "two"):
        keeper.press("Ctrl+N")
        entry(keeper, name)
    keeper.tab.grid.setCurrentIndex(keeper.tab.model.index(3, 0))
    keeper.press("Shift+Return")
    dialog = keeper.record()
    keeper.fill(dialog, "slug", "first")
    keeper.save(dialog)
    keeper.wait(lambda: keeper.rows("SELECT name, slug FROM tags WHERE id > 3") == [("one", "first")])
    keeper.wait(lambda: keeper.tab.staged.text == "1 change in 1 record")
    keeper.wait(lambda: keeper.tab.model.rowCount() == 5)
    assert shown(keeper, 4, "name")[0] == "two"


def test_deletes_are_struck_out_until_saved(keeper: Person) -> None:
    keeper.open("comments")
    before = keeper.counts()["comments"]
    keeper.select(1, 2)
    keeper.press("Ctrl+Del")
    assert [state(keeper, key, "post_id") for key in (1, 2)] == [CellState.TO_DELETE] * 2
    assert undo_text(keeper) == "Undo: delete 2 comments"
    keeper.press("Ctrl+Del")  # the same again keeps them
    assert [state(keeper, key, "post_id") for key in (1, 2)] == [CellState.NORMAL] * 2
    assert undo_text(keeper) == "Undo: keep 2 comments"
    keeper.press("Ctrl+Z")
    assert keeper.tab.staged.text == "2 changes in 2 records"
    assert keeper.counts()["comments"] == before
    saved(keeper)
    assert keeper.counts()["comments"] == before - 2


def test_a_new_record_that_is_deleted_is_simply_gone(keeper: Person) -> None:
    keeper.open("tags")
    keeper.press("Ctrl+N")
    entry(keeper, "brief")
    keeper.tab.grid.setCurrentIndex(keeper.tab.model.index(3, 0))
    keeper.press("Ctrl+Del")
    assert keeper.tab.model.rowCount() == 3
    assert keeper.tab.staged.text == ""
    keeper.press("Ctrl+Z")
    assert shown(keeper, 3, "name")[0] == "brief"


def test_where_deleting_means_marking_the_mark_is_staged(keeper: Person) -> None:
    keeper.open("posts")
    keeper.select(1)
    keeper.press("Ctrl+Del")
    keeper.wait(lambda: state(keeper, 1, "title") is CellState.TO_DELETE)
    assert undo_text(keeper) == "Undo: delete 1 post"
    keeper.press("Ctrl+Del")
    assert state(keeper, 1, "title") is CellState.NORMAL
    keeper.press("Ctrl+Del")
    keeper.wait(lambda: state(keeper, 1, "title") is CellState.TO_DELETE)
    keeper.press("Ctrl+S")
    keeper.wait(lambda: keeper.foot.startswith("1–5 of 5"))
    marked = "SELECT count(*) FROM posts WHERE deleted_at IS NOT NULL AND deleted_by IS NOT NULL AND id = 1"
    assert keeper.stored(marked) == 1
    assert keeper.stored("SELECT count(*) FROM posts") == 6


def test_all_that_match_are_deleted_by_the_dialog(keeper: Person) -> None:
    keeper.open("comments")
    keeper.press("Ctrl+A", "Ctrl+Del")
    dialog = keeper.bulk(DeleteDialog)
    keeper.press("Esc")
    keeper.gone(dialog)
    assert not keeper.connection.workbench.staging.dirty


def test_null_empty_and_default_each_take_one_key_and_look_different(keeper: Person) -> None:
    keeper.open("posts")
    at(keeper, 1, "title")
    keeper.press("Ctrl+Alt+Backspace")
    assert keeper.cell(1, "title") == ""
    assert state(keeper, 1, "title") is CellState.CHANGED
    at(keeper, 1, "status")
    keeper.press("Ctrl+Backspace")
    assert keeper.cell(1, "status") == "default"
    at(keeper, 1, "view_count")
    keeper.press("Ctrl+Alt+Backspace")
    assert keeper.boxes.press("Close").sentence == "View count holds no text."
    keeper.press("Ctrl+Z", "Ctrl+Z")
    assert not keeper.connection.workbench.staging.dirty
