"""Owns what lies over a grid that shows no record: why it is empty and what to do; reads nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from desktop.browse.view import View
from desktop.schema.describe import Table
from ui.actions.build import Actions
from ui.window.empty_state import EmptyState


class EmptyGrid(EmptyState):
    """Covers the viewport it is given, and only that: the filter row above stays in reach."""

    def __init__(self, viewport: QWidget, actions: Actions) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self._actions = actions
        viewport.installEventFilter(self)
        self.hide()

    def show_for(self, table: Table, view: View, rows: int) -> None:
        """Hide where there are rows, else say why there are none."""
        empty = rows == 0
        if empty and (view.filters or view.search):
            clear = self._actions["edit.clear_filter"]
            clear.setEnabled(True)
            self.say("filter-off-outline", "No records match this filter.", [clear])
        elif empty:
            new = [] if table.read_only_reason else [self._actions["record.new"]]
            self.say("table-large", "This table is empty.", new)
        self.setGeometry(self._viewport.rect())
        self.setVisible(empty)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._viewport and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._viewport.rect())
        return super().eventFilter(watched, event)
