"""Owns what is done to the cells and the records of whichever grid the person is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ui.grid.grid_view import GridView
from ui.window.workspace import Workspace


class CellCommands(QObject):
    """The actions on cells and records in the grid that has the focus: the tab's, or one beside it."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._grid: GridView | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "cell.edit": partial(self._do, lambda grid: grid.editing.begin()),
            "cell.null": partial(self._do, lambda grid: grid.editing.set_null()),
            "cell.empty": partial(self._do, lambda grid: grid.editing.set_empty()),
            "cell.default": partial(self._do, lambda grid: grid.editing.set_default()),
            "cell.fill_down": partial(self._do, lambda grid: grid.editing.fill_down()),
            "cell.from_above": partial(self._do, lambda grid: grid.editing.from_above()),
            "cell.today": partial(self._do, lambda grid: grid.editing.today()),
            "cell.now": partial(self._do, lambda grid: grid.editing.now()),
            "record.new": partial(self._do, lambda grid: grid.records.new()),
            "record.duplicate": partial(self._do, lambda grid: grid.records.duplicate()),
            "record.delete": partial(self._do, lambda grid: grid.records.delete()),
        }

    def _on_focus(self) -> None:
        """What can be done depends on the grid that has the focus."""
        if not shiboken6.isValid(self._workspace.window.tabs):
            return  # the window is on its way out
        grid = self._workspace.grid
        if grid is not self._grid:
            self._grid = grid
            self._workspace.update_actions()

    def _do(self, what: Callable[[GridView], object]) -> None:
        if (grid := self._workspace.grid) is not None:
            grid.editing.commit()
            what(grid)
