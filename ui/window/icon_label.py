"""Owns a label that is nothing but an icon; it follows the theme, which a label with a pixmap does not."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import icons, look


class IconLabel(QWidget):
    """Paints one icon at a fixed size."""

    def __init__(self, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._role = "muted"
        self.setFixedSize(QSize(look.scaled(size), look.scaled(size)))

    def show_icon(self, name: str, role: str) -> None:
        """Show this icon in the colour of that token."""
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._name:
            with QPainter(self) as painter:
                icons.icon(self._name, self._role).paint(painter, self.rect())
