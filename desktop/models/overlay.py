"""Owns how a staged value looks in its cell, and which cells may be edited; knows no positions, no Qt."""

from __future__ import annotations

from dataclasses import replace

from desktop.base.keys import Key, NewKey, RecordRef
from desktop.browse.rows import Row
from desktop.edit.adjusted import adjusted_words
from desktop.edit.changes import Action, FieldChange
from desktop.edit.compare import still_as_seen
from desktop.edit.marking import is_marked
from desktop.models.cells import Cell, CellForm, CellState, ColumnCells
from desktop.models.columns import ViewColumns
from desktop.models.workbench import Workbench
from desktop.schema.describe import Column, Kind, Link
from desktop.staging.staging import Invalid
from desktop.staging.unique import twin_words
from desktop.staging.words import title_of
from desktop.values.special import DEFAULT, BlobSize, Clipped

LONGEST = 20_000
"""Characters; a staged text longer than that is edited in the form, as one that was read clipped is."""
_PARTS = (Clipped, BlobSize, bytes)
_BLANK_ROW = Row((), (), ())


class Overlay:
    """Lays what is staged over the rows read."""

    def __init__(self, workbench: Workbench, read_only: bool) -> None:
        self._workbench = workbench
        self._staging = workbench.staging
        self._read_only = read_only

    @property
    def idle(self) -> bool:
        """Nothing is staged anywhere: every cell is as it was read."""
        return not self._staging.dirty and not self._workbench.adjusted

    def cell(self, columns: ViewColumns, ref: RecordRef, row: Row | None, section: int) -> Cell:
        """The cell of a record; ``row`` is what was read, None for a new record."""
        maker = columns.maker(section)
        state = self._staging.state(ref)
        if row is not None and state is None:
            return self._adjusted(maker, ref, columns.cell(row, section))
        if row is not None and state is Action.DELETE:
            return replace(columns.cell(row, section), state=CellState.TO_DELETE)
        if maker is None:
            return self._marked(columns, ref, self._linked(columns, ref, row, section))
        cell = self._marked(columns, ref, self._staged(columns, maker, ref, row, section))
        refusal = self._workbench.refusals.get(ref)
        if refusal is not None and maker.column.name in refusal.fields:
            note = "\n".join(part for part in (refusal.sentence, cell.note) if part)
            return replace(cell, state=CellState.INVALID, note=note)
        return cell

    def _adjusted(self, maker: ColumnCells | None, ref: RecordRef, cell: Cell) -> Cell:
        """Marked, with what was sent, where the database has made something else of it."""
        fields = self._workbench.adjusted.get(ref)
        if fields is None or maker is None or maker.column.name not in fields:
            return cell
        sent = fields[maker.column.name]
        return replace(cell, state=CellState.ADJUSTED, note=adjusted_note(maker, sent, cell.text))

    def value(self, columns: ViewColumns, ref: RecordRef, row: Row | None, section: int) -> object:
        """What an editor begins with: the value staged (an Invalid, DEFAULT...) or read; None for links."""
        maker = columns.maker(section)
        if maker is None:
            return None
        staged = self._staging.field(ref, maker.column.name)
        if isinstance(staged, Invalid):
            return staged
        if staged is not None:
            return staged.new
        return row.values[section] if row is not None else left_out(maker.column)

    def editable(self, columns: ViewColumns, ref: RecordRef, row: Row | None, section: int) -> bool:
        """Whether the field can be changed in the grid."""
        if not self._takes(columns, section) or self._staging.state(ref) is Action.DELETE:
            return False
        return _is_short(self.value(columns, ref, row, section))

    def editable_as_read(self, columns: ViewColumns, row: Row, section: int) -> bool:
        """The same, sooner, for a record with a key while nothing is staged."""
        return self._takes(columns, section) and _is_short(row.values[section])

    def _takes(self, columns: ViewColumns, section: int) -> bool:
        """Whether the grid changes values of that column at all."""
        maker = columns.maker(section)
        if maker is None or self._read_only or columns.table.read_only_reason:
            return False
        return maker.column.writable and maker.column.kind is not Kind.BYTES

    def _staged(
        self, columns: ViewColumns, maker: ColumnCells, ref: RecordRef, row: Row | None, section: int
    ) -> Cell:
        column = maker.column.name
        staged = self._staging.field(ref, column)
        if isinstance(staged, Invalid):
            return Cell(
                staged.text, CellForm.TEXT, CellState.INVALID, maker.right, staged, note=staged.reason
            )
        if row is None:
            value = staged.new if staged is not None else left_out(maker.column)
            new = self._show(columns, maker, ref, value, CellState.INSERTED)
            return replace(new, note=self._twin(columns, ref, row, column)) if staged is not None else new
        if staged is None:
            return columns.cell(row, section)
        shown = self._show(columns, maker, ref, staged.new, CellState.CHANGED)
        notes = (self._twin(columns, ref, row, column), _before(columns, maker, staged, row, section))
        return replace(shown, note="\n".join(filter(None, notes)))

    def _twin(self, columns: ViewColumns, ref: RecordRef, row: Row | None, column: str) -> str:
        """Another unsaved record that holds the same unique value, in words."""
        uniques, staging = self._workbench.uniques, self._staging
        stored = columns.values(row) if row is not None else {}
        other = uniques.twin(columns.table, ref, column, uniques.values_of(ref, stored))
        if other is None:
            return ""
        return twin_words(title_of(other, staging, columns.database, columns.locale))

    def _linked(self, columns: ViewColumns, ref: RecordRef, row: Row | None, section: int) -> Cell:
        """The chips of a many-to-many relation, with what is linked and unlinked."""
        plain = (
            columns.cell(row, section) if row is not None else Cell("", CellForm.CHIPS, CellState.INSERTED)
        )
        link, change = columns.link(section), self._staging.changes.get(ref)
        staged = change.links.get(link.name) if change is not None else None
        if staged is None:
            return plain
        names = list(plain.chips)
        for gone in (self._link_name(link, key, columns) for key in staged.removed):
            if gone in names:
                names.remove(gone)
        names += (self._link_name(link, key, columns) for key in staged.added)
        state = CellState.CHANGED if row is not None else CellState.INSERTED
        before = f"was {plain.text or 'empty'}" if row is not None else ""
        return replace(
            plain, text=", ".join(names), state=state, value=tuple(names), chips=tuple(names), note=before
        )

    def _link_name(self, link: Link, key: Key | NewKey, columns: ViewColumns) -> str:
        ref = RecordRef(link.there.target, key)
        if isinstance(key, NewKey):
            return title_of(ref, self._staging, columns.database, columns.locale)
        return self._staging.titles.get(ref) or " · ".join(str(part) for part in key)

    def _marked(self, columns: ViewColumns, ref: RecordRef, cell: Cell) -> Cell:
        """Struck out where the record is staged to be marked as deleted."""
        marker = columns.table.marker
        staged = self._staging.field(ref, marker.column) if marker is not None else None
        if marker is None or not isinstance(staged, FieldChange):
            return cell
        column = columns.table.column(marker.column)
        going = is_marked(column, staged.new) and not is_marked(column, staged.base)
        return replace(cell, state=CellState.TO_DELETE) if going else cell

    def _show(
        self, columns: ViewColumns, maker: ColumnCells, ref: RecordRef, value: object, state: CellState
    ) -> Cell:
        if value is DEFAULT:
            return Cell("default", CellForm.DEFAULT, state, maker.right, DEFAULT)
        label = self._staging.label(ref, maker.column.name) if columns.names else None
        if isinstance(value, NewKey):
            return Cell(label or "new record", CellForm.REFERENCE, state, maker.right, value, label)
        return maker.show(value, label, state)


def _is_short(value: object) -> bool:
    """Whether a value is here in full and no longer than a cell can hold."""
    if isinstance(value, str):
        return len(value) <= LONGEST
    return not isinstance(value, _PARTS)


def adjusted_note(maker: ColumnCells, sent: object, stored: str) -> str:
    """What the database has made of a value sent; DEFAULT where none was."""
    shown = None if sent is DEFAULT else maker.show(sent, None, CellState.NORMAL).text
    return adjusted_words(stored, shown)


def left_out(column: Column) -> object:
    """What a column that a new record leaves out will hold: DEFAULT where the database fills it in."""
    return DEFAULT if column.has_default or column.identity or column.generated else None


def _before(columns: ViewColumns, maker: ColumnCells, staged: FieldChange, row: Row, section: int) -> str:
    """ "was Draft"; and what the database has now where somebody else has changed it since."""
    read = columns.cell(row, section).text
    if still_as_seen(staged.base, row.values[section]):
        return f"was {read}"
    seen = maker.show(staged.base, None, CellState.NORMAL).text
    return f"was {seen}\nSomebody else has changed it meanwhile to {read}."
