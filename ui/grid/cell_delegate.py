"""Owns asking the model for the cell to paint; how it is painted is the painter's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.models.cells import Cell
from desktop.models.record_model import RecordModel
from ui import look
from ui.grid.cell_painter import CellPainter

Index: TypeAlias = QModelIndex | QPersistentModelIndex

_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value


class CellDelegate(QStyledItemDelegate):
    """Paints cells of a RecordModel; what edits them is built on it."""

    def __init__(self, everything: Callable[[], bool], parent: QObject | None = None) -> None:
        """``everything`` tells whether all rows count as selected without Qt knowing them."""
        super().__init__(parent)
        self._everything = everything
        self._painter = CellPainter()

    def forget(self) -> None:
        """The font or the theme has changed."""
        self._painter.forget()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RecordModel):
            super().paint(painter, option, index)
            return
        state = option.state.value  # as a number: two questions to an enumeration cost as much as a text
        section = index.column()
        self._painter.paint(
            painter,
            option.rect,
            model.cell_at(index.row(), section),
            model.column_at(section),
            first=section == 0,
            selected=bool(state & _SELECTED) or self._everything(),
            focused=bool(state & _FOCUSED),
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        model = index.model()
        if not isinstance(model, RecordModel):
            return super().sizeHint(option, index)
        return QSize(self.width_of(model.cell_at(index.row(), index.column())), look.scaled(look.ROW))

    def width_of(self, cell: Cell) -> int:
        """Pixels the cell needs, paddings included."""
        return self._painter.width_of(cell)
