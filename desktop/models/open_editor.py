"""Owns what stands in the cell editor that is open, before it is staged; must not stage it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from desktop.staging.staging import Edit


class OpenEditor(QObject):
    """What would be staged if the open editor were left now, for whoever must not lose it."""

    changed = Signal()
    """``edits`` are other ones."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.edits: tuple[Edit, ...] = ()
        """None of them where no editor is open, or nothing was typed in it."""

    def hold(self, edits: Sequence[Edit]) -> None:
        """Somebody has typed, or the editor was closed (no edits)."""
        if edits or self.edits:
            self.edits = tuple(edits)
            self.changed.emit()
