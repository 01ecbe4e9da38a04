"""Owns what the clipboard actions do: copying out of the tab in front and pasting into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from desktop.base.refusal import Refusal
from desktop.models.pasting import paste_cells, paste_new
from desktop.transfer.paste import Prepared
from desktop.values.locale import Locale
from ui.grid.copying import from_clipboard
from ui.window.table_tab import TableTab
from ui.window.words import number
from ui.window.workspace import Workspace


class ClipboardCommands:
    """Copy, Copy As and Paste."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "edit.copy": partial(self._do, lambda tab: tab.grid.copy()),
            "edit.copy_headers": partial(self._do, lambda tab: tab.grid.copy(header=True)),
            "edit.copy_cells": partial(self._do, lambda tab: tab.grid.copying.copy_cells()),
            "copy.sql": partial(self._do, lambda tab: tab.grid.copying.copy_as("SQL")),
            "copy.json": partial(self._do, lambda tab: tab.grid.copying.copy_as("JSON")),
            "copy.markdown": partial(self._do, lambda tab: tab.grid.copying.copy_as("Markdown")),
            "edit.paste": partial(self._do, self._paste),
            "edit.paste_new": partial(self._do, self._paste_new),
        }

    def _do(self, what: Callable[[TableTab], None]) -> None:
        if (tab := self._workspace.tab) is not None:
            tab.grid.editing.commit()
            what(tab)

    def _paste(self, tab: TableTab) -> None:
        """Over the cells from the current one on; in a table without records, as new ones."""
        index = tab.grid.currentIndex()
        if not index.isValid():
            self._paste_new(tab)
            return
        at, chosen = (index.row(), index.column()), tab.grid.selected.ranges
        done, refused = partial(self._tell, tab), self._refused
        paste_cells(tab.model, from_clipboard(), at, chosen, done, refused, tab)

    def _paste_new(self, tab: TableTab) -> None:
        section = max(tab.grid.currentIndex().column(), 0)
        paste_new(tab.model, from_clipboard(), section, partial(self._show_new, tab), self._refused, tab)

    def _show_new(self, tab: TableTab, prepared: Prepared) -> None:
        row = tab.model.rows.row_of(prepared.states[0].ref)
        if row is not None:
            tab.grid.show_row(row)
        self._tell(tab, prepared)

    def _tell(self, tab: TableTab, prepared: Prepared) -> None:
        bench = tab.connection.workbench
        tab.foot.remark(paste_words(prepared, tab.connection.locale), bench.changed)

    def _refused(self, refusal: Refusal) -> None:
        self._workspace.refuse(refusal, "Paste")


def paste_words(prepared: Prepared, locale: Locale) -> str:
    """One sentence about what a paste could not do as it was asked to; empty where it could do all."""
    notes = []
    if prepared.marked:
        cells = "1 cell does not fit and is" if prepared.marked == 1 else _cells(prepared.marked, locale)
        notes.append(f"{cells} marked")
    if prepared.skipped:
        notes.append(f"{', '.join(prepared.skipped)} left out")
    if not notes:
        return ""
    count = len(prepared.states)
    records = f"{number(count, locale)} record{'' if count == 1 else 's'}"
    return f"Pasted {records}; {', '.join(notes)}."


def _cells(count: int, locale: Locale) -> str:
    return f"{number(count, locale)} cells do not fit and are"
