"""Owns what a grid shows for one value: text, form and state; the delegate only paints it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from PySide6.QtCore import Qt

from desktop.browse.rows import Row
from desktop.schema.describe import Column, Kind, Table
from desktop.values.kinds import kind_for
from desktop.values.locale import Locale
from desktop.values.special import RawText

LOADING = "…"
NULL = "NULL"
_TIP_FROM = 24
"""Characters; shorter texts fit their column."""


RAW_WORDS = "This stored value does not fit its type; it is shown as the database has it."


class CellRole(IntEnum):
    """The grid's own roles, beside Qt's."""

    STATE = Qt.ItemDataRole.UserRole + 1
    """A CellState."""
    VALUE = Qt.ItemDataRole.UserRole + 2
    """The value as it was read (previews included), None for NULL."""
    LABEL = Qt.ItemDataRole.UserRole + 3
    """The name of the record a foreign key points to, or None."""
    NULL = Qt.ItemDataRole.UserRole + 4
    """True where the value is NULL."""
    KIND = Qt.ItemDataRole.UserRole + 5
    """A CellForm."""


class CellState(Enum):
    NORMAL = "normal"
    LOADING = "loading"
    DELETED = "deleted"
    """The record is soft-deleted."""
    CHANGED = "changed"
    """The value is staged, not saved."""
    INSERTED = "inserted"
    """The record is staged, not saved."""
    TO_DELETE = "to delete"
    """The record goes with the next save."""
    ADJUSTED = "adjusted"
    """What was just saved is stored otherwise than it was sent."""
    INVALID = "invalid"
    """A staged text that cannot be a value, or a value that the database has refused."""


class CellForm(Enum):
    """How a cell is drawn."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    """A date or a time: quieter than text."""
    CHOICE = "choice"
    """A word with a dot."""
    BOOLEAN = "box"
    REFERENCE = "reference"
    """The name of another record."""
    CHIPS = "chips"
    """Names of linked records."""
    RAW = "raw"
    """A stored value that its type cannot represent."""
    NULL = "null"
    DEFAULT = "default"
    """What the database fills in when the record is saved."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, ready to paint and to speak."""

    text: str
    form: CellForm = CellForm.TEXT
    state: CellState = CellState.NORMAL
    right: bool = False
    value: object = None
    label: str | None = None
    chips: tuple[str, ...] = ()
    more_chips: int = 0
    """How many there are beyond these."""
    note: str = ""
    """What the tip says first: the value before, why the text cannot be saved."""
    aside: str = ""
    """Why the record is shown although the view does not return it."""

    @property
    def is_null(self) -> bool:
        return self.form is CellForm.NULL

    def answer(self, role: CellRole) -> object:
        """What one of the grid's own roles gives."""
        if role is CellRole.STATE:
            return self.state
        if role is CellRole.VALUE:
            return self.value
        if role is CellRole.LABEL:
            return self.label
        if role is CellRole.NULL:
            return self.is_null
        return self.form


LOADING_CELL = Cell(LOADING, state=CellState.LOADING)
BLANK_CELL = Cell("")

_FORMS = {
    Kind.INTEGER: CellForm.NUMBER,
    Kind.DECIMAL: CellForm.NUMBER,
    Kind.FLOAT: CellForm.NUMBER,
    Kind.BOOLEAN: CellForm.BOOLEAN,
    Kind.DATE: CellForm.MOMENT,
    Kind.TIME: CellForm.MOMENT,
    Kind.TIMESTAMP: CellForm.MOMENT,
    Kind.TIMESTAMP_TZ: CellForm.MOMENT,
    Kind.CHOICE: CellForm.CHOICE,
}


@dataclass(frozen=True, slots=True)
class ColumnCells:
    """Makes the cells of one column of values."""

    column: Column
    reference: bool
    """Whether the column is a foreign key."""
    locale: Locale

    @property
    def right(self) -> bool:
        return not self.reference and kind_for(self.column).right_aligned

    def cell(self, row: Row, position: int, names: bool = True) -> Cell:
        """The cell of a row's value at ``position``; without ``names`` a reference is shown by its value."""
        label = row.labels[position] if names else None
        state = CellState.DELETED if row.deleted else CellState.NORMAL
        return self.show(row.values[position], label, state)

    def show(self, value: object, label: str | None, state: CellState) -> Cell:
        """The cell of any value; ``label`` is the name of the record that a reference points to."""
        if value is None:
            return Cell(NULL, CellForm.NULL, state, self.right)
        form = self._form(value)
        # A reference whose record is missing, or has no name, is shown by its value.
        text = label if label else kind_for(self.column).show(value, self.column, self.locale)
        return Cell(text, form, state, self.right, value, label)

    def _form(self, value: object) -> CellForm:
        if isinstance(value, RawText):
            return CellForm.RAW
        if self.reference:
            return CellForm.REFERENCE
        form = _FORMS.get(self.column.kind, CellForm.TEXT)
        if form is CellForm.BOOLEAN and not isinstance(value, bool):
            return CellForm.TEXT
        return form


def column_cells(table: Table, name: str, locale: Locale) -> ColumnCells:
    """The maker for one column of a table; KeyError where there is no such column."""
    return ColumnCells(table.column(name), table.foreign_key_on(name) is not None, locale)


def chips_cell(row: Row, position: int) -> Cell:
    """The cell of a many-to-many relation: the names of the linked records."""
    names = row.links[position]
    state = CellState.DELETED if row.deleted else CellState.NORMAL
    more = row.more_links[position] if row.more_links else 0
    text = ", ".join(names) + (f" and {more:,} more" if more else "")
    return Cell(text, CellForm.CHIPS, state, value=names, chips=names, more_chips=more)


def cell_tip(cell: Cell) -> str | None:
    """What the pointer is told beyond the text shown; None where there is nothing more to say."""
    parts = [cell.note]
    if cell.form is CellForm.RAW:
        parts.append(RAW_WORDS)
    elif cell.form is CellForm.CHIPS or len(cell.text) > _TIP_FROM:
        parts.append(cell.text)
    if cell.state is CellState.DELETED:
        parts.append("This record is marked as deleted.")
    elif cell.state is CellState.TO_DELETE:
        parts.append("This record will be deleted when you save.")
    parts.append(cell.aside)
    return "\n".join(part for part in parts if part) or None
