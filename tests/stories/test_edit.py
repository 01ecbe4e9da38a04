"""A person finds a record, changes it and saves, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from desktop.schema.database import Database
from tests.fixtures.databases import SqlLog
from tests.stories.kit import Person


def test_find_open_change_and_save_by_keyboard(person: Person) -> None:
    tab = person.open("posts")
    assert person.foot.startswith("1–6 of 6")
    person.filter("title", "harbour", 1)
    assert person.foot.startswith("1–1 of 1")
    person.press("Down")
    person.wait(tab.grid.hasFocus)
    person.press("Shift+Return")
    dialog = person.record()
    assert dialog.windowTitle() == "Edit Post"
    person.fill(dialog, "title", "What the harbour master told")
    person.save(dialog)
    assert person.stored("SELECT title FROM posts WHERE id = 4") == "What the harbour master told"
    person.wait(lambda: person.cell(4, "title") == "What the harbour master told")
    person.wait(tab.grid.hasFocus)
    assert person.foot.startswith("1–1 of 1")


def test_enter_in_the_filter_row_opens_no_record(person: Person) -> None:
    person.open("posts")
    person.go_to(4)
    person.filter("status", "review", 2)  # ends with Enter
    assert QApplication.activeModalWidget() is None
    field = person.tab.grid.filter_row.field("status")
    assert field is not None and field.hasFocus()


def test_a_record_that_no_longer_matches_leaves_the_grid(person: Person) -> None:
    person.open("posts")
    person.filter("status", "draft", 2)
    person.go_to(4)
    person.press("Shift+Return")
    dialog = person.record()
    person.fill(dialog, "status", "P")
    person.save(dialog)
    person.wait(lambda: person.foot.startswith("1–1 of 1"))
    assert person.stored("SELECT status FROM posts WHERE id = 4") == "published"
    person.press("Ctrl+Shift+L")
    person.wait(lambda: person.foot.startswith("1–6 of 6"))
    assert person.cell(4, "status") == "Published"


def test_a_double_click_opens_and_sorting_follows_the_save(person: Person) -> None:
    tab = person.open("posts")
    header = tab.grid.horizontalHeader()
    section = tab.model.section_of("view_count")
    person.click(header.viewport(), QPoint(header.sectionViewportPosition(section) + 20, 10))
    person.wait(lambda: "sorted by View count ↑" in person.foot)
    person.settled()
    assert tab.model.key_at(0) == (3,)
    tags = tab.model.index(0, tab.model.section_of("tags"))  # cannot be edited in place
    place = tab.grid.visualRect(tags).center()
    person.double_click(tab.grid.viewport(), place)
    dialog = person.record()
    person.fill(dialog, "view_count", "100000")
    person.save(dialog)
    person.wait(lambda: tab.model.key_at(5) == (3,))
    assert person.cell(3, "view_count") == "100,000"
    assert person.stored("SELECT view_count FROM posts WHERE id = 3") == 100_000


def test_escape_asks_and_keeps_what_is_stored(person: Person) -> None:
    person.open("users")
    person.go_to(1)
    person.press("Shift+Return")
    dialog = person.record()
    person.fill(dialog, "name", "Somebody Else")
    person.press("Esc")
    box = person.boxes.press("Keep")
    assert box.sentence == "Discard your changes to this user?"
    assert dialog.form.fields["name"].editor.value() == "Somebody Else"
    person.press("Esc")
    person.boxes.press("Discard")
    person.gone(dialog)
    assert person.stored("SELECT name FROM users WHERE id = 1") == "Ada Lovelace"
    person.wait(person.tab.grid.hasFocus)


def test_only_the_changed_column_is_sent_and_never_by_the_window(
    person: Person, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(person.database)
    person.open("users")
    person.go_to(2)
    person.press("Shift+Return")
    dialog = person.record()
    person.fill(dialog, "name", "Rear Admiral Hopper")
    person.save(dialog)
    person.wait(lambda: person.cell(2, "name") == "Rear Admiral Hopper")
    assert [statement.split(" WHERE")[0].split(" SET ")[1].split("=")[0] for statement in log.writes] == [
        "name"
    ]
    assert log.threads and person.thread not in log.threads
