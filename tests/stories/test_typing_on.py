"""Somebody goes on typing while a save runs, and from its end until all is read again, on a slow server."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from desktop.base.keys import NewKey
from tests.stories.gates import Gates, all_read, begin_save, end_save
from tests.stories.grid_kit import saved, write
from tests.stories.kit import Person
from tests.stories.new_kit import MORE, begin, line, panel


def stand(person: Person, row: int, column: str) -> None:
    """Make a cell the current one, of a new record perhaps."""
    grid, model = person.tab.grid, person.tab.model
    grid.setFocus()
    grid.setCurrentIndex(model.index(row, model.section_of(column)))


def retype(person: Person, column: str, text: str) -> None:
    """Over what stands in a field of the panel."""
    person.click(line(person, column))
    person.press("Ctrl+A")
    person.write(text)


def show(person: Person, row: int) -> None:
    """The panel shows the record of that row."""
    person.tab.go_to(row)
    found, key = panel(person), person.tab.current_key
    person.wait(lambda: found.record is not None and found.record.ref.key == key and not found.busy)


@pytest.mark.parametrize("row", [0, 3], ids=["a stored one", "another new one"])
def test_a_cell_edited_meanwhile_stays_open(person: Person, gates: Gates, row: int) -> None:
    person.open("tags")
    begin(person, "aaa")
    begin_save(person, gates)
    begin(person, "bbb")
    begin(person, "ccc")
    end_save(person, gates)
    stand(person, row, "name")
    person.press("F2", "Ctrl+A")
    write(person, "ty")
    gates.reads.set()
    person.wait(lambda: person.tab.model.pages.settled)
    person.qtbot.wait(200)
    write(person, "ped")
    assert person.tab.grid.editing.open and not person.tab.view.search
    person.press("Return")
    all_read(person, gates)
    staging = person.connection.workbench.staging
    new = staging.changes.new_in(person.tab.table.name)
    assert person.tab.model.rows.extra == list(new)  # what is staged is seen, and nothing else is
    assert sum(change.values.get("name") == "typed" for change in staging.changes) == 1
    person.connection.workbench.discard()


def test_what_is_typed_into_a_new_record_while_it_is_saved_is_kept(person: Person, gates: Gates) -> None:
    person.open("tags")
    begin(person, "abc")
    stand(person, person.tab.model.rowCount() - 1, "name")
    begin_save(person, gates)
    person.press("F2", "Ctrl+A")
    write(person, "typed")
    end_save(person, gates)
    write(person, "More")
    gates.reads.set()
    person.press("Return")
    all_read(person, gates)
    saved(person)
    assert person.rows("SELECT name FROM tags WHERE slug = 'abc'") == [("typedMore",)]


def test_a_record_opened_while_it_is_saved_is_written_once(person: Person, gates: Gates) -> None:
    person.open("tags")
    begin(person, "abc")
    person.tab.grid.setFocus()
    begin_save(person, gates)
    person.act("record.edit")
    gates.saves.set()
    dialog = person.record()
    person.fill(dialog, "name", "another")
    person.press("Ctrl+S")
    person.wait(lambda: QApplication.activeModalWidget() is None)
    all_read(person, gates)
    assert person.rows("SELECT name FROM tags WHERE slug = 'abc'") == [("another",)]
    assert not person.connection.workbench.staging.dirty


def test_what_somebody_else_changed_and_nobody_saw_is_a_conflict(person: Person, gates: Gates) -> None:
    person.open("tags")
    show(person, 0)
    retype(person, "name", "wet")
    person.elsewhere("UPDATE tags SET slug = 'theirs' WHERE id = 1")
    begin_save(person, gates)
    retype(person, "slug", "mine")
    end_save(person, gates)
    all_read(person, gates)
    page = panel(person).form_page
    assert page is not None and page.form is not None
    assert "somebody else" in (page.form.fields["slug"].editor.error or "")
    person.press("Ctrl+S")
    person.wait(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    assert person.stored("SELECT slug FROM tags WHERE id = 1") == "theirs"
    assert dialog is not None
    dialog.close()
    person.connection.workbench.discard()


def test_what_is_typed_back_while_it_is_saved_is_a_change(person: Person, gates: Gates) -> None:
    person.open("tags")
    show(person, 0)
    retype(person, "name", "wet")
    begin_save(person, gates)
    person.press("Ctrl+A")
    person.write("water")
    end_save(person, gates)
    assert line(person, "name").text() == "water"
    all_read(person, gates)
    assert line(person, "name").text() == "water"
    saved(person)
    assert person.stored("SELECT name FROM tags WHERE id = 1") == "water"


def test_what_is_discarded_while_it_is_saved_leaves_nothing_staged(person: Person, gates: Gates) -> None:
    person.open("tags")
    show(person, 0)
    retype(person, "name", "wet")
    begin_save(person, gates)
    person.connection.workbench.discard()
    end_save(person, gates)
    all_read(person, gates)
    assert not person.connection.workbench.staging.dirty
    assert (line(person, "name").text(), person.cell(1, "name")) == ("wet", "wet")


def test_a_record_of_another_key_is_edited_in_the_grid_at_once(person: Person, gates: Gates) -> None:
    person.elsewhere("INSERT INTO tags (id, name, slug) VALUES (50, 'fog', 'fog')")
    person.open("tags")
    show(person, 3)
    retype(person, "id", "77")
    begin_save(person, gates)
    end_save(person, gates)
    stand(person, 3, "name")
    assert person.tab.current_key == (77,)
    person.press("F2", "Ctrl+A")
    write(person, "typed")
    person.press("Return")
    all_read(person, gates)
    saved(person)
    assert person.rows("SELECT id, name FROM tags WHERE slug = 'fog'") == [(77, "typed")]


@pytest.mark.parametrize("more", [False, True], ids=["few", "many"])
def test_who_sorts_at_once_stays_in_the_record(person: Person, gates: Gates, more: bool) -> None:
    if more:
        person.elsewhere(MORE)
    person.open("tags")
    begin(person, "zzz")
    person.tab.grid.setFocus()
    begin_save(person, gates)
    end_save(person, gates)
    ref = person.tab.grid.records.current
    header = person.tab.grid.horizontalHeader()
    section = person.tab.model.section_of("name")
    person.click(header.viewport(), QPoint(header.sectionViewportPosition(section) + 20, 10))
    all_read(person, gates)
    person.wait(lambda: person.tab.grid.records.current == ref)
    assert ref is not None and not isinstance(ref.key, NewKey)


def test_what_was_selected_in_the_field_is_selected_still(person: Person, gates: Gates) -> None:
    person.open("tags")
    begin(person, "abc")
    person.press("Ctrl+A")
    begin_save(person, gates)
    end_save(person, gates)
    write(person, "Q")
    assert line(person, "name").text() == "Q"
    all_read(person, gates)
    person.connection.workbench.discard()


def test_the_panel_says_at_once_what_is_saved(person: Person, gates: Gates) -> None:
    person.open("tags")
    begin(person, "abc")
    begin_save(person, gates)
    end_save(person, gates)
    assert panel(person).header.title.words == "abc"
    assert panel(person).header.place.words.startswith("Tag ")
    all_read(person, gates)


def test_who_has_scrolled_away_is_not_taken_back(person: Person, gates: Gates) -> None:
    person.elsewhere(MORE)
    person.open("tags")
    begin(person, "zzz")
    grid = person.tab.grid
    grid.setFocus()
    begin_save(person, gates)
    end_save(person, gates)
    grid.verticalScrollBar().setValue(0)
    all_read(person, gates)
    assert grid.verticalScrollBar().value() == 0
    assert person.tab.current_key == panel(person).ref.key  # type: ignore[union-attr]
    assert person.cell(person.tab.current_key[0], "name") == "zzz"  # type: ignore[index]
