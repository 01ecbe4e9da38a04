"""F5 reads everything again: the record somebody is at, and what is not saved, stay."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from desktop.base.keys import RecordRef
from desktop.browse import fetch
from desktop.browse.rows import Row
from desktop.browse.view import Sort
from tests.fixtures.databases import MakeDatabase
from tests.models.helpers import BIG, big_table
from tests.stories.conftest import Sit
from tests.stories.kit import Person

ROWS = 1_500
AT = 745
"""The record somebody is at, in the middle of the table."""
SORTS = {"key": (), "no index": (Sort("size"),), "backwards": (Sort("name", descending=True),)}


@pytest.fixture
def crowd(make_database: MakeDatabase, sit: Sit) -> Person:
    """Someone at a table of some thousand records."""
    return sit(make_database(*big_table(ROWS)))


def go_to(person: Person, key: int) -> int:
    """Make that record the current one; its row."""
    tab = person.tab
    tab.show_record((key,))
    person.wait(lambda: tab.current_key == (key,))
    person.settled()
    return tab.grid.currentIndex().row()


@pytest.mark.parametrize("sort", SORTS)
def test_the_current_record_and_what_is_staged_stay(crowd: Person, sort: str) -> None:
    tab = crowd.open("big")
    tab.model.set_view(replace(tab.model.view, sort=SORTS[sort]))
    crowd.settled()
    before = go_to(crowd, AT)
    section = tab.model.section_of("name")
    tab.grid.setCurrentIndex(tab.model.index(before, section))
    crowd.press("F2", "Ctrl+A")
    crowd.write("staged")
    crowd.press("Return")
    crowd.press("Up")
    assert tab.current_key == (AT,)
    crowd.elsewhere("DELETE FROM big WHERE id <= 300 OR id > 1300")
    crowd.elsewhere("UPDATE big SET size = 55 WHERE id BETWEEN 700 AND 800 AND id <> 745")
    crowd.press("F5")
    crowd.wait(lambda: tab.model.exact and tab.model.count == 1_000)
    crowd.settled()
    crowd.wait(lambda: tab.current_key == (AT,))
    assert tab.grid.currentIndex().column() == section
    assert str(tab.model.data(tab.grid.currentIndex())) == "staged"
    first, last = tab.grid.visible_rows
    assert first <= tab.grid.currentIndex().row() <= last
    staged = crowd.connection.workbench.staging.changes.get(RecordRef(BIG, (AT,)))
    assert staged is not None and dict(staged.values) == {"name": "staged"}
    crowd.connection.workbench.discard()


def test_the_current_record_is_gone(crowd: Person) -> None:
    tab = crowd.open("big")
    row = go_to(crowd, AT)
    crowd.elsewhere("DELETE FROM big WHERE id = 745")
    crowd.press("F5")
    crowd.wait(lambda: tab.model.exact and tab.model.count == ROWS - 1)
    crowd.wait(lambda: tab.current_key == (AT + 1,))  # the next one stands in its place
    first, last = tab.grid.visible_rows
    assert first <= row <= last


def test_selected_records_stay_selected(crowd: Person) -> None:
    tab = crowd.open("big")
    go_to(crowd, AT)
    crowd.press(*["Shift+Down"] * 3)
    chosen = {tab.model.key_at(one) for span in tab.grid.selected.ranges for one in span}
    assert len(chosen) == 4
    crowd.elsewhere("DELETE FROM big WHERE id <= 300")
    crowd.press("F5")
    crowd.wait(lambda: tab.model.exact and tab.model.count == 1_200)
    crowd.settled()
    crowd.wait(lambda: tab.grid.selected.size == 4)
    assert {tab.model.key_at(one) for span in tab.grid.selected.ranges for one in span} == chosen


def test_all_that_match_stay_selected(crowd: Person) -> None:
    tab = crowd.open("big")
    go_to(crowd, AT)
    crowd.press("Ctrl+A")
    crowd.elsewhere("DELETE FROM big WHERE id <= 300")
    crowd.press("F5")
    crowd.wait(lambda: tab.model.exact and tab.model.count == 1_200)
    crowd.settled()
    crowd.wait(lambda: tab.current_key == (AT,))
    assert tab.grid.selected.everything and tab.grid.selected.size == 1_200


def test_it_stays_though_its_rows_are_read_late(crowd: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is found in its new row while another one is still shown there."""
    tab = crowd.open("big")
    go_to(crowd, AT)
    real = fetch.block

    def late(*arguments: object, **named: object) -> list[Row]:
        time.sleep(0.2)
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(fetch, "block", late)
    crowd.elsewhere("DELETE FROM big WHERE id <= 300")
    crowd.press("F5")
    crowd.wait(lambda: tab.model.exact and tab.model.count == 1_200)
    crowd.settled()
    crowd.wait(lambda: tab.model.key_at(AT - 301) == (AT,))
    crowd.wait(lambda: tab.current_key == (AT,))
    assert [tab.model.key_at(row) for span in tab.grid.selected.ranges for row in span] == [(AT,)]
