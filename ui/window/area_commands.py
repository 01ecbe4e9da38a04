"""Owns going from one part of the window to the next by key; shows and hides none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QApplication, QWidget

from ui.panels.changes_panel import ChangesPanel
from ui.panels.record_panel import RecordPanel
from ui.window.workspace import Workspace


class AreaCommands:
    """Tables, grid, record, changes: where a person can work, and a key to get there and away again."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "view.next_area": partial(self.go, 1),
            "view.previous_area": partial(self.go, -1),
        }

    def go(self, way: int) -> None:
        """To the next part in sight that takes the focus, or to the one before; round and round."""
        parts = [part for part in self._parts() if part[0].isVisible()]
        here = next((place for place, part in enumerate(parts) if _has_focus(part[0])), None)
        for step in range(1, len(parts) + 1):
            widget, enter = parts[0 if here is None else (here + way * step) % len(parts)]
            enter()
            if _has_focus(widget):
                return

    def _parts(self) -> list[tuple[QWidget, Callable[[], None]]]:
        """Each part with how to get into it, in the order they are gone through."""
        window, tab = self._workspace.window, self._workspace.tab
        parts: list[tuple[QWidget, Callable[[], None]]] = []
        if tab is not None:
            parts.append((tab, tab.grid.setFocus))
        if isinstance(window.panel, RecordPanel):
            parts.append((window.panel, window.panel.focus))
        if isinstance(window.changes, ChangesPanel):
            parts.append((window.changes, window.changes.focus))
        return [*parts, (window.navigator, window.navigator.list.setFocus)]


def _has_focus(part: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and part.isAncestorOf(focused)
