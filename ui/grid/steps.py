"""Owns where the current cell goes: by Enter and Tab, as in a spreadsheet, and when other rows come; edits
nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView

from desktop.base.keys import NewKey, RecordRef
from desktop.models.record_model import RecordModel

_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class GridSteps(QObject):
    """Steps from cell to cell, past those that cannot be edited."""

    past_end = Signal()
    """Tab was pressed in the last field of the last record."""

    def __init__(self, view: QTableView, model: RecordModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self.tab_stays = False
        """Whether Tab goes on to the next cell at any time; else only while somebody enters values, and it
        leaves the grid after any other key, as in a form."""
        self._entering = False
        self._left: tuple[RecordRef | None, str] = (None, "")
        """The record and the column one was at before all rows were replaced."""
        model.modelAboutToBeReset.connect(self._leave)
        model.loaded.connect(self._stand_somewhere)
        view.installEventFilter(self)  # Qt would take Tab out of the grid before it is told of the key

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._entering = False
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            if event.key() in _TABS and not held:
                back = event.key() == Qt.Key.Key_Backtab or bool(event.modifiers())
                return self._tab(-1 if back else 1)
            self._entering = False
        return False

    def go_on(self, way: object) -> None:
        """From a cell just edited: (rows down, columns right)."""
        assert isinstance(way, tuple)
        self._step(*way)
        self._entering = True

    def _tab(self, right: int) -> bool:
        """Go on to the next field, or back to the one before; False where Tab shall leave the grid."""
        ref = self._model.ref_at(self._view.currentIndex().row())
        entering = self._entering or (ref is not None and isinstance(ref.key, NewKey))
        if self._model.table.read_only_reason or not (self.tab_stays or entering):
            return False
        return self._step(0, right)

    def _leave(self) -> None:
        index = self._view.currentIndex()
        column = self._model.column_at(index.column()) if index.isValid() else ""
        self._left = self._model.ref_at(index.row()), column if isinstance(column, str) else column.name

    def _stand_somewhere(self) -> None:
        """Have a current cell as soon as there are rows, so that every key works; nothing gets selected.

        A record that is being worked on stays the current one: what is typed next is meant for it.
        """
        model = self._model
        if self._view.currentIndex().isValid() or not model.rowCount():
            return
        (ref, column), staging = self._left, model.connection.workbench.staging
        staged = ref is not None and staging.state(ref) is not None
        row = model.rows.row_of(ref) if ref is not None and staged else None
        index = model.index(row or 0, max(model.section_of(column), 0))
        self._view.setAutoScroll(False)
        self._view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._view.setAutoScroll(True)

    def _step(self, down: int, right: int) -> bool:
        """Past the last field go to the next record, or to a new one; False before the first."""
        index = self._view.currentIndex()
        row, section = index.row() + down, index.column()
        if right:
            row, section = _beside(self._model, row, section, right)
        if 0 <= row < self._model.rowCount():
            flags = QItemSelectionModel.SelectionFlag
            target = self._model.index(row, section)
            self._view.selectionModel().setCurrentIndex(target, flags.ClearAndSelect | flags.Rows)
            self._view.scrollTo(target)
        elif right > 0:
            self.past_end.emit()
        return row >= 0


def _beside(model: RecordModel, row: int, section: int, right: int) -> tuple[int, int]:
    """The next cell that can be edited in the row; where there is none, the first one of the row after it."""
    last = model.columnCount() - 1
    there = range(section + 1, last + 1) if right > 0 else range(section - 1, -1, -1)
    after = range(last + 1) if right > 0 else range(last, -1, -1)
    for at, sections in ((row, there), (row + right, after)):
        for one in sections:
            if model.flags(model.index(at, one)) & Qt.ItemFlag.ItemIsEditable:
                return at, one
    return row + right, after[0]
