"""Owns pasting into one grid, over cells or as new records, and the words for what could not be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QTableView

from desktop.models.record_model import RecordModel
from desktop.values.locale import Locale
from ui.grid.grid_selection import GridSelection
from ui.grid.offered import from_clipboard
from ui.grid.records import GridRecords
from ui.window.words import number

if TYPE_CHECKING:
    from desktop.transfer.paste import Prepared


class GridPasting(QObject):
    """Pastes what is on the clipboard; all of it is one staged step."""

    refused = Signal(object)
    """A Refusal: nothing to paste, no place for it..."""
    pasted = Signal(str)
    """It is staged; what could not be done as asked, in one sentence, empty where all could."""

    def __init__(
        self, view: QTableView, model: RecordModel, selected: GridSelection, records: GridRecords
    ) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._selected = selected
        self._records = records

    def paste(self) -> None:
        """Over the cells from the current one on; in a table without records, as new ones."""
        index = self._view.currentIndex()
        if not self._records.possible:
            return
        if not index.isValid():
            self.paste_new()
            return
        from desktop.models.pasting import paste_cells  # no row waits for how pasting is done

        at, chosen = (index.row(), index.column()), self._selected.ranges
        paste_cells(self._model, from_clipboard(), at, chosen, self._tell, self.refused.emit, self)

    def paste_new(self) -> None:
        """Every line as a new record."""
        if self._records.possible:
            from desktop.models.pasting import paste_new

            section = max(self._view.currentIndex().column(), 0)
            paste_new(self._model, from_clipboard(), section, self._show, self.refused.emit, self)

    def _show(self, prepared: Prepared) -> None:
        self._records.show(prepared.states[0].ref)
        self._tell(prepared)

    def _tell(self, prepared: Prepared) -> None:
        self.pasted.emit(paste_words(prepared, self._model.connection.locale))


def paste_words(prepared: Prepared, locale: Locale) -> str:
    """One sentence about what a paste could not do as it was asked to; empty where it could do all."""
    notes = []
    if prepared.marked:
        cells = "1 cell does not fit and is" if prepared.marked == 1 else _cells(prepared.marked, locale)
        notes.append(f"{cells} marked")
    if prepared.skipped:
        notes.append(f"{', '.join(prepared.skipped)} left out")
    if not notes:
        return ""
    count = len(prepared.states)
    records = f"{number(count, locale)} record{'' if count == 1 else 's'}"
    return f"Pasted {records}; {', '.join(notes)}."


def _cells(count: int, locale: Locale) -> str:
    return f"{number(count, locale)} cells do not fit and are"
