"""Owns what the Record menu does to one record: opening, copying, moving about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu

from desktop.base.keys import Key, TableName
from desktop.edit.saved import Saved
from desktop.models.once_saved import once_saved
from desktop.schema.describe import ForeignKey
from desktop.schema.labels import column_heading, heading
from desktop.values.kinds import kind_for
from ui.dialogs.record_dialog import RecordDialog
from ui.grid.several import reference_at
from ui.window.edit_commands import filter_for
from ui.window.table_tab import TableTab
from ui.window.workspace import Workspace


class RecordCommands:
    """The Record menu, as far as it is about one record."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "record.new_form": self.new,
            "record.edit": self.edit,
            "record.open_reference": self.open_reference,
            "record.related": self.show_related,
            "record.first": partial(self._go, lambda tab: 0),
            "record.previous": partial(self._go, lambda tab: _row(tab) - 1),
            "record.next": partial(self._go, lambda tab: _row(tab) + 1),
            "record.last": partial(self._go, lambda tab: tab.model.rowCount() - 1),
        }

    def new(self) -> None:
        """Enter a new record in a form; it is in front when it has been saved."""
        if (tab := self._workspace.tab) is not None:
            once_saved(tab.connection.workbench, tab, lambda: self._new_in(tab))

    def _new_in(self, tab: TableTab) -> None:
        dialog = RecordDialog(tab.connection, tab.table.name, None, parent=self._workspace.window)
        dialog.saved.connect(partial(_show_saved, tab))
        dialog.open()

    def edit(self) -> None:
        """Open the current record of the grid the person is in, at the field of the current cell."""
        if (grid := self._workspace.grid) is not None:
            grid.editing.commit()
            grid.activate()

    def open_reference(self) -> None:
        """Open the record the current cell names."""
        tab = self._workspace.tab
        reference = tab.current_reference() if tab is not None else None
        if tab is None or reference is None:
            return
        index = tab.grid.currentIndex()
        named = reference_at(tab.model, index.row(), index.column())
        if named is not None:
            self._workspace.open_ref(named)
        else:  # it points to another unique column: show it in its table
            target = tab.connection.database.table(reference.target)
            self._show_where(target.name, reference.target_columns[0], tab.current_value())

    def show_related(self) -> None:
        """Offer the tables with records that point to the current one."""
        tab = self._workspace.tab
        if tab is None or tab.current_key is None:
            return
        menu = QMenu(self._workspace.window)
        menu.aboutToHide.connect(menu.deleteLater)
        for incoming in related(tab):
            words = heading(incoming.table.name)
            column = column_heading(tab.connection.database.table(incoming.table), incoming.columns[0])
            entry = menu.addAction(f"{words} by {column}".replace("&", "&&"))
            entry.triggered.connect(partial(self._show_children, incoming, tab.current_key))
        if not menu.actions():
            menu.addAction("No other table refers to this one").setEnabled(False)
        place = tab.grid.visualRect(tab.grid.currentIndex()).bottomLeft()
        menu.popup(tab.grid.viewport().mapToGlobal(place) if not place.isNull() else QCursor.pos())

    def _show_children(self, incoming: ForeignKey, key: Key, checked: bool = False) -> None:
        self._show_where(incoming.table, incoming.columns[0], key[0])

    def _show_where(self, table: TableName, column: str, value: object) -> None:
        tab = self._workspace.open_table(table)
        if tab is None:
            return
        described = tab.table.column(column)
        if tab.table.foreign_key_on(column) is not None:
            # Text without a sign would be looked for in the names.
            text = f"= {kind_for(described).edit_text(value, described, tab.connection.locale)}"
        else:
            text = filter_for(value, described, tab.connection.locale)
        tab.filter_column(column, text)

    def _go(self, where: Callable[[TableTab], int]) -> None:
        if (tab := self._workspace.tab) is not None:
            tab.go_to(where(tab))


def related(tab: TableTab) -> list[ForeignKey]:
    """The foreign keys elsewhere that point to the key of the tab's table, one column each."""
    database = tab.connection.database
    found = database.incoming(tab.table.name)
    return [
        one
        for one in found
        if one.target_columns == tab.table.key
        and len(one.columns) == 1
        and one.table in database.schema.tables
    ]


def _row(tab: TableTab) -> int:
    index = tab.grid.currentIndex()
    return index.row() if index.isValid() else -1


def _show_saved(tab: TableTab, saved: Saved) -> None:
    for ref in saved.inserted:
        if ref.table == tab.table.name and isinstance(ref.key, tuple):
            tab.model.refresh(keep_key=ref.key)
            return
