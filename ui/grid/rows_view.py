"""Owns how a table of rows is set up and its ground painted; knows no records."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from ui import look


class RowsView(QTableView):
    """Rows of one height under painted heads, selected whole, scrolled by pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        # Qt then moves what is painted when it scrolls, instead of painting all of it again. A style sheet
        # keeps Qt from seeing that the ground is covered: ``paintEvent`` covers it.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        vertical = self.verticalHeader()
        vertical.hide()
        # One height for all: Qt keeps nothing per row, and never measures one.
        vertical.setSectionResizeMode(vertical.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(1)
        vertical.setDefaultSectionSize(look.scaled(look.ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        ground = self.viewport().palette().brush(self.viewport().backgroundRole())
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), ground)
        super().paintEvent(event)
