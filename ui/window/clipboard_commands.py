"""Owns what the clipboard actions do: copying out of the grid the person is in, and pasting into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ui.grid.grid_view import GridView
from ui.window.workspace import Workspace


class ClipboardCommands:
    """Copy, Copy As and Paste."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "edit.copy": partial(self._do, lambda grid: grid.copy()),
            "edit.copy_headers": partial(self._do, lambda grid: grid.copy(header=True)),
            "edit.copy_cells": partial(self._do, lambda grid: grid.copying.copy_cells()),
            "copy.sql": partial(self._do, lambda grid: grid.copying.copy_as("SQL")),
            "copy.json": partial(self._do, lambda grid: grid.copying.copy_as("JSON")),
            "copy.markdown": partial(self._do, lambda grid: grid.copying.copy_as("Markdown")),
            "edit.paste": partial(self._do, lambda grid: grid.pasting.paste()),
            "edit.paste_new": partial(self._do, lambda grid: grid.pasting.paste_new()),
        }

    def _do(self, what: Callable[[GridView], None]) -> None:
        if (grid := self._workspace.grid) is not None:
            grid.editing.commit()
            what(grid)
