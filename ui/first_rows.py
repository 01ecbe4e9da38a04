"""Owns knowing when what is opened first is on the screen, or never will be; opens and shows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from ui.window.workspace import Workspace


class FirstRows(QObject):
    """Watches a workspace until there is nothing more to wait for."""

    arrived = Signal()
    """Told once: the first rows are there to be painted, or there are none to come."""
    settled = Signal()
    """Told once, after that: they are painted."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._told = False
        workspace.ready.connect(self._opened)
        workspace.opener.failed.connect(self._settle)

    def _opened(self) -> None:
        tab = self._workspace.tab
        if tab is None:
            self._settle()
            return
        tab.model.loaded.connect(self._settle)
        tab.model.refused.connect(self._settle)

    def _settle(self) -> None:
        if not self._told:
            self._told = True
            self.arrived.emit()
            QTimer.singleShot(
                0, self, lambda: self.settled.emit()
            )  # rows that have come are painted before it
