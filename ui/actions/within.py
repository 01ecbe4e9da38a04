"""Owns shortcuts that hold only while the focus is within one widget; those of the window are actions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def shortcut_within(widget: QWidget, keys: str, slot: Callable[[], object]) -> None:
    """Call the slot when the keys are pressed in the widget or in one of its children."""
    shortcut = QShortcut(QKeySequence(keys), widget)
    # Set afterwards: the constructor takes the context beside a callable without a word, and forgets it.
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(slot)
