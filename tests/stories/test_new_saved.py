"""A new record that was saved stays the one at hand: in its row, in the panel, under the cursor."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.base.keys import NewKey, RecordRef
from desktop.models.changed import Changed
from tests.stories.grid_kit import saved
from tests.stories.kit import Person
from tests.stories.new_kit import MORE, begin, line, panel


def save_at_once(person: Person, keys: str) -> None:
    """Until the window is told, and not a moment longer: nothing was read again by then."""
    done: list[Changed] = []
    person.connection.changed.connect(done.append)
    person.press(keys)
    person.wait(lambda: bool(done))


@pytest.mark.parametrize("keys", ["Ctrl+S", "Ctrl+Return"])
@pytest.mark.parametrize("more", [False, True], ids=["few", "many"])
def test_who_types_on_in_the_panel_goes_on_in_the_same_record(person: Person, keys: str, more: bool) -> None:
    if more:
        person.elsewhere(MORE)
    person.open("tags")
    begin(person, "abc")
    line(person, "name").setCursorPosition(1)
    save_at_once(person, keys)
    found = panel(person)
    assert found.ref is not None and not isinstance(found.ref.key, NewKey)
    key = found.ref.key
    assert QApplication.focusWidget() is line(person, "name")
    for letter in "XYZ":
        focus = QApplication.focusWidget()
        assert focus is line(person, "name")
        QTest.keyClicks(focus, letter)
        person.wait(lambda: not found.busy)
    person.wait(lambda: person.tab.model.pages.settled and not person.tab.model.rows.extra)
    assert person.tab.current_key == key and found.ref.key == key
    assert line(person, "name").text() == "aXYZbc"
    saved(person)
    assert person.rows("SELECT name, slug FROM tags WHERE slug = 'abc'") == [("aXYZbc", "abc")]


def test_the_row_stays_until_it_is_read_where_it_belongs(person: Person) -> None:
    """In the grid nobody stands in another record for a moment, sorted as it may be."""
    person.elsewhere(MORE)
    person.open("tags")
    header = person.tab.grid.horizontalHeader()
    section = person.tab.model.section_of("name")
    person.click(header.viewport(), QPoint(header.sectionViewportPosition(section) + 20, 10))
    person.settled()
    begin(person, "Another")
    person.tab.grid.setFocus()
    grid, model = person.tab.grid, person.tab.model
    stood: set[RecordRef | None] = {grid.records.current}
    grid.selectionModel().currentChanged.connect(lambda: stood.add(grid.records.current))
    save_at_once(person, "Ctrl+S")
    key = panel(person).ref.key  # type: ignore[union-attr]
    person.wait(lambda: model.pages.settled and not model.rows.extra)
    assert isinstance(key, tuple)
    assert (grid.currentIndex().row(), person.tab.current_key) == (0, key)
    stored = {one for one in stood if one is not None and not isinstance(one.key, NewKey)}
    assert stored == {RecordRef(model.table.name, key)}
    assert person.cell(key[0], "name") == "Another"


def test_who_has_moved_on_stays_there(person: Person) -> None:
    person.open("tags")
    begin(person, "abc")
    person.tab.grid.setFocus()
    save_at_once(person, "Ctrl+S")
    person.tab.go_to(0)
    person.wait(lambda: person.tab.model.pages.settled and not person.tab.model.rows.extra)
    assert person.tab.current_key == (1,)


def test_a_filter_that_hides_the_new_record_takes_its_row_away(person: Person) -> None:
    person.open("tags")
    person.tab.filter_column("name", "water")
    person.wait(lambda: person.tab.model.exact and person.tab.model.count == 1)
    begin(person, "abc")
    save_at_once(person, "Ctrl+S")
    person.wait(lambda: person.tab.model.pages.settled and not person.tab.model.rows.extra)
    assert person.tab.model.rowCount() == 1 and person.tab.view.filters


def test_of_several_new_ones_the_one_saved_alone_stays_at_hand(person: Person) -> None:
    person.open("tags")
    begin(person, "first")
    begin(person, "second")
    save_at_once(person, "Ctrl+Return")
    model = person.tab.model
    person.wait(lambda: model.pages.settled and not panel(person).busy and len(model.rows.extra) == 1)
    assert person.stored("SELECT name FROM tags WHERE slug = 'second'") == "second"
    person.wait(lambda: person.tab.current_key is not None)
    assert line(person, "name").text() == "second"
    person.connection.workbench.discard()


def test_of_very_many_saved_at_once_none_keeps_its_row(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They go at once, and come where they are read; each is there once."""
    monkeypatch.setattr("desktop.models.just_saved._MOST", 1)
    person.open("tags")
    begin(person, "first")
    begin(person, "second")
    save_at_once(person, "Ctrl+S")
    model = person.tab.model
    assert not model.rows.just_saved.refs
    person.wait(lambda: model.pages.settled and not panel(person).busy)
    names = [str(model.data(model.index(row, model.section_of("name")))) for row in range(model.rowCount())]
    assert sorted(names) == ["city", "first", "long read", "second", "water"]


def test_a_key_that_was_changed_is_no_record_gone(person: Person) -> None:
    person.elsewhere("INSERT INTO tags (id, name, slug) VALUES (50, 'fog', 'fog')")
    person.open("tags")
    person.tab.go_to(3)
    found = panel(person)
    person.wait(lambda: found.record is not None and found.record.ref.key == (50,) and not found.busy)
    person.click(line(person, "id"))
    person.press("Ctrl+A")
    person.write("77")
    save_at_once(person, "Ctrl+S")
    person.wait(lambda: not found.busy)
    assert found.record is not None and found.record.ref.key == (77,)
    assert line(person, "id").text() == "77"
