"""Owns how one line of text stands in a cell: its font, where it is cut, its place; knows no value."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QStaticText, QTransform

# Left stays left for right-to-left words too, as in the drawings: a column reads down one edge.
_ALONE = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
AT_LEFT = int(Qt.AlignmentFlag.AlignLeft | _ALONE) | int(Qt.TextFlag.TextSingleLine)
AT_RIGHT = int(Qt.AlignmentFlag.AlignRight | _ALONE) | int(Qt.TextFlag.TextSingleLine)
_KEPT = 2_000
"""Texts that are kept laid out: some screens full."""
_LATIN = "\u0250"
"""Letters before this one stand side by side from left to right, all in the font itself."""
_LaidOut: TypeAlias = tuple[QStaticText, float]


class CellText:
    """Writes texts in one font. Cutting and laying them out costs more than painting: done once."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self._exact = QFontMetricsF(font)
        self._height = self._exact.height()
        self._ruled = font.strikeOut() or font.underline()
        """Qt draws the line of a text laid out beforehand away from the text."""
        self._kept: dict[tuple[str, int, bool], str | _LaidOut] = {}

    def write(self, painter: QPainter, rect: QRect, text: str, *, right: bool, cut: bool = True) -> None:
        """One line, in the middle of the height; with ``cut`` it ends in … where there is no room for all."""
        key = (text, rect.width(), cut)
        shown = self._kept.get(key)
        if shown is None:
            shown = self._keep(key)
        painter.setFont(self.font)
        if isinstance(shown, str):
            painter.drawText(rect, AT_RIGHT if right else AT_LEFT, shown)
            return
        laid_out, length = shown  # stands where drawText would put it, to the pixel
        left = rect.left() + (rect.width() - length if right else 0)
        painter.drawStaticText(QPointF(left, rect.top() + (rect.height() - self._height) / 2), laid_out)

    def _keep(self, key: tuple[str, int, bool]) -> str | _LaidOut:
        """The text as it is shown: laid out where it fits and Qt's own layout would do nothing special."""
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        text, width, cut = key
        words, length = text, self._exact.horizontalAdvance(text)
        plain = text.isprintable() and max(text, default="") < _LATIN and not self._ruled
        if cut and not (
            plain and length < width - 1
        ):  # Qt measures twice to find out that nothing is to be cut
            words = self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            length = self._exact.horizontalAdvance(words)
        plain = plain and length <= width
        shown: str | _LaidOut = (self._lay_out(words), length) if plain else words
        self._kept[key] = shown
        return shown

    def _lay_out(self, words: str) -> QStaticText:
        made = QStaticText(words)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        made.prepare(QTransform(), self.font)
        return made
