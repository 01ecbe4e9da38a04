"""Posts are only marked as deleted: hidden, shown again on demand, taken back, or deleted for good."""

from __future__ import annotations

from tests.stories.kit import Person
from ui.dialogs.delete_dialog import DeleteDialog

MARKED = "SELECT count(*) FROM posts WHERE deleted_at IS NOT NULL"


def mark(person: Person, *keys: int) -> None:
    """Delete posts at once."""
    person.select(*keys)
    person.press("Del")
    dialog = person.bulk(DeleteDialog)
    assert dialog.soft and "only marked" in dialog.hint.text()
    assert dialog.go_button is not None
    person.click(dialog.go_button)
    person.gone(dialog)
    left = 6 - len(keys)
    person.wait(lambda: person.foot.startswith(f"1–{left} of {left}"))


def show_deleted(person: Person) -> None:
    person.press("Ctrl+Shift+H")
    person.wait(lambda: person.foot.startswith("1–6 of 6") and "deleted shown" in person.foot)
    person.settled()


def test_delete_marks_and_hides(person: Person) -> None:
    person.open("posts")
    assert "deleted hidden" in person.foot
    before = person.counts()
    mark(person, 1, 2)
    assert person.counts() == before
    assert person.stored(MARKED) == 2
    assert person.stored("SELECT count(*) FROM posts WHERE deleted_by IS NOT NULL") == 2


def test_deleted_ones_are_shown_and_restored(person: Person) -> None:
    tab = person.open("posts")
    mark(person, 1, 2)
    show_deleted(person)
    person.select(1)
    index = tab.model.index(tab.grid.currentIndex().row(), 0)
    assert "marked as deleted" in str(tab.model.data(index, 3))
    person.press("Ctrl+Shift+R")
    person.wait(lambda: person.stored(MARKED) == 1)
    assert person.rows("SELECT deleted_at, deleted_by FROM posts WHERE id = 1") == [(None, None)]
    person.press("Ctrl+Shift+H")
    person.wait(lambda: person.foot.startswith("1–5 of 5"))


def test_delete_permanently_takes_the_marked_ones_too(person: Person) -> None:
    person.open("posts")
    mark(person, 4)
    show_deleted(person)
    person.select(4)
    person.press("Ctrl+Shift+Del")
    dialog = person.bulk(DeleteDialog)
    assert not dialog.soft
    assert dialog.comfort.isVisible()
    assert dialog.go_button is not None
    person.click(dialog.go_button)
    person.gone(dialog)
    assert person.stored("SELECT count(*) FROM posts WHERE id = 4") == 0
    assert person.stored("SELECT count(*) FROM comments WHERE post_id = 4") == 0


def test_a_table_without_a_mark_offers_none_of_it(person: Person) -> None:
    person.open("users")
    person.select(3)
    assert not any(person.can(f"record.{one}") for one in ("restore", "delete_permanently"))
    assert not person.can("view.deleted")
    assert "deleted" not in person.foot
