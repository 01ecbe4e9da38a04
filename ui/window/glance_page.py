"""Owns what is shown in the middle until the real tab is there: one table's first rows, to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.browse.glance import ROWS, Glance
from desktop.browse.rows import Row
from desktop.models.cells import LOADING_CELL, Cell, ColumnCells
from desktop.models.locale import person_locale
from desktop.schema.describe import Kind
from ui import look
from ui.actions.build import Actions
from ui.grid.cell_painter import CellPainter
from ui.grid.head_view import HeadView
from ui.grid.rows_view import RowsView
from ui.window.tabs import Tabs
from ui.window.tool_row import ToolRow

Index: TypeAlias = QModelIndex | QPersistentModelIndex

_ROOT = QModelIndex()


class GlancePage(Tabs):
    """A tab as it will be, with its rows as they are stored; nothing here does anything."""

    def __init__(
        self,
        glance: Glance,
        rows: Sequence[Row],
        actions: Actions,
        *,
        filter_row: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """``filter_row``: there will be one, and its room is kept."""
        super().__init__(parent)
        page = QWidget()
        self.model = GlanceModel(glance, rows, self)
        self.rows = _rows_view(self.model, glance, look.scaled(look.INPUT) if filter_row else 0)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(ToolRow(glance.title, glance.word, actions))
        column.addWidget(self.rows, 1)
        column.addWidget(_foot())
        self.add(page, glance.title, "table")


class GlanceModel(QAbstractTableModel):
    """The rows of a glance; what was not read, names of links above all, is still to come."""

    def __init__(self, glance: Glance, rows: Sequence[Row], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._glance = glance
        self._rows = rows
        zoned = any(column.kind is Kind.TIMESTAMP_TZ for column in glance.layout.columns)
        locale = person_locale(zone=None if zoned else UTC)  # to find out the zone takes a while
        self._makers = [
            ColumnCells(column, reference, locale)
            for column, reference in zip(glance.layout.columns, glance.references, strict=True)
        ]

    def cell_at(self, row: int, section: int) -> Cell:
        """The cell, quietly empty where it is still to come."""
        if row >= len(self._rows) or section >= len(self._makers):
            return LOADING_CELL
        return self._makers[section].cell(self._rows[row], section)

    def right(self, section: int) -> bool:
        """Whether the column is set right."""
        return section < len(self._makers) and self._makers[section].right

    def rowCount(self, parent: Index = _ROOT) -> int:
        read = len(self._rows)
        return 0 if parent.isValid() else read if read < ROWS else max(read, self._glance.count)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._glance.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        shown = role == Qt.ItemDataRole.DisplayRole and index.isValid()
        return self.cell_at(index.row(), index.column()).text if shown else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        shown = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return self._glance.headings[section] if shown else None


class _Heads(HeadView):
    def __init__(self, model: GlanceModel, glance: Glance, room: int) -> None:
        super().__init__()
        self._model = model
        self._headings = glance.headings
        self._room = room
        self.setViewportMargins(0, 0, 0, room)

    @property
    def more_height(self) -> int:
        return self._room

    def heading(self, section: int) -> str:
        return self._headings[section] if 0 <= section < len(self._headings) else ""

    def right(self, section: int) -> bool:
        return self._model.right(section)


class _Delegate(QStyledItemDelegate):
    def __init__(self, model: GlanceModel, glance: Glance) -> None:
        super().__init__(model)
        self._model = model
        self._columns = glance.layout.columns
        self._painter = CellPainter()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        section = index.column()
        column = self._columns[section] if section < len(self._columns) else ""
        cell = self._model.cell_at(index.row(), section)
        self._painter.paint(painter, option.rect, cell, column, first=section == 0)


def _foot() -> QFrame:
    """The look of a FootLine, without waiting for it."""
    foot, words = QFrame(), QLabel("loading…")
    foot.setProperty("role", "foot")
    foot.setFixedHeight(look.scaled(44))
    words.setProperty("role", "muted")
    row = QHBoxLayout(foot)
    row.setContentsMargins(14, 0, 12, 0)
    row.addWidget(words)
    return foot


def _rows_view(model: GlanceModel, glance: Glance, room: int) -> RowsView:
    view, heads, last = RowsView(), _Heads(model, glance, room), len(glance.headings) - 1
    view.setModel(model)
    view.setHorizontalHeader(heads)
    view.setItemDelegate(_Delegate(model, glance))
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    view.setAccessibleName(glance.title)
    heads.setStretchLastSection(last >= 0 and not model.right(last))
    for section, width in enumerate(glance.widths[: last + 1]):
        heads.resizeSection(section, width)
    return view
