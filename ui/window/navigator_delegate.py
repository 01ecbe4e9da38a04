"""Owns how the lines of the navigator are painted; knows no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.models.table_entries import EntryKind, TableRole
from ui import icons, look

if TYPE_CHECKING:  # see ``_paint_entry``
    from PySide6.QtWidgets import QStyle

_ICONS = {
    EntryKind.TABLE: "table",
    EntryKind.VIEW: "table-eye",
    EntryKind.BROKEN: "table-alert",
}


class NavigatorDelegate(QStyledItemDelegate):
    """Sections in small capitals, names with an icon at the left and a count at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        section = index.data(TableRole.KIND) is EntryKind.SECTION
        return QSize(80, look.scaled(28 if section else 32))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = QRect(option.rect)
            kind = index.data(TableRole.KIND)
            if kind is EntryKind.SECTION:
                _paint_section(painter, rect, str(index.data()))
            else:
                _paint_entry(painter, rect, option.state, kind, index)
        finally:
            painter.restore()


def _paint_section(painter: QPainter, rect: QRect, text: str) -> None:
    font = look.font(look.SECTION, bold=True)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
    painter.setFont(font)
    painter.setPen(look.current().muted)
    area = rect.adjusted(look.scaled(10), 0, -look.scaled(10), 0)
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text.upper())


def _paint_entry(
    painter: QPainter,
    rect: QRect,
    state: QStyle.StateFlag,
    kind: EntryKind,
    index: QModelIndex | QPersistentModelIndex,
) -> None:
    from PySide6.QtWidgets import QStyle  # to make its twenty enums takes longer than the window has

    tokens = look.current()
    current = bool(state & QStyle.StateFlag.State_Selected)
    box = rect.adjusted(look.scaled(10), 2, -look.scaled(10), -2)
    if current or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.accent_bg if current else tokens.hover)
        painter.drawRoundedRect(box, look.RADIUS, look.RADIUS)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(tokens.accent)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, look.RADIUS, look.RADIUS)
    inner = box.adjusted(look.scaled(8), 0, -look.scaled(8), 0)
    side = look.scaled(16)
    place = QRect(QPoint(inner.left(), inner.center().y() - side // 2 + 1), QSize(side, side))
    icons.icon(_ICONS[kind], "accent" if current else "muted").paint(painter, place)
    count = str(index.data(TableRole.COUNT) or "")
    small = look.font(look.SMALL)
    painter.setFont(small)
    painter.setPen(tokens.muted if current else tokens.faint)
    painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
    room = QFontMetrics(small).horizontalAdvance(count) + look.scaled(8) if count else 0
    words = inner.adjusted(side + look.scaled(8), 0, -room, 0)
    font = look.font(bold=current)
    painter.setFont(font)
    painter.setPen(tokens.faint if kind is EntryKind.BROKEN else tokens.text)
    text = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
