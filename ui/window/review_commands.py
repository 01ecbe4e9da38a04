"""Owns the changes panel in the window: where it is docked, what it follows, what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ui.panels.changes_panel import ChangesPanel
from ui.window.change_commands import ChangeCommands
from ui.window.workspace import Workspace


class ReviewCommands(QObject):
    """Keeps the panel on the changes of the open connection."""

    def __init__(self, workspace: Workspace, changes: ChangeCommands) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._window = workspace.window
        self.panel = ChangesPanel(self._window)
        self._window.dock_below(self.panel)
        panel = self.panel
        panel.go_wanted.connect(changes.go_to)
        panel.save_wanted.connect(lambda: changes.save())
        panel.discard_wanted.connect(changes.discard)
        panel.undo_wanted.connect(changes.undo)
        panel.redo_wanted.connect(changes.redo)
        panel.close_wanted.connect(self._window.actions_["data.review"].trigger)
        panel.left.connect(self._to_grid)
        workspace.current_changed.connect(self._follow)
        self._changes = changes

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {"data.review": self.toggle}

    def toggle(self) -> None:
        """Show or hide the panel; what stands in an open cell is on it, too."""
        shown = self._window.actions_["data.review"].isChecked()
        inside = self.panel.isAncestorOf(QApplication.focusWidget() or self._window)
        self._changes.settle()
        self._window.show_below(shown)
        if shown:
            self.panel.focus()
        elif inside:
            self._to_grid()

    def _follow(self) -> None:
        if self.panel.connection is not self._workspace.connection:
            self.panel.follow(self._workspace.connection)

    def _to_grid(self) -> None:
        if (tab := self._workspace.tab) is not None:
            tab.grid.setFocus()
