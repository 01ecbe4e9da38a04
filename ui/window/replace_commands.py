"""Owns opening find and replace for the table in front; one at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import shiboken6
from PySide6.QtCore import QObject

from ui.dialogs.replace_dialog import ReplaceDialog
from ui.window.table_tab import TableTab
from ui.window.workspace import Workspace


class ReplaceCommands(QObject):
    """The dialog belongs to its table; asked for another table, it makes way."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._dialog: ReplaceDialog | None = None
        self._tab: TableTab | None = None
        workspace.window.closing.connect(self._close)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {"edit.replace": self.open}

    def open(self) -> None:
        """Show the dialog beside the grid, or bring it to the front."""
        tab = self._workspace.tab
        if tab is None:
            return
        tab.grid.editing.commit()
        dialog = self._dialog if self._tab is tab else None
        if dialog is None or not shiboken6.isValid(dialog) or not dialog.isVisible():
            self._close()
            dialog = self._dialog = ReplaceDialog(tab, self._workspace.window)
            self._tab = tab
        dialog.show()
        dialog.activateWindow()
        dialog.sought.setFocus()
        dialog.sought.selectAll()

    def _close(self) -> None:
        if self._dialog is not None and shiboken6.isValid(self._dialog):
            self._dialog.reject()
        self._dialog = None
