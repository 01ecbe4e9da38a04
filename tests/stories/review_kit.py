"""Owns a person's hands at the changes panel: finding it, reading its lines, choosing one."""

from __future__ import annotations

from desktop.base.keys import RecordRef
from desktop.models.changes_model import Line
from tests.stories.kit import Person
from ui.panels.changes_panel import ChangesPanel


def changes_panel(person: Person) -> ChangesPanel:
    """The panel, once it is in sight."""
    found = person.window.changes
    assert isinstance(found, ChangesPanel)
    person.wait(found.isVisible)
    return found


def lines(person: Person) -> list[tuple[str, str]]:
    """What stands in the panel, line by line."""
    model = changes_panel(person).model
    found = [model.line_at(row) for row in range(model.rowCount())]
    return [(line.heading, line.text) for line in found]


def line(person: Person, row: int) -> Line:
    return changes_panel(person).model.line_at(row)


def choose(person: Person, table: str, key: object, column: str = "") -> None:
    """Make the line of a record, or of one of its fields, the current one."""
    panel = changes_panel(person)
    ref = RecordRef(person.database.find(table), (key,))
    person.wait(lambda: panel.model.row_of(ref, column) is not None)
    row = panel.model.row_of(ref, column)
    assert row is not None
    index = panel.model.index(row)
    panel.list.scrollTo(index)
    person.click(panel.list.viewport(), panel.list.visualRect(index).center())
    assert panel.list.currentIndex().row() == row
