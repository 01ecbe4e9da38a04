"""Owns the grid's column heads: what they say, clicks to sort, and the filter row under them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.models.record_model import RecordModel
from desktop.schema.describe import Column
from ui import look
from ui.grid.filter_row import FilterRow
from ui.grid.head_view import HeadView


class GridHeader(HeadView):
    """Column heads of one RecordModel."""

    sort_wanted = Signal(str, bool)
    """(column name, whether Shift was held to add a term)."""
    menu_wanted = Signal(str, QPoint)
    """(column or relation name, global position)."""

    def __init__(self, model: RecordModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._pressed: tuple[int, QPoint] | None = None
        self.setMouseTracking(True)
        self.filter_row = FilterRow(model, self)
        self.filter_row.hide()
        self.sectionResized.connect(self.place_filters)
        self.geometriesChanged.connect(self.place_filters)
        self.sectionCountChanged.connect(self.place_filters)

    def show_filters(self, shown: bool) -> None:
        """Show or hide the filter row."""
        self.filter_row.setVisible(shown)
        self.setViewportMargins(0, 0, 0, look.scaled(look.INPUT) if shown else 0)
        self.updateGeometry()
        self.geometriesChanged.emit()

    def heading(self, section: int) -> str:
        known = 0 <= section < self._model.columnCount()
        return self._model.columns.heading(section) if known else ""

    def right(self, section: int) -> bool:
        return self._model.columns.right(section)

    def arrow(self, section: int) -> str:
        name, terms = self.name_at(section), self._model.view.sort
        for place, term in enumerate(terms, start=1):
            if term.column == name:
                arrow = "↓" if term.descending else "↑"
                return f"{arrow}{place}" if len(terms) > 1 else arrow
        return ""

    @property
    def more_height(self) -> int:
        # isHidden, not isVisible: before the window is shown nothing is visible.
        return 0 if self.filter_row.isHidden() else look.scaled(look.INPUT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place_filters()

    def name_at(self, section: int) -> str:
        """The column's or relation's name; empty past the end."""
        if not 0 <= section < self._model.columnCount():
            return ""
        column = self._model.column_at(section)
        return column.name if isinstance(column, Column) else column

    def place_filters(self) -> None:
        """Put the filter fields under their heads."""
        if self.filter_row.isHidden():
            return
        height = look.scaled(look.INPUT)
        self.filter_row.setGeometry(0, self.height() - height, self.width(), height)
        spans = {
            self.name_at(section): (self.sectionViewportPosition(section), self.sectionSize(section))
            for section in range(min(self.count(), self._model.columnCount()))
        }
        self.filter_row.place(spans)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        # Over a border between two heads the pointer has the split shape: that press resizes.
        if event.button() == Qt.MouseButton.LeftButton and not self._on_border:
            position = event.position().toPoint()
            self._pressed = (self.logicalIndexAt(position), position)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._pressed is None:
            return
        (section, start), self._pressed = self._pressed, None
        position = event.position().toPoint()
        near = (position - start).manhattanLength() < QApplication.startDragDistance()
        if near and section >= 0 and isinstance(self._model.column_at(section), Column):
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.sort_wanted.emit(self.name_at(section), shift)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        name = self.name_at(self.logicalIndexAt(event.pos()))
        if name:
            self.menu_wanted.emit(name, event.globalPos())
        event.accept()

    @property
    def _on_border(self) -> bool:
        return self.cursor().shape() == Qt.CursorShape.SplitHCursor
