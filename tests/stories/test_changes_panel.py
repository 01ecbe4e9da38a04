"""A person looks at what is not saved: over all tables, in words, live; takes it back, goes to it, saves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from desktop.edit.changes import ChangeSet
from desktop.schema.database import Database
from desktop.staging.statements import sql_of
from tests.guards.test_accessibility import nameless
from tests.stories.grid_kit import TITLE, at, entry, saved
from tests.stories.kit import Person
from tests.stories.review_kit import changes_panel, choose, line, lines

RIVER = "The river that learned to wait"


@pytest.fixture
def editor(person: Person) -> Iterator[Person]:
    """Someone looking at the posts; what is left unsaved at the end is let go."""
    person.open("posts")
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def test_two_tables_in_words_and_one_field_taken_back(editor: Person) -> None:
    before = str(editor.stored(TITLE))
    at(editor, 1, "title")
    entry(editor, "Reviewed")
    at(editor, 1, "view_count")
    entry(editor, "77")
    editor.open("tags")
    at(editor, 1, "slug")
    entry(editor, "fresh-water")
    editor.press("Ctrl+Shift+P")
    panel = changes_panel(editor)
    slug = editor.stored("SELECT slug FROM tags WHERE id = 1")
    count = int(str(editor.stored("SELECT view_count FROM posts WHERE id = 1")))
    assert lines(editor) == [
        ("Posts", "1 record"),
        (before, "changed"),
        ("Title", f"{before} → Reviewed"),
        ("View count", f"{count:,} → 77"),
        ("Tags", "1 record"),
        (line(editor, 5).heading, "changed"),
        ("Slug", f"{slug} → fresh-water"),
    ]
    assert panel.headline.words == "3 changes in 2 records"
    assert "set Slug" in panel.undo_button.toolTip()
    choose(editor, "posts", 1, "view_count")
    editor.press("Del")
    editor.wait(lambda: panel.headline.words == "2 changes in 2 records")
    choose(editor, "tags", 1)
    editor.click(panel.back_button)
    editor.wait(lambda: panel.headline.words == "1 change in 1 record")
    editor.press("Ctrl+Z")
    editor.wait(lambda: panel.headline.words == "2 changes in 2 records")
    editor.click(panel.save_button)
    editor.wait(lambda: panel.empty.isVisible())
    assert editor.stored(TITLE) == "Reviewed"
    assert editor.stored("SELECT slug FROM tags WHERE id = 1") == "fresh-water"
    assert editor.stored("SELECT view_count FROM posts WHERE id = 1") == count


def test_by_keyboard_alone_to_the_cell_and_back(editor: Person) -> None:
    at(editor, 4, "view_count")
    entry(editor, "5")
    editor.open("tags")
    at(editor, 2, "slug")
    entry(editor, "other")
    editor.press("Ctrl+Shift+P")
    panel = changes_panel(editor)
    editor.wait(panel.list.hasFocus)
    editor.press("Home", "Down", "Down")
    assert line(editor, panel.list.currentIndex().row()).column == "view_count"
    editor.press("Return")
    editor.wait(lambda: editor.tab.table.name.name == "posts" and editor.tab.current_key == (4,))
    assert editor.tab.current_column == "view_count"
    editor.wait(editor.tab.grid.hasFocus)
    editor.press("Ctrl+Shift+P")
    assert panel.isHidden()
    editor.press("Ctrl+Shift+P")
    editor.wait(panel.list.hasFocus)
    editor.press("Esc")
    editor.wait(editor.tab.grid.hasFocus)
    assert panel.isVisible()
    saved(editor)
    editor.wait(panel.empty.isVisible)
    assert editor.rows("SELECT view_count FROM posts WHERE id = 4") == [(5,)]


def test_it_is_live_and_tells_what_cannot_be_saved(editor: Person) -> None:
    editor.press("Ctrl+Shift+P")
    panel = changes_panel(editor)
    assert panel.empty.isVisible()
    at(editor, 1, "view_count")
    entry(editor, "many")
    editor.wait(lambda: len(lines(editor)) == 3)
    assert line(editor, 2).invalid and line(editor, 2).text.startswith("“many” is not")
    assert "1 not valid" in panel.headline.words
    at(editor, 1, "view_count")
    entry(editor, "12")
    editor.wait(lambda: lines(editor)[2][1].endswith("→ 12"))
    editor.open("tags")
    at(editor, 1, "slug")
    entry(editor, "city")
    editor.press("Ctrl+S")
    box = editor.boxes.press("Edit Slug")
    editor.wait(lambda: ("Not saved", box.sentence) in lines(editor))
    editor.click(panel.discard_button)
    editor.wait(panel.empty.isVisible)


def test_it_opens_at_the_first_record_that_was_refused(editor: Person) -> None:
    editor.open("tags")
    at(editor, 1, "name")
    entry(editor, "fresh water")
    for number, slug in ((2, "water"), (3, "water")):
        at(editor, number, "slug")
        entry(editor, slug)
    editor.press("Ctrl+S")
    editor.boxes.escape()
    editor.press("Ctrl+Shift+P")
    panel = changes_panel(editor)
    editor.wait(panel.list.hasFocus)
    chosen = line(editor, panel.list.currentIndex().row())
    assert chosen.ref is not None and chosen.ref.key == (2,)
    assert panel.headline.words.endswith("2 refused")
    assert [text for heading, text in lines(editor) if heading == "Not saved"] == [
        "Another tag already has this slug."
    ] * 2


def test_the_statements_on_demand(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Reviewed")
    editor.press("Ctrl+Shift+P")
    panel = changes_panel(editor)
    assert not panel.sql.isVisible()
    threads: list[int] = []

    def written(changes: ChangeSet, database: Database) -> str:
        threads.append(threading.get_ident())
        return sql_of(changes, database)

    with patch("ui.panels.changes_panel.sql_of", written):
        editor.click(panel.sql_button)
        editor.wait(lambda: "UPDATE posts" in panel.sql.toPlainText())
    (thread,) = threads
    assert thread != editor.thread  # the window does not wait until they are written out
    assert nameless(panel) == []
    at(editor, 2, "title")
    entry(editor, "Too")
    editor.wait(lambda: panel.sql.toPlainText().count("UPDATE posts") == 2)


def test_it_is_as_high_as_it_was(editor: Person) -> None:
    state = editor.window.state
    assert not editor.window.changes or editor.window.changes.isHidden()
    editor.press("Ctrl+Shift+P")
    height = changes_panel(editor).height()
    assert 120 <= height < 400
    editor.window.close()
    editor.wait(lambda: not editor.window.isVisible())
    assert state.changes_height == height


def test_the_way_to_a_record_that_somebody_has_deleted_says_so(editor: Person) -> None:
    editor.open("comments")
    at(editor, 3, "author_name")
    entry(editor, "Robert")
    editor.elsewhere("DELETE FROM comments WHERE id = 3")
    editor.press("F5")
    editor.wait(lambda: editor.tab.model.rowCount() == 2)
    editor.press("Ctrl+Shift+P")
    choose(editor, "comments", 3)
    assert "Bob" in lines(editor)[-1][1]  # what was staged is still there to be read
    editor.press("Return")
    editor.wait(lambda: editor.foot.startswith("This record is not here any more: it was deleted."))
    editor.press("Ctrl+Z")
    editor.wait(lambda: "any more" not in editor.foot)
