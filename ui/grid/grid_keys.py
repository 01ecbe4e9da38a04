"""Owns which keys a grid answers by itself, as the window's actions have them; does nothing of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from PySide6.QtGui import QKeyEvent, QKeySequence

from ui.actions.table import spec


class GridKeys:
    """The keys of actions for a grid that the window's actions do not reach, such as one of children."""

    def __init__(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """``handlers``: what is done, by the id of the action."""
        self._handlers = {
            _portable(key): handler for name, handler in handlers.items() for key in spec(name).keys
        }

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key stands for; False where it stands for nothing here."""
        handler = self._handlers.get(QKeySequence(event.keyCombination()).toString())
        if handler is not None:
            handler()
        return handler is not None


@cache
def _portable(key: str) -> str:
    """As ``toString`` writes what is pressed. Once for all grids: to read ninety keys takes milliseconds."""
    return QKeySequence(key).toString()
