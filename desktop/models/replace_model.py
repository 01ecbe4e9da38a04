"""Owns the list of what a replacement would change, for a look beforehand; changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.schema.describe import Table
from desktop.schema.labels import column_heading
from desktop.staging.find_replace import Cell

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_HEADS = ("Record", "Column", "Before → after")
_TEXT_ROLES = tuple(
    map(int, (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole))
)


class ReplaceModel(QAbstractTableModel):
    """One row per cell."""

    def __init__(self, table: Table, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.cells: Sequence[Cell] = ()

    def show(self, cells: Sequence[Cell]) -> None:
        """List these."""
        self.beginResetModel()
        self.cells = cells
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.cells)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_HEADS)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid() or role not in _TEXT_ROLES:
            return None
        cell = self.cells[index.row()]
        if index.column() == 0:
            return cell.title
        if index.column() == 1:
            return column_heading(self._table, cell.column)
        return f"{cell.before} → {cell.after}" + (f" ({cell.problem})" if cell.problem else "")

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> object:
        across = orientation == Qt.Orientation.Horizontal
        return _HEADS[section] if across and role in _TEXT_ROLES and section < len(_HEADS) else None
