"""Owns what the Edit menu does: selecting, finding and filtering."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desktop.schema.describe import Column
from desktop.values.kinds import kind_for
from desktop.values.locale import Locale
from desktop.values.special import BlobSize, Clipped, RawText
from ui.window.workspace import Workspace


class EditCommands:
    """The Edit menu."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        actions = workspace.window.actions_
        actions["edit.filter_row"].setChecked(workspace.window.state.filter_row)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "edit.select_all": self.select_all,
            "edit.find": self.find,
            "edit.filter_row": self.filter_row,
            "edit.filter_value": self.filter_value,
            "edit.clear_filter": self.clear_filter,
        }

    def select_all(self) -> None:
        """Select all that the view lets through."""
        if (tab := self._workspace.tab) is not None:
            tab.grid.selectAll()

    def find(self) -> None:
        """Go to the search box."""
        if (tab := self._workspace.tab) is not None:
            tab.tools.search.setFocus()
            tab.tools.search.selectAll()

    def filter_row(self) -> None:
        """Show or hide the fields to filter by, in every tab."""
        shown = self._workspace.window.actions_["edit.filter_row"].isChecked()
        self._workspace.window.state.filter_row = shown
        for tab in self._workspace.tabs:
            tab.show_filter_row(shown)

    def filter_value(self) -> None:
        """Show only records with the value of the current cell."""
        tab = self._workspace.tab
        if tab is None or tab.current_column is None:
            return
        column = tab.table.column(tab.current_column)
        text = filter_for(tab.current_value(), column, tab.connection.locale)
        if text:
            tab.filter_column(column.name, text)

    def clear_filter(self) -> None:
        """Show all records again."""
        if (tab := self._workspace.tab) is not None:
            tab.clear_filters()
            tab.grid.setFocus()


def filter_for(value: object, column: Column, locale: Locale) -> str:
    """The filter text that lets exactly this value through; empty where there is none."""
    if value is None:
        return "empty"
    if isinstance(value, Clipped | BlobSize | RawText | bytes):
        return ""
    text = kind_for(column).edit_text(value, column, locale)
    if isinstance(value, str):
        return '"' + text.replace('"', '""') + '"'
    return f"= {text}"
