"""Owns how far a search that must look at every record has come; searches nothing itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.browse.scan import Scan


class Search(QObject):
    """The search of one view, for whoever tells the person about it."""

    moved = Signal()
    """It has come further, was stopped, or is over."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.so_far: Scan | None = None
        """What it has found and looked at; None where there is no such search, or it has come to its end."""
        self.goes_on = False
        """False where the person has stopped it."""

    def note(self, scan: Scan | None, *, going_on: bool = True) -> None:
        """Come so far; what is found without looking at every record is no search."""
        before, self.so_far = self.so_far, scan if scan is not None and scan.looked else None
        self.goes_on = going_on and self.so_far is not None
        if before is not None or self.so_far is not None:
            self.moved.emit()
