"""Owns where the pop-up of a field opens: under it, and above it or further left where the screen ends."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

_GAP = 2


def place_below(popup: QWidget, field: QWidget) -> None:
    """Move the pop-up to the field, so that all of it can be seen."""
    field_top = field.mapToGlobal(QPoint(0, 0))
    room = field.screen().availableGeometry().united(field.window().geometry())
    popup.move(corner_in(room, QRect(field_top, field.size()), popup.width(), popup.height()))


def corner_in(room: QRect, field: QRect, width: int, height: int) -> QPoint:
    """The upper left corner of a pop-up of that size beside a field, within the room there is."""
    left = max(room.left(), min(field.left(), room.right() + 1 - width))
    below, above = field.bottom() + 1 + _GAP, field.top() - _GAP - height
    fits_below = below + height <= room.bottom() + 1
    return QPoint(left, below if fits_below or above < room.top() else above)
