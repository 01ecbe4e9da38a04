"""Owns a person's hands in the cells of a grid: the current cell, typing over it, saving all of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.models.cells import CellRole
from tests.stories.kit import Person
from ui.grid.grid_view import GridView
from ui.panels.record_panel import RecordPanel

TITLE = "SELECT title FROM posts WHERE id = 1"


def write(person: Person, text: str) -> None:
    """Keys to whatever has the focus."""
    focused = QApplication.focusWidget()
    assert focused is not None, person
    QTest.keyClicks(focused, text)


def at(person: Person, key: object, column: str) -> None:
    """Make one cell the current one."""
    row = person.go_to(key)
    model, grid = person.tab.model, person.tab.grid
    grid.setCurrentIndex(model.index(row, model.section_of(column)))


def state(person: Person, key: object, column: str) -> object:
    model = person.tab.model
    row = next(row for row in range(model.count) if model.key_at(row) == (key,))
    return model.data(model.index(row, model.section_of(column)), int(CellRole.STATE))


def tip(person: Person, key: object, column: str) -> str:
    model = person.tab.model
    row = next(row for row in range(model.count) if model.key_at(row) == (key,))
    return str(model.data(model.index(row, model.section_of(column)), int(Qt.ItemDataRole.ToolTipRole)))


def entry(person: Person, text: str) -> None:
    """Type over the current cell and go on with Enter."""
    person.press("F2", "Ctrl+A")
    write(person, text)
    person.press("Return")
    person.wait(lambda: not person.tab.grid.editing.open)


def saved(person: Person) -> None:
    """Ctrl+S, until nothing is staged."""
    person.press("Ctrl+S")
    person.wait(lambda: not person.connection.workbench.saving)
    person.wait(lambda: not person.tab.staged.text)
    person.settled()


def children(person: Person) -> GridView:
    """The comments of the first post beside the grid, with the focus."""
    person.go_to(1)
    panel = person.window.panel
    assert isinstance(panel, RecordPanel)
    person.wait(lambda: panel.record is not None and panel.record.ref.key == (1,) and not panel.busy)
    panel.tabs.setCurrentIndex(1)
    person.wait(lambda: bool(panel.grids()))
    [grid] = panel.grids()
    person.wait(lambda: grid.record_model.rows.read == 2)
    grid.setFocus()
    person.wait(grid.hasFocus)
    grid.setCurrentIndex(grid.record_model.index(0, 0))
    return grid
