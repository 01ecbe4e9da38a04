"""Owns the sign of changes that are not saved; knows none of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import look


class Dot(QWidget):
    """A round sign in the colour of changes."""

    def __init__(self, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(look.scaled(size) + 2, look.scaled(size) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.current().changed)
            painter.drawEllipse(self.rect().adjusted(1, 1, -1, -1))
