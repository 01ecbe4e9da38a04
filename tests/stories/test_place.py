"""Sorting and filtering do not lose a person's place: the chosen record stays at hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint

from desktop.base.keys import Key
from tests.fixtures.databases import MakeDatabase
from tests.models.helpers import big_table
from tests.stories.conftest import Sit
from tests.stories.kit import Person
from ui.grid import place

ROWS = 3_000
CHOSEN = 1_234


@pytest.fixture
def reader(make_database: MakeDatabase, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Someone at a table of several blocks, whose databases may be slow."""
    monkeypatch.setattr(place, "AT_HAND", 60.0)
    person = sit(make_database(*big_table(ROWS)))
    person.open("big")
    return person


def current(person: Person) -> tuple[Key | None, bool]:
    """The key of the current record, and whether it can be seen."""
    grid = person.tab.grid
    first, last = grid.visible_rows
    return person.tab.current_key, first <= grid.currentIndex().row() <= last


def choose(person: Person) -> None:
    person.tab.show_record((CHOSEN,))
    person.wait(lambda: current(person) == ((CHOSEN,), True))


def sort(person: Person, column: str) -> None:
    header, section = person.tab.grid.horizontalHeader(), person.tab.model.section_of(column)
    person.click(header.viewport(), QPoint(header.sectionViewportPosition(section) + 20, 10))


def test_the_chosen_record_stays_at_hand_when_the_order_changes(reader: Person) -> None:
    choose(reader)
    grid = reader.tab.grid
    for row in (CHOSEN - 1, ROWS - CHOSEN):  # ascending, descending
        sort(reader, "id")
        reader.settled()
        reader.wait(lambda: current(reader) == ((CHOSEN,), True))
        assert grid.currentIndex().row() == row and grid.selected.size == 1


def test_a_record_filtered_out_is_gone_back_to_when_it_is_shown_again(reader: Person) -> None:
    choose(reader)
    reader.filter("id", "<= 600", 600)
    assert reader.tab.current_key == (1,) and reader.tab.grid.selected.size == 0
    reader.tab.clear_filters()
    reader.wait(lambda: current(reader) == ((CHOSEN,), True))


def test_who_chose_nothing_sees_the_first_rows(reader: Person) -> None:
    bar = reader.tab.grid.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    sort(reader, "id")
    reader.settled()
    assert reader.tab.grid.visible_rows[0] == 0 and reader.tab.grid.selected.size == 0


@pytest.mark.parametrize("row", [0, 7])
def test_who_has_moved_on_meanwhile_is_left_alone(reader: Person, row: int) -> None:
    choose(reader)
    model = reader.tab.model
    model.modelReset.connect(lambda: reader.tab.go_to(row))  # quicker than the answer where the record stands
    sort(reader, "id")
    reader.settled()
    reader.wait(lambda: model.pages.settled and not any(lane.is_busy for lane in reader.connection.lanes))
    assert reader.tab.grid.currentIndex().row() == row
    assert reader.tab.grid.visible_rows[0] == 0


def test_who_may_be_reading_the_first_rows_by_then_is_told_the_row_and_not_taken_there(
    reader: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(reader)
    monkeypatch.setattr(place, "AT_HAND", -1.0)  # as if it had taken long to find
    sort(reader, "id")
    reader.settled()
    reader.wait(lambda: "stands in row 1,234" in reader.tab.foot.text)
    assert reader.tab.grid.verticalScrollBar().value() == 0
    assert reader.tab.grid.selected.size == 0
    sort(reader, "id")
    reader.wait(lambda: "stands in row" not in reader.tab.foot.text)
