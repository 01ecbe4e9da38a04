"""Owns the row of tabs; knows neither tables nor a database."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QTabWidget, QToolButton, QWidget

from ui import icons, look
from ui.window.dot import Dot
from ui.window.words import short


class Tabs(QTabWidget):
    """One page per table; the current one is marked by the accent."""

    front_changed = Signal()
    """Another page is in front, or none."""
    close_wanted = Signal(object)
    """The page whose cross was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.setMovable(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)  # many tabs scroll; cut names could not be told apart
        self.setIconSize(QSize(look.scaled(14), look.scaled(14)))
        bar = self.tabBar()
        bar.setDrawBase(False)
        bar.setExpanding(False)
        bar.setUsesScrollButtons(True)
        bar.setAccessibleName("Open tables")
        self.currentChanged.connect(self._on_current)

    def add(self, page: QWidget, title: str, icon: str) -> None:
        """Put a page at the end and bring it to the front."""
        page.setProperty("icon_name", icon)
        index = self.addTab(page, icons.icon(icon), short(title, 32).replace("&", "&&"))
        self.setTabToolTip(index, title)
        cross = QToolButton()
        end = _TabEnd(cross)
        cross.setProperty("role", "cross")
        cross.setIcon(icons.icon("close", "faint"))
        cross.setIconSize(QSize(look.scaled(12), look.scaled(12)))
        cross.setAccessibleName(f"Close {title}")
        cross.setToolTip("Close this tab  Ctrl+W")
        cross.clicked.connect(lambda: self.close_wanted.emit(page))
        self.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, end)
        self.setCurrentIndex(index)

    def pages(self) -> list[QWidget]:
        """All pages, from left to right."""
        found = (self.widget(index) for index in range(self.count()))
        return [page for page in found if page is not None]

    def remove(self, page: QWidget) -> None:
        """Take a page out and delete it."""
        index = self.indexOf(page)
        if index >= 0:
            self.removeTab(index)
        page.hide()
        page.deleteLater()

    def mark(self, page: QWidget, marked: bool) -> None:
        """Put the sign of changes not saved on a tab, or take it off."""
        index, bar = self.indexOf(page), self.tabBar()
        end = bar.tabButton(index, QTabBar.ButtonPosition.RightSide)
        if isinstance(end, _TabEnd) and end.dot.isHidden() is marked:
            end.dot.setVisible(marked)
            end.adjustSize()
            bar.setAccessibleTabName(index, f"{bar.tabText(index)}, changed" if marked else "")
            bar.setTabText(index, bar.tabText(index))  # makes Qt measure the tab again

    def go(self, step: int) -> None:
        """To the next tab or the one before, round the ends."""
        if self.count():
            self.setCurrentIndex((self.currentIndex() + step) % self.count())

    def _on_current(self) -> None:
        current = self.currentIndex()
        for index, page in enumerate(self.pages()):
            role = "accent" if index == current else "muted"
            self.setTabIcon(index, icons.icon(str(page.property("icon_name")), role))
        self.front_changed.emit()


class _TabEnd(QWidget):
    """What stands at the right of a tab: the sign of changes, and the cross."""

    def __init__(self, cross: QToolButton) -> None:
        super().__init__()
        self.dot = Dot(8)
        self.dot.setToolTip("Holds changes that are not saved")
        self.dot.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.dot)
        row.addWidget(cross)
