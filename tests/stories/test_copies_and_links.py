"""A record is duplicated; the names of linked records are put on and taken off."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.stories.grid_kit import entry, saved
from tests.stories.kit import Person

LINKS = "SELECT tag_id FROM post_tags WHERE post_id = 4 ORDER BY tag_id"


def test_a_duplicate_begins_as_a_copy(person: Person) -> None:
    person.open("posts")
    person.go_to(4)
    person.press("Ctrl+Shift+D")
    person.wait(lambda: person.tab.model.rowCount() == 7)
    assert [new_cell(person, name) for name in ("title", "author_id", "tags")] == [
        "What the harbour master saw",
        "Grace Hopper",
        "long read, water",
    ]
    assert person.window.actions_["edit.undo"].text() == "Undo: duplicate post “What the harbour master saw”"
    entry(person, "What the harbour master heard")
    saved(person)
    person.wait(lambda: person.foot.startswith("1–7 of 7"))
    copy = "SELECT id FROM posts WHERE title = 'What the harbour master heard'"
    both = f"SELECT author_id, body, view_count, status FROM posts WHERE id = 4 OR id = ({copy})"  # noqa: S608
    assert person.rows(both) == [(2, "At four in the morning.", 311, "draft")] * 2
    assert person.stored(f"SELECT count(*) FROM post_tags WHERE post_id = ({copy})") == 2  # noqa: S608


def test_a_duplicate_asks_for_what_must_differ(person: Person) -> None:
    person.open("tags")
    person.go_to(2)
    person.press("Ctrl+Shift+D")
    person.wait(lambda: person.tab.model.rowCount() == 4)
    assert [new_cell(person, name) for name in ("name", "slug")] == ["NULL", "NULL"]
    entry(person, "town")
    person.press("Ctrl+S")
    assert person.boxes.escape().sentence == "Slug must be filled in."
    grid, model = person.tab.grid, person.tab.model
    grid.setCurrentIndex(model.index(model.rowCount() - 1, model.section_of("slug")))
    entry(person, "town")
    saved(person)
    assert person.stored("SELECT count(*) FROM tags") == 4


def new_cell(person: Person, column: str) -> str:
    """What the grid shows in the last row."""
    model = person.tab.model
    return str(model.data(model.index(model.rowCount() - 1, model.section_of(column))))


def test_tags_are_put_on_and_taken_off(person: Person) -> None:
    person.open("posts")
    person.go_to(4)
    assert person.cell(4, "tags") == "long read, water"
    person.press("Shift+Return")
    dialog = person.record()
    links = dialog.form.links["tags"]
    links.add_button.setFocus()
    person.press("Space")
    person.wait(links.search_line.isVisible)
    person.write("cit")
    person.press("Return")
    person.wait(lambda: "city" in links.names)
    cross = next(chip.remove_button for chip in links.chips.shown() if chip.name == "water")
    cross.setFocus(Qt.FocusReason.TabFocusReason)
    person.press("Space")
    person.wait(lambda: "water" not in links.names)
    assert links.note.text().startswith("was ")
    assert person.rows(LINKS) == [(1,), (3,)]
    person.save(dialog)
    assert person.rows(LINKS) == [(2,), (3,)]
    person.wait(lambda: person.cell(4, "tags") == "city, long read")


def test_a_chip_that_goes_and_comes_back_is_no_change(person: Person) -> None:
    person.open("posts")
    person.go_to(1)
    person.press("Shift+Return")
    dialog = person.record()
    links = dialog.form.links["tags"]
    links.remove((1,))
    links.add_button.setFocus()
    person.press("Space")
    person.write("wat")
    person.press("Return")
    person.wait(lambda: links.names == ["water"])
    assert not dialog.form.dirty
    person.press("Esc")
    person.gone(dialog)


def test_a_link_that_somebody_else_made_meanwhile(person: Person) -> None:
    person.open("posts")
    person.go_to(1)
    person.press("Shift+Return")
    dialog = person.record()
    links = dialog.form.links["tags"]
    links.add_button.setFocus()
    person.press("Space")
    person.write("city")
    person.press("Return")
    person.wait(lambda: "city" in links.names)
    person.elsewhere("INSERT INTO post_tags (post_id, tag_id) VALUES (1, 2)")
    person.save(dialog)  # the other did the same: it is as wanted
    assert person.boxes.open is None
    assert person.stored("SELECT count(*) FROM post_tags WHERE post_id = 1") == 2
    person.wait(lambda: person.cell(1, "tags") == "city, water")
