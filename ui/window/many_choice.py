"""Owns the step from the rows selected in a grid to the records the panel shows together."""

from __future__ import annotations

from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject

from desktop.base.keys import NewKey, RecordRef
from desktop.base.refusal import Refusal
from desktop.browse.selection import ChosenKeys, Selection
from desktop.models.connection import Connection
from desktop.models.selection import choose
from desktop.schema.labels import records_word
from desktop.staging.many import MOST
from ui.panels.record_panel import RecordPanel
from ui.window.table_tab import TableTab
from ui.window.words import number

_Rows: TypeAlias = tuple[TableTab, tuple[range, ...], int]


class ManyChoice(QObject):
    """Tells the panel which records are selected; asks only when the selection has changed."""

    def __init__(self, panel: RecordPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._told: _Rows | None = None

    def follow(self, connection: Connection, tab: TableTab) -> None:
        """Show the records selected in the tab, as far as they are not too many to be read."""
        selected, model = tab.grid.selected, tab.model
        if selected.size > MOST:
            self._told = None
            count = number(selected.size, connection.locale)
            words = f"{count} {records_word(tab.table, selected.size)} are selected."
            self._panel.say(f"{words} Record > Set Field… changes a field in all of them.")
            return
        ranges = [range(model.rowCount())] if selected.everything else selected.ranges
        rows = (tab, tuple(ranges), model.rows.read)
        if rows == self._told and self._panel.many.refs:
            return
        self._told = rows
        choose(model, ranges, False, partial(self._show, connection, rows), self._refused, self._panel)

    def _show(self, connection: Connection, rows: _Rows, selection: Selection) -> None:
        tab, ranges, read = rows
        if rows != self._told or not isinstance(selection, ChosenKeys):
            return
        name = tab.table.name
        new = [tab.model.ref_at(row) for span in ranges for row in span if row >= read]
        refs = [RecordRef(name, key) for key in selection.keys]
        refs += [ref for ref in new if ref is not None and isinstance(ref.key, NewKey)]
        if len(refs) > 1:
            self._panel.follow_many(connection, name, refs)

    def _refused(self, refusal: Refusal) -> None:
        self._panel.say(f"{refusal.sentence} {refusal.hint}".strip())
