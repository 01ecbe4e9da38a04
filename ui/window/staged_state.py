"""Owns what actions need to know about changes not saved; changes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.models.connection import Connection
from ui.actions.build import Actions
from ui.actions.spec import Needs
from ui.grid.grid_view import GridView
from ui.window.table_tab import TableTab


def staged_needs(
    connection: Connection | None, tab: TableTab | None, beside: Sequence[GridView], grid: GridView | None
) -> set[Needs]:
    """What is there for the actions of staged editing to work on."""
    if connection is None:
        return set()
    staging = connection.workbench.staging
    grids = [*beside] if tab is None else [tab.grid, *beside]
    open_ = any(grid.editing.open for grid in grids)
    facts = {
        # Beside the tabs nobody tells when the current cell changes: the grid itself refuses there.
        Needs.CELL: grid is not None
        and (grid.editing.possible or (grid in beside and grid.records.possible)),
        # What stands in an open editor is saved and discarded with the rest.
        Needs.STAGED: (staging.dirty or open_) and not connection.workbench.saving,
        Needs.UNDO: staging.undo_name is not None,
        Needs.REDO: staging.redo_name is not None,
    }
    return {need for need, is_met in facts.items() if is_met}


def name_steps(actions: Actions, connection: Connection | None) -> None:
    """Say in the menu what would be undone and redone."""
    staging = connection.workbench.staging if connection is not None else None
    undo = staging.undo_name if staging is not None else None
    redo = staging.redo_name if staging is not None else None
    actions["edit.undo"].setText(f"Undo: {_escaped(undo)}" if undo else "Undo")
    actions["edit.redo"].setText(f"Redo: {_escaped(redo)}" if redo else "Redo")


def _escaped(text: str) -> str:
    return text.replace("&", "&&")
