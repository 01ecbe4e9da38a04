"""Owns how a table of rows is set up; knows no records."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QFrame, QTableView, QWidget

from ui import look


class RowsView(QTableView):
    """Rows of one height under painted heads, selected whole, scrolled by pixels.

    Does not ask for its own viewport: to find out what that is, PySide makes Python classes of all widgets
    that Qt has, which the first rows on the screen would wait for (6.11, executed).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        vertical = self.verticalHeader()
        vertical.hide()
        # One height for all: Qt keeps nothing per row, and never measures one.
        vertical.setSectionResizeMode(vertical.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(1)
        vertical.setDefaultSectionSize(look.scaled(look.ROW))

    # Only the frame of the current cell tells who has the focus, and nothing whose window is in front: Qt
    # would paint all cells anew, behind every dialog that opens.

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.WindowActivate, QEvent.Type.WindowDeactivate):
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        here = self.currentIndex()
        if not here.isValid():  # Qt looks for a cell to begin with
            super().focusInEvent(event)
            return
        QAbstractScrollArea.focusInEvent(self, event)
        editable = bool(here.flags() & Qt.ItemFlag.ItemIsEditable)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, editable)
        self.update(here)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QAbstractScrollArea.focusOutEvent(self, event)
        self.update(self.currentIndex())
