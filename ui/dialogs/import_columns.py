"""Owns the table of an import that says where each column of the file goes; reads no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from desktop.edit.upsert import SetMode
from desktop.schema.describe import Column, Kind, Table
from desktop.schema.labels import column_heading
from desktop.transfer.matching import ColumnMatch
from ui.editors.combo import CalmCombo

_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)
_MOMENTS = (Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMP_TZ)
_MODE_TEXTS = {
    SetMode.REPLACE: "Replace",
    SetMode.KEEP: "Keep the old one",
    SetMode.ADD: "Add to the old one",
    SetMode.NOW: "Set to now",
}
_LEAVE_OUT = "Leave out"
_EXAMPLES = 3


class ImportColumns(QTableWidget):
    """One line per column of the file: its name, first values, where it goes, what an update does."""

    chosen = Signal()
    """Where something goes was changed."""

    def __init__(self, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self._table = table
        self._columns: list[Column] = [column for column in table.columns if column.writable]
        self._matches: list[ColumnMatch] = []
        self.setHorizontalHeaderLabels(["In the file", "First values", "Goes to", "On update"])
        self.setAccessibleName("Columns of the file")
        self.setProperty("role", "boxed")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(36)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for section, width in ((0, 130), (2, 150), (3, 150)):
            self.setColumnWidth(section, width)

    def show_file(self, matches: Sequence[ColumnMatch], rows: Sequence[Sequence[str | None]]) -> None:
        """Fill in the columns of a file, matched by their names."""
        self._matches = list(matches)
        self.setRowCount(len(matches))
        for row, match in enumerate(matches):
            values = [cells[match.index] for cells in rows[:_EXAMPLES] if match.index < len(cells)]
            examples = " · ".join("NULL" if value is None else value for value in values)
            self.setItem(row, 0, QTableWidgetItem(match.header))
            self.setItem(row, 1, QTableWidgetItem(examples.replace("\n", " ")[:200]))
            self._add_target(row, match)
            self._add_mode(row)

    def matches(self) -> list[ColumnMatch]:
        """Where each column of the file goes now."""
        return [replace(match, column=self._target(row)) for row, match in enumerate(self._matches)]

    def modes(self) -> Mapping[str, SetMode]:
        """What an update does to each column that goes somewhere."""
        found: dict[str, SetMode] = {}
        for row in range(self.rowCount()):
            target = self._target(row)
            if target is not None:
                found[target] = self._combo(row, 3).currentData()
        return found

    def show_modes(self, shown: bool) -> None:
        """What an update does matters only where records are updated."""
        self.setColumnHidden(3, not shown)

    def twice(self) -> str:
        """A sentence where two columns of the file go to the same place; empty where none do."""
        targets = [match.column for match in self.matches() if match.column is not None]
        for name in targets:
            if targets.count(name) > 1:
                return f"Two columns of the file go to {column_heading(self._table, name)}."
        return "" if targets else "No column of the file goes anywhere yet."

    def _combo(self, row: int, section: int) -> CalmCombo:
        combo = self.cellWidget(row, section)
        assert isinstance(combo, CalmCombo)
        return combo

    def _target(self, row: int) -> str | None:
        index = self._combo(row, 2).currentIndex()
        return self._columns[index - 1].name if index > 0 else None

    def _add_target(self, row: int, match: ColumnMatch) -> None:
        combo = CalmCombo(self)
        combo.setAccessibleName(f"{match.header} goes to")
        combo.setToolTip(match.reason)
        combo.addItem(_LEAVE_OUT)
        combo.addItems([column_heading(self._table, column.name) for column in self._columns])
        names = [column.name for column in self._columns]
        combo.setCurrentIndex(1 + names.index(match.column) if match.column in names else 0)
        combo.currentIndexChanged.connect(lambda: self._retarget(row))
        self.setCellWidget(row, 2, combo)

    def _add_mode(self, row: int) -> None:
        combo = CalmCombo(self)
        combo.setAccessibleName(f"{self._matches[row].header} on update")
        self.setCellWidget(row, 3, combo)
        self._fill_modes(row)

    def _fill_modes(self, row: int) -> None:
        combo, target = self._combo(row, 3), self._target(row)
        combo.clear()
        combo.setEnabled(target is not None)
        kind = self._table.column(target).kind if target is not None else Kind.OTHER
        for mode, text in _MODE_TEXTS.items():
            fits = (mode is not SetMode.ADD or kind in _NUMBERS) and (
                mode is not SetMode.NOW or kind in _MOMENTS
            )
            if fits:
                combo.addItem(text, mode)

    def _retarget(self, row: int) -> None:
        self._fill_modes(row)
        self.chosen.emit()
