"""Owns a label of one line that cuts its words with "…" where there is no room, and shows all in a tip."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolTip

_LEAST = 24
"""Pixels that are never taken away, where the words need them: room for one letter and the dots."""


class ElidedLabel(QLabel):
    """``text()`` stays whole, whatever is shown of it; a tip of its own comes before the cut text. Where the
    words are parts with something ``between`` them, those at the end are left out whole."""

    def __init__(self, text: str = "", role: str = "", *, least: int = _LEAST, between: str = "") -> None:
        super().__init__(text)
        self._least = least
        self._between = between
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def shown(self) -> str:
        """What there is room for."""
        room, metrics = self.contentsRect().width(), self.fontMetrics()
        words = self.text()
        while self._between in words and self._between and metrics.horizontalAdvance(words) > room:
            words = f"{words.rpartition(self._between)[0]} …"
        return metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)

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
