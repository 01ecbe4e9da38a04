"""A person selects many records: the panel shows what they share, a change goes to all of them, once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.models.changed import Changed
from tests.edit.craft import insert
from tests.stories.grid_kit import at, entry, saved
from tests.stories.kit import Person
from ui.editors.lookup import LookupEditor
from ui.panels.many_page import ManyPage
from ui.panels.record_panel import RecordPanel
from ui.window import many_choice

STATES = "SELECT status FROM posts ORDER BY id"
TITLES = "SELECT title FROM posts ORDER BY id"
MORE = insert(
    "posts (id, author_id, title, body, status, view_count)",
    ((number, 1, f"Part {number}", "B", "draft", 5) for number in range(7, 47)),
)


@pytest.fixture
def editor(person: Person) -> Iterator[Person]:
    """Someone looking at the posts; what is left unsaved at the end is let go."""
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def panel(person: Person) -> RecordPanel:
    found = person.window.panel
    assert isinstance(found, RecordPanel)
    return found


def page(person: Person) -> ManyPage:
    """The page of the records selected, once it shows them."""
    found = panel(person)
    person.wait(lambda: found.many.isVisible() and not found.busy and found.many.form is not None)
    return found.many


def field(person: Person, column: str) -> QWidget:
    form = page(person).form
    assert form is not None
    return form.fields[column].editor.focus_target()


def shown(person: Person, column: str) -> str:
    """What stands in a field, its placeholder where there is no text."""
    target = field(person, column)
    if isinstance(target, QComboBox):
        return target.currentText()
    return str(target.property("text") or target.property("placeholderText"))


def test_forty_posts_one_change_undone_done_again_and_saved(editor: Person) -> None:
    editor.elsewhere(MORE)
    editor.open("posts")
    before = editor.rows(STATES)
    editor.tab.go_to(5)
    editor.press("Down", *["Shift+Down"] * 39)
    editor.wait(lambda: editor.tab.grid.selected.size == 40)
    form = page(editor)
    assert panel(editor).header.title.words == "40 posts" and panel(editor).many.isVisible()
    assert (shown(editor, "status"), shown(editor, "title")) == ("Draft", "(differs)")
    assert shown(editor, "view_count") == "5"
    assert not editor.connection.workbench.staging.dirty  # looking writes nothing
    editor.click(field(editor, "view_count"))
    editor.press("Ctrl+A")
    editor.write("77")
    assert form.banner.text() == "View count will change on 40 records."
    assert editor.tab.staged.text == "40 changes in 40 records"
    assert editor.window.actions_["edit.undo"].text() == "Undo: set View count on 40 records"
    editor.act("edit.undo")
    assert not editor.connection.workbench.staging.dirty
    editor.wait(lambda: shown(editor, "view_count") == "5")
    editor.act("edit.redo")
    editor.wait(lambda: shown(editor, "view_count") == "77")
    saved(editor)
    assert editor.stored("SELECT count(*) FROM posts WHERE view_count = 77") == 40
    assert editor.rows(STATES) == before
    editor.wait(lambda: not page(editor).busy and shown(editor, "view_count") == "77")


def test_what_differs_stays_unless_it_is_changed(editor: Person) -> None:
    editor.open("posts")
    titles = editor.rows(TITLES)
    editor.select(1, 4, 5)
    assert shown(editor, "status") == "(differs)"
    title = field(editor, "title")
    editor.click(title)
    editor.write("x")
    assert editor.cell(4, "title") == "x"
    editor.press("Backspace")
    assert not editor.connection.workbench.staging.dirty  # taken off again: every record has its own
    assert shown(editor, "title") == "(differs)"
    field(editor, "status").setFocus()
    editor.write("ar")
    editor.press("Return")
    editor.wait(lambda: page(editor).banner.text() == "Status will change on 3 records.")
    editor.press("Ctrl+S")
    editor.wait(lambda: not editor.tab.staged.text)
    assert editor.rows(TITLES) == titles
    assert editor.rows("SELECT id FROM posts WHERE status = 'archived' ORDER BY id") == [(1,), (4,), (5,)]


def test_staged_changes_count_and_an_invalid_text_blocks_saving(editor: Person) -> None:
    editor.open("posts")
    at(editor, 1, "view_count")
    entry(editor, "7")
    at(editor, 4, "view_count")
    entry(editor, "7")
    editor.select(1, 4)
    assert shown(editor, "view_count") == "7"
    editor.click(field(editor, "view_count"))
    editor.press("Ctrl+A")
    editor.write("many")
    assert "2 not valid" in editor.tab.staged.text
    field(editor, "title").setFocus()
    form = page(editor).form
    assert form is not None
    editor.wait(lambda: "number" in form.fields["view_count"].problem.text())
    editor.press("Ctrl+S")
    assert "View count" in editor.boxes.press("Edit View count").sentence
    editor.act("edit.undo")
    assert editor.connection.workbench.staging.change_count == 2
    editor.select(1, 4)
    editor.click(page(editor).cancel_button)
    assert not editor.connection.workbench.staging.dirty


def test_tags_of_all_and_of_some(editor: Person) -> None:
    editor.open("posts")
    editor.select(1, 4)
    form = page(editor).form
    assert form is not None
    assert form.links["tags"].names == ["water", "long read (some)"]
    form.links["tags"].remove((1,))
    editor.wait(lambda: page(editor).form is not form)
    again = page(editor).form
    assert again is not None and again.links["tags"].names == ["long read (some)"]
    again.links["tags"].add_key((3,), "long read")
    editor.wait(lambda: page(editor).form is not again)
    last = page(editor).form
    assert last is not None and last.links["tags"].names == ["long read"]
    assert editor.window.actions_["edit.undo"].text() == "Undo: change Tags on 1 record"
    editor.press("Ctrl+S")
    editor.wait(lambda: not editor.tab.staged.text)
    linked = "SELECT post_id, tag_id FROM post_tags ORDER BY post_id, tag_id"
    assert editor.rows(linked) == [(1, 3), (2, 2), (4, 3)]


def test_too_many_are_not_read(editor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_choice, "MOST", 2)
    editor.open("posts")
    editor.select(1, 4, 5)
    said = panel(editor).empty
    editor.wait(said.isVisible)
    assert said.sentence.startswith("3 posts are selected. Record > Set Field…")
    editor.select(1, 4)
    assert shown(editor, "title") == "(differs)"


def test_all_of_the_view_and_a_new_record_among_them(editor: Person) -> None:
    editor.open("tags")
    editor.connection.workbench.insert(editor.tab.table.name, {"name": "new", "slug": "new"})
    editor.tab.grid.setFocus()
    editor.press("Ctrl+A")
    assert len([page(editor)]) == 1
    assert panel(editor).header.title.words == "4 tags"
    editor.click(field(editor, "slug"))
    editor.write("s")
    assert editor.rows("SELECT slug FROM tags ORDER BY id") == [("water",), ("city",), ("long-read",)]
    assert editor.tab.staged.text == "4 changes in 4 records"
    assert editor.window.actions_["edit.undo"].text() == "Undo: set Slug on 4 records"


def test_one_record_again(editor: Person) -> None:
    editor.open("posts")
    editor.select(1, 4)
    page(editor)
    editor.select(2)
    editor.wait(lambda: panel(editor).record is not None and not panel(editor).busy)
    assert panel(editor).header.title.words.startswith("Élection")
    assert panel(editor).tabs.isVisible()


def test_a_new_author_for_three_posts_is_staged_and_saved_with_them(editor: Person) -> None:
    editor.open("posts")
    editor.select(1, 2, 3)
    before = editor.counts()
    asker = page(editor).form
    assert asker is not None
    author = asker.fields["author_id"].editor
    assert isinstance(author, LookupEditor)
    editor.click(author.focus_target())
    author.new_wanted.emit(author)
    dialog = editor.record()
    assert dialog.save_button.text() == "Add User"
    editor.fill(dialog, "name", "Nora")
    editor.fill(dialog, "email", "nora@example.org")
    editor.save(dialog)
    assert editor.counts() == before
    assert editor.tab.staged.text == "4 changes in 4 records"
    assert [editor.cell(key, "author_id") for key in (1, 2, 3)] == ["Nora"] * 3
    saved(editor)
    assert editor.counts() == before | {"users": before["users"] + 1}
    nora = "SELECT count(*) FROM posts WHERE author_id = (SELECT id FROM users WHERE name = 'Nora')"
    assert editor.stored(nora) == 3


def test_who_types_on_at_once_after_saving_changes_what_was_saved(editor: Person) -> None:
    """Nobody waits for the form: it is compared with what is stored now, and stays at the cursor."""
    editor.open("posts")
    editor.select(1, 4, 5)
    editor.click(field(editor, "view_count"))
    editor.press("Ctrl+A")
    editor.write("123")
    editor.press("Left")
    done: list[Changed] = []
    editor.connection.changed.connect(done.append)
    editor.act("data.save")
    editor.wait(lambda: bool(done))
    form = panel(editor).many.form
    assert form is not None
    QTest.keyClicks(form.fields["view_count"].editor.focus_target(), "9")
    editor.wait(lambda: not page(editor).busy)
    QTest.keyClicks(field(editor, "view_count"), "8")
    assert shown(editor, "view_count") == "12983"
    saved(editor)
    assert editor.rows("SELECT id FROM posts WHERE view_count = 12983 ORDER BY id") == [(1,), (4,), (5,)]
