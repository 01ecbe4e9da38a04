"""Owns what can be done to cells from the keyboard: opening, filling, emptying; each is one staged step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView

from desktop.base.keys import RecordRef
from desktop.base.refusal import Reason, Refusal
from desktop.edit.changes import Action
from desktop.models.cells import CellRole
from desktop.models.record_model import RecordModel
from desktop.schema.describe import Column, Kind
from desktop.schema.labels import column_heading
from desktop.staging.staging import Edit
from desktop.values.special import DEFAULT
from ui.grid.edit_delegate import EditDelegate
from ui.grid.grid_selection import GridSelection
from ui.grid.staged_cell import is_whole, record_title, seen

Value: TypeAlias = tuple[object, str | None]
"""A value, and the name of the record where it is a foreign key."""
_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)
_NOT_ALL = (
    "These records cannot all be edited here.",
    "Some have not been read yet, or hold a value too long for a cell. Use Record > Set Field….",
)
_TOO_MANY = ("These are too many records to edit cell by cell.", "Use Record > Set Field….")
_GOING = (
    "Some of these records will be deleted with the next save.",
    "Leave them out of the selection, or keep them: select them and press Ctrl+Del.",
)
_MOST = 2000
"""Records filled at once cell by cell; for more there is Set Field, which needs not read them."""


class GridEditing(QObject):
    """Edits in one grid: of the current cell, or of its column in the selected rows."""

    refused = Signal(object)
    """A Refusal: it cannot be done here."""
    opened = Signal()
    """An editor was opened or closed."""
    dialog_wanted = Signal()
    """The current cell can only be edited in the form of its record."""

    def __init__(
        self, view: QTableView, model: RecordModel, selected: GridSelection, delegate: EditDelegate
    ) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._selected = selected
        self._delegate = delegate
        self._fallen_on: RecordRef | None = None
        """The record that became the current one because Esc took the one before it away."""
        delegate.opened.connect(self._on_opened)
        model.modelAboutToBeReset.connect(delegate.commit)
        model.rowsAboutToBeRemoved.connect(delegate.rows_going)
        model.reordered.connect(self._on_moved)
        model.connection.changed.connect(delegate.take_saved)

    @property
    def possible(self) -> bool:
        """Whether the current cell can be edited in place."""
        index = self._view.currentIndex()
        return index.isValid() and bool(self._model.flags(index) & Qt.ItemFlag.ItemIsEditable)

    @property
    def open(self) -> bool:
        """Whether an editor is open in a cell."""
        return self._delegate.editor is not None

    def commit(self) -> None:
        """Take what stands in the open editor."""
        self._delegate.commit()

    def begin(self) -> None:
        """Open the editor of the current cell; where a cell is too small for that, ask for the form."""
        if self.possible:
            self._view.edit(self._view.currentIndex())
            self._delegate.go_to_end()
        elif not self.open:
            self.dialog_wanted.emit()

    def set_null(self) -> None:
        """Empty the column of the chosen rows to NULL."""
        column = self._column()
        if column is not None and column.nullable:
            self._fill(column, (None, None))
        elif column is not None:
            heading = column_heading(self._model.table, column.name)
            self._refuse(f"{heading} must be filled in.", "It cannot be emptied.")

    def set_empty(self) -> None:
        """Put a text without characters into the column of the chosen rows."""
        column = self._column()
        if (
            column is not None
            and column.kind in _TEXTS
            and self._model.table.foreign_key_on(column.name) is None
        ):
            self._fill(column, ("", None))
        elif column is not None:
            heading = column_heading(self._model.table, column.name)
            self._refuse(f"{heading} holds no text.", "Only a text can be empty; other fields can be NULL.")

    def set_default(self) -> None:
        """Let the database give the column of the chosen rows its own default."""
        column = self._column()
        if column is not None and column.has_default:
            self._fill(column, (DEFAULT, None))
        elif column is not None:
            heading = column_heading(self._model.table, column.name)
            self._refuse(f"{heading} has no default.", "The database knows no value of its own for it.")

    def fill_down(self) -> None:
        """Give the selected rows the value of the uppermost one; a single row takes it from above."""
        rows, column = self._rows(), self._column()
        if column is not None and not rows:
            self._refuse(*_TOO_MANY)
        elif len(rows) == 1:
            self.from_above()
        elif column is not None:
            self._copy(column, rows[0], rows[1:])

    def from_above(self) -> None:
        """Take the value of the cell above."""
        column, row = self._column(), self._view.currentIndex().row()
        if column is not None and row > 0:
            self._copy(column, row - 1, [row])
        elif column is not None:
            hint = "Ctrl+D gives several selected records the value of the first one."
            self._refuse("There is no record above this one.", hint)

    def today(self) -> None:
        """Enter the date of today."""
        self._enter_now(exact=False)

    def now(self) -> None:
        """Enter the date and the time of now."""
        self._enter_now(exact=True)

    def take_back(self) -> bool:
        """Take back everything staged for the current record; False where there was nothing."""
        ref = self._model.ref_at(self._view.currentIndex().row())
        bench = self._model.connection.workbench
        if ref is None or bench.staging.state(ref) is None:
            return False
        bench.revert(ref)
        # A new record goes, and the current row is another record: one Esc too many must not reach that.
        now = self._model.ref_at(self._view.currentIndex().row())
        self._fallen_on = now if now != ref else None
        return True

    def key(self, event: QKeyEvent) -> bool:
        """Handle the keys that edit without an editor; True where it was one."""
        fallen_on, self._fallen_on = self._fallen_on, None
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            if fallen_on and fallen_on == self._model.ref_at(self._view.currentIndex().row()):
                self._fallen_on = fallen_on
                return True
            return self._model.pages.stop_search() or self.take_back()
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            return self._toggle()
        return False

    def _toggle(self) -> bool:
        """The space bar turns yes into no."""
        column = self._column()
        if column is None or column.kind is not Kind.BOOLEAN:
            return False
        value = self._value(self._view.currentIndex().row(), column)[0]
        self._stage(column, [self._view.currentIndex().row()], lambda row: (value is not True, None))
        return True

    def _enter_now(self, *, exact: bool) -> None:
        column = self._column()
        value = _moment(column, self._model, exact) if column is not None else None
        if column is not None and value is not None:
            self._fill(column, (value, None))
        elif column is not None:
            heading = column_heading(self._model.table, column.name)
            hint = "Today and now go into fields for dates and times only."
            self._refuse(f"{heading} holds no {'time' if exact else 'date'}.", hint)

    def _copy(self, column: Column, source: int, rows: Sequence[int]) -> None:
        value = self._value(source, column)
        if self._model.ref_at(source) is None or not is_whole(value[0]):
            self._refuse("This value cannot be copied here.", "It was not read in full; use the form.")
            return
        self._stage(column, rows, lambda row: value)

    def _fill(self, column: Column, value: Value) -> None:
        rows = self._rows()
        if rows:
            self._stage(column, rows, lambda row: value)
        else:
            self._refuse(*_TOO_MANY)

    def _stage(self, column: Column, rows: Sequence[int], wanted: Callable[[int], Value]) -> None:
        """Stage the column in these rows as one step, which says on how many records."""
        self.commit()
        bench = self._model.connection.workbench
        edits = []
        for row in rows:
            ref = self._model.ref_at(row)
            index = self._model.index(row, self._model.section_of(column.name))
            if ref is None or not self._model.flags(index) & Qt.ItemFlag.ItemIsEditable:
                going = ref is not None and bench.staging.state(ref) is Action.DELETE
                self._refuse(*(_GOING if going else _NOT_ALL))
                return
            new, label = wanted(row)
            bench.staging.titles.setdefault(ref, record_title(self._model, row))
            edits.append(Edit(ref, column.name, self._value(row, column)[0], new, label))
        heading = column_heading(self._model.table, column.name)
        records = f" on {len(edits):,} records" if len(edits) > 1 else ""
        bench.edit(f"set {heading}{records}", edits)

    def _rows(self) -> list[int]:
        """The selected rows; the current one where it is not among several; none where they are too many."""
        current = self._view.currentIndex().row()
        if self._selected.everything:
            return list(range(self._model.rowCount())) if self._model.rowCount() <= _MOST else []
        if self._selected.size > _MOST:
            return []
        rows = [row for span in self._selected.ranges for row in span]
        return rows if len(rows) > 1 and current in rows else [current]

    def _value(self, row: int, column: Column) -> Value:
        index = self._model.index(row, self._model.section_of(column.name))
        ref = self._model.ref_at(row)
        label = self._model.data(index, int(CellRole.LABEL))
        return seen(self._model, ref, index) if ref is not None else None, str(label) if label else None

    def _column(self) -> Column | None:
        """The column of the current cell, where it can be edited in place."""
        if not self.possible:
            return None
        column = self._model.column_at(self._view.currentIndex().column())
        return column if isinstance(column, Column) else None

    def _refuse(self, sentence: str, hint: str) -> None:
        self.refused.emit(Refusal(Reason.OTHER, sentence, hint, table=self._model.table.name))

    def _on_opened(self) -> None:
        self._model.pages.waiting.type(self.open)
        self.opened.emit()
        if not self.open:  # after all that follows the end of the typing
            QTimer.singleShot(0, self, lambda: self._model.rows.let_go())

    def _on_moved(self) -> None:
        if not self._delegate.still_at(self._view.currentIndex().row()):
            self.commit()


def _moment(column: Column, model: RecordModel, exact: bool) -> object:
    """Now as a value of the column; None where it holds no date or time."""
    zone = model.connection.locale.zone
    now = datetime.now(zone).replace(microsecond=0)
    day = now if exact else now.replace(hour=0, minute=0, second=0)
    return {
        Kind.DATE: now.date(),
        Kind.TIME: now.time(),
        Kind.TIMESTAMP: day.replace(tzinfo=None),
        Kind.TIMESTAMP_TZ: day,
    }.get(column.kind)
