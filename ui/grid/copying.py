"""Owns copying from one grid: which records and columns, and the forms that go onto the clipboard."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QTableView

from desktop.base.keys import RecordRef
from desktop.base.refusal import RefusedError
from desktop.browse.selection import ChosenKeys, Selection
from desktop.models.record_model import RecordModel
from desktop.schema.describe import Column
from desktop.transfer.clipboard import need_few
from ui.grid.grid_selection import GridSelection
from ui.grid.offered import to_clipboard


class GridCopying(QObject):
    """Copies the selected records of one grid; where none is selected, the current cell."""

    refused = Signal(object)
    """A Refusal: too many records, a lost connection..."""
    started = Signal(object)
    """A Job that reads what is copied."""

    def __init__(self, view: QTableView, model: RecordModel, selected: GridSelection) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._selected = selected

    def copy(self, *, header: bool = False) -> None:
        """All columns of the selected records, in every form; the current cell where none is selected."""
        if self._selected.everything or self._selected.ranges:
            self._copy(header=header)
        else:
            self.copy_cells(header=header)

    def copy_cells(self, *, header: bool = False) -> None:
        """The current column of the selected records, in every form."""
        index = self._view.currentIndex()
        column = self._model.column_at(index.column()) if index.isValid() else None
        if isinstance(column, Column):
            self._copy(header=header, columns=(column.name,))

    def copy_as(self, text: str) -> None:
        """The selected records, or the current one, as a text for other purposes (see ``TEXTS``)."""
        self._copy(text=text)

    def _copy(self, *, header: bool = False, columns: tuple[str, ...] = (), text: str = "") -> None:
        from desktop.models.copying import CopyForm, copy_records  # no row waits for how it is copied

        form = CopyForm(header, columns, text)
        current = self._view.currentIndex().row()
        ranges = self._selected.ranges or ([range(current, current + 1)] if current >= 0 else [])
        if self._selected.everything:
            ranges = [range(self._model.rows.total)]
        new = [ref for span in ranges for ref in self._new_in(span)]

        def read(selection: Selection) -> None:
            self.started.emit(
                copy_records(self._model, selection, new, form, to_clipboard, self.refused.emit, self)
            )

        try:
            need_few(self._selected.size, str(self._model.table.name))
        except RefusedError as error:
            self.refused.emit(error.refusal)
            return
        if self._selected.everything or self._selected.ranges:
            reading = self._selected.choose(read, self.refused.emit, self)
            if reading is not None:
                self.started.emit(reading)
        elif current >= 0:
            key = self._model.key_at(current)
            read(ChosenKeys(self._model.table.name, (key,) if key is not None else ()))

    def _new_in(self, rows: range) -> list[RecordRef]:
        """The new records in these rows: they are not in the database."""
        stored = self._model.rows.stored
        return self._model.rows.new[max(0, rows.start - stored) : max(0, rows.stop - stored)]
