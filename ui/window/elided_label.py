"""Owns a label of one line that cuts its words with "…" where there is no room, and shows all in a tip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolTip

_LEAST = 24
"""Pixels that are never taken away, where the words need them: room for one letter and the dots."""


class ElidedLabel(QLabel):
    """``text()`` stays whole, whatever is shown of it; a tip of its own comes before the cut text."""

    def __init__(self, text: str = "", role: str = "", *, least: int = _LEAST) -> None:
        super().__init__(text)
        self._least = least
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def shown(self) -> str:
        """What there is room for."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def minimumSizeHint(self) -> QSize:
        whole = super().minimumSizeHint()
        return QSize(min(self._least, whole.width()), whole.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            painter.drawText(self.contentsRect(), self.alignment() | Qt.TextFlag.TextSingleLine, self.shown)

    def event(self, event: QEvent) -> bool:
        cut = isinstance(event, QHelpEvent) and not self.toolTip() and self.shown != self.text()
        if isinstance(event, QHelpEvent) and cut:
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)
