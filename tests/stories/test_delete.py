"""Deleting: what goes is announced with counts, and exactly that goes, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QTreeWidgetItem

from desktop.schema.database import Database
from tests.fixtures.databases import SqlLog
from tests.stories.kit import Person
from ui.dialogs.delete_dialog import DeleteDialog

TABLES = {"posts": "Posts", "comments": "Comments", "post_tags": "Post tags", "post_views": "Post views"}


def announced(dialog: DeleteDialog) -> dict[str, int]:
    """The counts of the tree, by the name of the table."""
    found: dict[str, int] = {}

    def read(item: QTreeWidgetItem) -> None:
        for place in range(item.childCount()):
            child = item.child(place)
            assert child is not None
            name = next(table for table, heading in TABLES.items() if heading == child.text(0))
            found[name] = int(child.text(1).split()[0].replace(",", ""))
            read(child)

    read(dialog.tree.invisibleRootItem())
    return found


def ask(person: Person, action: str = "Ctrl+Shift+Del") -> DeleteDialog:
    person.press(action)
    return person.bulk(DeleteDialog)


def go(person: Person, dialog: DeleteDialog) -> None:
    """The safe button is the default: Tab to the other one, Space."""
    assert dialog.go_button is not None and dialog.cancel_button is not None
    assert dialog.cancel_button.isDefault() and dialog.go_button.isEnabled()
    dialog.go_button.setFocus()
    person.press("Space")


def gone_by(person: Person, before: dict[str, int]) -> dict[str, int]:
    return {name: before[name] - now for name, now in person.counts().items() if now != before[name]}


def test_one_record_with_everything_below_it(person: Person) -> None:
    person.open("posts")
    before = person.counts()
    person.select(1)
    dialog = ask(person)
    assert dialog.sentence.text() == "Delete 1 post?"
    told = announced(dialog)
    assert told == {"posts": 1, "comments": 2, "post_tags": 1, "post_views": 1}
    go(person, dialog)
    person.gone(dialog)
    assert gone_by(person, before) == told
    person.wait(lambda: person.foot.startswith("1–5 of 5"))


def test_several_by_one_statement_per_table(person: Person, sql_log: Callable[[Database], SqlLog]) -> None:
    person.open("posts")
    before = person.counts()
    person.select(1, 4, 6)
    assert "3 selected" in person.foot
    dialog = ask(person)
    told = announced(dialog)
    log = sql_log(person.database)
    go(person, dialog)
    person.gone(dialog)
    assert gone_by(person, before) == told == {"posts": 3, "comments": 3, "post_tags": 3, "post_views": 2}
    assert len({statement.split()[2] for statement in log.writes}) == len(log.writes)
    assert person.stored("SELECT count(*) FROM posts WHERE id IN (1, 4, 6)") == 0


def test_all_that_match_the_filter(person: Person) -> None:
    tab = person.open("posts")
    before = person.counts()
    person.filter("status", "draft, review", 4)
    tab.grid.setFocus()
    person.press("Ctrl+A")
    assert "all 4 selected" in person.foot
    dialog = ask(person)
    told = announced(dialog)
    go(person, dialog)
    person.gone(dialog)
    assert gone_by(person, before) == told == {"posts": 4, "comments": 1, "post_tags": 2, "post_views": 1}
    person.wait(lambda: "no records" in person.foot)
    assert person.rows("SELECT DISTINCT status FROM posts") == [("published",)]


def test_a_count_that_has_changed_keeps_everything(person: Person) -> None:
    tab = person.open("posts")
    person.filter("status", "draft", 2)
    tab.grid.setFocus()
    person.press("Ctrl+A")
    dialog = ask(person)
    person.elsewhere("UPDATE posts SET status = 'draft' WHERE id = 6")
    before = person.counts()
    go(person, dialog)
    box = person.boxes.escape()
    assert "3" in box.sentence and "2" in box.sentence
    assert person.counts() == before
    person.wait(lambda: dialog.go_button is not None and dialog.go_button.text() == "Delete 3 posts")
    go(person, dialog)  # what is announced now may go
    person.gone(dialog)
    assert gone_by(person, before)["posts"] == 3


def test_cancel_and_escape_keep_everything(person: Person) -> None:
    person.open("comments")
    before = person.counts()
    person.select(1, 2)
    for leave in ("Esc", "Return"):  # Enter presses the default button, and that is Cancel
        person.press("Del")
        dialog = person.bulk(DeleteDialog)
        assert dialog.focusWidget() is dialog.cancel_button
        person.press(leave)
        person.gone(dialog)
    assert person.counts() == before
    assert "2 selected" in person.foot


def test_a_record_gone_meanwhile_is_told(person: Person) -> None:
    person.open("comments")
    person.select(2)
    dialog = ask(person, "Del")
    person.elsewhere("DELETE FROM comments WHERE id = 2")
    go(person, dialog)
    box = person.boxes.escape()
    assert "comment" in box.sentence
    person.press("Esc")
    person.gone(dialog)
    assert person.stored("SELECT count(*) FROM comments") == 2
    person.press("F5")
    person.wait(lambda: person.foot.startswith("1–2 of 2"))


def test_the_context_menu_offers_it(person: Person) -> None:
    person.open("tags")
    person.select(3)
    menu = person.menu_key()
    entry = next(action for action in menu.actions() if action.text() == "Delete Now…")
    person.click(menu, menu.actionGeometry(entry).center())
    dialog = person.bulk(DeleteDialog)
    go(person, dialog)
    person.gone(dialog)
    assert person.rows("SELECT name FROM tags ORDER BY id") == [("water",), ("city",)]
