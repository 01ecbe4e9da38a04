"""What becomes of staged cells: refused, invalid, discarded, reviewed, asked about, taken into the dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from desktop.base.keys import RecordRef, TableName
from desktop.models.cells import CellState
from desktop.schema.database import Database
from desktop.staging.staging import Edit
from tests.fixtures.databases import SqlLog
from tests.stories.family_kit import commits
from tests.stories.grid_kit import TITLE, at, entry, saved, state, tip, write
from tests.stories.kit import Person
from ui.dialogs.conflict_dialog import ConflictDialog

SHOUT = {
    "sqlite": (
        "CREATE TRIGGER shout AFTER UPDATE OF title ON posts"
        " BEGIN UPDATE posts SET title = upper(new.title) WHERE id = new.id AND title <> upper(title); END",
    ),
    "postgresql": (
        "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN new.title = upper(new.title); RETURN new; END'",
        "CREATE TRIGGER shout BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION shout()",
    ),
}


def ref(table: str, number: int) -> RecordRef:
    return RecordRef(TableName(None, table), (number,))


def status_of(person: Person, number: int) -> object:
    return next(row[1] for row in person.rows("SELECT id, status FROM posts") if row[0] == number)


@pytest.fixture
def editor(person: Person) -> Iterator[Person]:
    """Someone looking at the posts; what is left unsaved at the end is let go."""
    person.open("posts")
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def test_an_invalid_text_stays_and_blocks_saving(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Good")
    at(editor, 1, "view_count")
    entry(editor, "many")
    assert editor.cell(1, "view_count") == "many"
    assert state(editor, 1, "view_count") is CellState.INVALID
    assert "number" in tip(editor, 1, "view_count")
    assert "1 not valid" in editor.tab.staged.text
    editor.press("Ctrl+S")
    box = editor.boxes.press("Edit View count")
    assert "View count" in box.sentence
    assert editor.stored(TITLE) != "Good"
    editor.wait(lambda: editor.tab.current_column == "view_count")
    at(editor, 1, "view_count")
    editor.press("F2")
    editor.wait(lambda: editor.tab.grid.editing.open)
    editor.press("Ctrl+A")
    write(editor, "12")
    editor.press("Return")
    saved(editor)
    assert editor.rows("SELECT title, view_count FROM posts WHERE id = 1") == [("Good", 12)]


def test_ctrl_s_twice_writes_once(editor: Person, sql_log: Callable[[Database], SqlLog]) -> None:
    at(editor, 1, "title")
    editor.press("F2", "Ctrl+A")
    write(editor, "Once")
    assert editor.tab.grid.editing.open
    log = sql_log(editor.database)
    with commits(editor.database) as made:
        editor.press("Ctrl+S", "Ctrl+S")
        editor.wait(lambda: not editor.connection.workbench.saving and not editor.tab.staged.text)
        editor.settled()
    assert len(log.writes) == len(log.starting("UPDATE")) == 1
    assert len(made) == 1
    assert editor.stored(TITLE) == "Once"
    assert not editor.tab.grid.editing.open


def test_a_refused_save_keeps_all_and_marks_the_cell(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Also changed")
    editor.open("tags")
    at(editor, 1, "slug")
    entry(editor, "city")
    assert editor.tab.staged.text == "2 changes in 2 records"
    editor.press("Ctrl+S")
    box = editor.boxes.press("Edit Slug")
    assert "slug" in box.sentence.casefold()
    assert editor.stored(TITLE) != "Also changed"
    assert editor.cell(1, "slug") == "city"
    assert box.sentence in tip(editor, 1, "slug")
    editor.wait(lambda: editor.tab.current_column == "slug")
    entry(editor, "fresh-water")
    saved(editor)
    assert editor.stored(TITLE) == "Also changed"
    assert editor.stored("SELECT slug FROM tags WHERE id = 1") == "fresh-water"


def test_what_somebody_else_changed_is_not_overwritten(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Mine")
    at(editor, 2, "title")
    entry(editor, "Mine too")
    editor.elsewhere("UPDATE posts SET title = 'Theirs' WHERE id IN (1, 2)")
    editor.press("Ctrl+S")
    dialog = editor.dialog(ConflictDialog)
    assert dialog.headline.text() == "Others have changed 2 of these records while you were editing."
    editor.press("Esc")
    editor.gone(dialog)
    assert editor.rows("SELECT title FROM posts WHERE id IN (1, 2)") == [("Theirs",), ("Theirs",)]
    assert state(editor, 1, "title") is CellState.INVALID and state(editor, 2, "title") is CellState.INVALID
    editor.press("Ctrl+S")
    dialog = editor.dialog(ConflictDialog)
    dialog.choose(ref("posts", 2), "title", mine=False)
    editor.click(dialog.save_button)
    editor.wait(lambda: not editor.connection.workbench.saving and not editor.tab.staged.text)
    assert editor.rows("SELECT title FROM posts WHERE id IN (1, 2) ORDER BY id") == [("Mine",), ("Theirs",)]
    editor.wait(lambda: editor.cell(2, "title") == "Theirs")


@pytest.mark.parametrize("again", [True, False])
def test_a_record_deleted_by_somebody_else_is_given_up_or_inserted_again(editor: Person, again: bool) -> None:
    before = editor.rows("SELECT author_id, status FROM posts WHERE id = 5")
    at(editor, 5, "title")
    entry(editor, "Too late")
    editor.elsewhere("DELETE FROM posts WHERE id = 5")
    editor.press("Ctrl+S")
    dialog = editor.dialog(ConflictDialog)
    assert "deleted" in dialog.headline.text()
    dialog.choose(ref("posts", 5), "", mine=again)
    editor.click(dialog.save_button)
    if again:  # the body was never read in full, and must not be empty: that is told, and nothing is saved
        box = editor.boxes.press("Edit Body")
        assert "Body" in box.sentence
        assert editor.connection.workbench.staging.dirty and before
    else:
        editor.wait(lambda: not editor.tab.staged.text)
    assert editor.rows("SELECT title FROM posts WHERE id = 5") == []


def test_every_refused_record_is_told_and_marked(editor: Person) -> None:
    for number, status in ((1, "draft"), (2, "lost"), (3, "away"), (4, "review")):
        editor.connection.workbench.edit(
            "set status", [Edit(ref("posts", number), "status", status_of(editor, number), status)]
        )
    editor.press("Ctrl+S")
    box = editor.boxes.press("Go to First")
    assert box.sentence == "2 of 4 records were refused. Nothing was saved."
    assert box.hint.count("•") == 2 and "must be one of" in box.hint
    assert [state(editor, n, "status") for n in (1, 2, 3)] == [
        CellState.NORMAL if status_of(editor, 1) == "draft" else CellState.CHANGED,
        CellState.INVALID,
        CellState.INVALID,
    ]
    editor.wait(lambda: editor.tab.current_key == (2,) and editor.tab.current_column == "status")
    editor.connection.workbench.revert(ref("posts", 2))
    assert state(editor, 3, "status") is CellState.INVALID
    assert len(editor.connection.workbench.refusals) == 1


def test_refused_records_are_told_by_name_though_nothing_has_shown_them(editor: Person) -> None:
    bench, users = editor.connection.workbench, editor.rows("SELECT id, email, name FROM users ORDER BY id")
    (_, old, ada), (_, other, bob), (_, taken, _) = users[:3]
    first, second = (int(str(user[0])) for user in users[:2])
    bench.edit("take it", [Edit(ref("users", first), "email", old, taken)])
    bench.edit("take it", [Edit(ref("users", second), "email", other, taken)])
    editor.press("Ctrl+S")
    box = editor.boxes.press("Go to First")
    assert f"User {ada}: " in box.hint and f"User {bob}: " in box.hint
    assert bench.staging.titles[ref("users", first)] == ada


def test_what_the_database_made_of_it_is_shown_once(editor: Person) -> None:
    for statement in SHOUT[editor.connection.database.profile.backend]:
        editor.elsewhere(statement)
    at(editor, 1, "title")
    entry(editor, "quietly")
    saved(editor)
    assert editor.cell(1, "title") == "QUIETLY"
    assert state(editor, 1, "title") is CellState.ADJUSTED
    assert tip(editor, 1, "title").startswith("The database made QUIETLY of quietly.")
    editor.press("F5")
    assert state(editor, 1, "title") is CellState.NORMAL
    at(editor, 1, "title")
    entry(editor, "loudly")
    saved(editor)
    assert state(editor, 1, "title") is CellState.ADJUSTED
    at(editor, 2, "view_count")
    entry(editor, "12")
    assert state(editor, 1, "title") is CellState.NORMAL


def test_typing_searches_where_nothing_can_be_edited(editor: Person) -> None:
    editor.tab.model.set_view(replace(editor.tab.view, columns=("title", "body"), links=("tags",)))
    editor.settled()
    grid = editor.tab.grid
    grid.setCurrentIndex(editor.tab.model.index(0, editor.tab.model.section_of("tags")))
    grid.setFocus()
    write(editor, "c")
    editor.wait(editor.tab.tools.search.hasFocus)
    assert editor.tab.tools.search.text() == "c"


def test_a_click_elsewhere_stages_what_was_typed(editor: Person) -> None:
    at(editor, 1, "title")
    editor.press("F2", "Ctrl+A")
    write(editor, "Clicked away")
    grid, model = editor.tab.grid, editor.tab.model
    editor.click(grid.viewport(), grid.visualRect(model.index(3, 1)).center())
    editor.wait(lambda: not grid.editing.open)
    assert editor.cell(1, "title") == "Clicked away"
    assert grid.currentIndex().row() == 3


def test_opening_another_database_asks(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Stay here")
    before = editor.connection
    editor.act("data.reload")
    editor.boxes.press("Cancel")
    assert editor.connection is before
    assert editor.cell(1, "title") == "Stay here"
    editor.act("data.reload")
    editor.boxes.press("Save")
    editor.wait(lambda: editor.desk.workspace.connection not in (before, None))
    assert editor.stored(TITLE) == "Stay here"


def test_discard_takes_all_back_and_can_be_undone(editor: Person) -> None:
    before = editor.cell(1, "title")
    at(editor, 1, "title")
    entry(editor, "Gone soon")
    editor.act("data.discard")
    assert editor.cell(1, "title") == before
    assert not editor.can("data.save")
    editor.press("Ctrl+Z")
    assert editor.cell(1, "title") == "Gone soon"


def test_closing_the_window_asks(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Before leaving")
    editor.window.close()
    box = editor.boxes.press("Cancel")
    assert box.sentence.startswith("Save changes to 1 record in ")
    assert editor.window.isVisible()
    editor.window.close()
    editor.boxes.press("Save")
    editor.wait(lambda: not editor.window.isVisible())
    assert editor.stored(TITLE) == "Before leaving"


def test_closing_while_it_is_being_saved_asks_nothing(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Saved on the way out")
    bench = editor.connection.workbench
    editor.press("Ctrl+S")
    assert bench.saving
    editor.window.close()
    assert editor.window.isVisible() and editor.boxes.open is None
    editor.wait(lambda: not editor.window.isVisible())
    assert editor.stored(TITLE) == "Saved on the way out"


def test_who_closes_while_it_is_being_saved_stays_where_it_is_refused(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Mine")
    editor.elsewhere("UPDATE posts SET title = 'Theirs' WHERE id = 1")
    editor.press("Ctrl+S")
    editor.window.close()
    dialog = editor.dialog(ConflictDialog)
    editor.press("Esc")
    editor.gone(dialog)
    assert editor.window.isVisible()
    assert editor.connection.workbench.staging.dirty
    editor.window.close()  # and is asked again
    editor.boxes.press("Don’t Save")
    editor.wait(lambda: not editor.window.isVisible())
    assert editor.stored(TITLE) == "Theirs"


def test_closing_without_saving_writes_nothing(editor: Person) -> None:
    before = editor.stored(TITLE)
    at(editor, 1, "title")
    entry(editor, "Never kept")
    editor.window.close()
    editor.boxes.press("Don’t Save")
    editor.wait(lambda: not editor.window.isVisible())
    assert editor.stored(TITLE) == before


def test_the_dialog_starts_from_what_is_staged(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Staged in the grid")
    at(editor, 1, "title")
    editor.press("Shift+Return")
    dialog = editor.record()
    assert dialog.form.fields["title"].editor.value() == "Staged in the grid"
    editor.press("Esc")
    editor.gone(dialog)
    assert editor.cell(1, "title") == "Staged in the grid"
    assert editor.tab.staged.text == "1 change in 1 record"
    at(editor, 1, "title")
    editor.press("Shift+Return")
    dialog = editor.record()
    editor.fill(dialog, "view_count", "7")
    editor.save(dialog)
    editor.wait(lambda: not editor.tab.staged.text)
    assert editor.rows("SELECT title, view_count FROM posts WHERE id = 1") == [("Staged in the grid", 7)]
    assert not editor.can("edit.undo")


def test_a_field_set_back_in_the_dialog_is_staged_no_more(editor: Person) -> None:
    before = str(editor.stored(TITLE))
    at(editor, 1, "title")
    entry(editor, "Only for a moment")
    at(editor, 1, "title")
    editor.press("Shift+Return")
    dialog = editor.record()
    editor.fill(dialog, "title", before)
    editor.save(dialog)
    assert editor.tab.staged.text == ""
    assert editor.cell(1, "title") == before
