"""Owns how column heads are painted; what they say, and what a click does, is for those built on it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from ui import look

_PAD = 10
_SMALLEST = 48


class HeadView(QHeaderView):
    """Column heads, painted without asking which rows are selected: Qt's own head tests every row of a
    selection, which takes seconds with a million of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)
        self.setStretchLastSection(True)
        self.setMinimumSectionSize(_SMALLEST)
        self.setAccessibleName("Column heads")

    def heading(self, section: int) -> str:
        """What stands in the head; empty past the end."""
        raise NotImplementedError

    def right(self, section: int) -> bool:
        """Whether it stands at the right."""
        raise NotImplementedError

    def arrow(self, section: int) -> str:
        """How the rows are sorted by it; empty where they are not."""
        return ""

    @property
    def more_height(self) -> int:
        """Pixels wanted below the heads."""
        return 0

    def sizeHint(self) -> QSize:
        # Qt's own asks for every heading anew, ten times while a tab is opened, to find out the height.
        return QSize(self.length(), look.scaled(look.HEADER) + self.more_height)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        heading = self.heading(logicalIndex)
        if not rect.isValid() or not heading:
            return
        tokens = look.current()
        painter.save()
        try:
            painter.fillRect(rect, tokens.bg)
            painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, tokens.line)
            if logicalIndex < self.count() - 1:
                painter.fillRect(rect.right(), rect.top(), 1, rect.height(), tokens.line)
            self._write(painter, rect.adjusted(_PAD, 0, -_PAD, -1), logicalIndex, heading)
        finally:
            painter.restore()

    def _write(self, painter: QPainter, rect: QRect, section: int, heading: str) -> None:
        tokens, arrow, right = look.current(), self.arrow(section), self.right(section)
        painter.setFont(look.font(look.SMALL, bold=True))
        metrics = painter.fontMetrics()
        room = rect.adjusted(0, 0, -(metrics.horizontalAdvance(arrow) + 6) if arrow else 0, 0)
        text = metrics.elidedText(heading, Qt.TextElideMode.ElideRight, room.width())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.setPen(tokens.muted)
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, text)
        if arrow:
            left = room.right() + 6 if right else room.left() + metrics.horizontalAdvance(text) + 6
            painter.setPen(tokens.text)
            area = QRect(left, rect.top(), rect.right() - left + 1, rect.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, arrow)
