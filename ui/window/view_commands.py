"""Owns what the View menu and the column heads do: columns, sorting, tabs, theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu

from desktop.browse.view import View
from desktop.models.view_changes import sort_by
from ui import look
from ui.dialogs.columns_dialog import ColumnsDialog
from ui.look import Theme
from ui.window.table_tab import TableTab
from ui.window.workspace import Workspace


class ViewCommands:
    """The View menu."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._window = workspace.window
        workspace.header_menu_wanted.connect(self._show_header_menu)
        self._window.actions_[f"theme.{self._window.state.theme.value}"].setChecked(True)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "view.columns": self.columns,
            "view.names": self.names,
            "view.deleted": self.deleted,
            "view.find_table": self.find_table,
            "view.next_tab": partial(self._window.tabs.go, 1),
            "view.previous_tab": partial(self._window.tabs.go, -1),
            "view.navigator": self.navigator,
            "theme.system": partial(self.theme, Theme.SYSTEM),
            "theme.light": partial(self.theme, Theme.LIGHT),
            "theme.dark": partial(self.theme, Theme.DARK),
        }

    def columns(self) -> None:
        """Choose and order the columns."""
        if (tab := self._workspace.tab) is not None:
            dialog = ColumnsDialog(tab.table, tab.view, self._window)
            dialog.chosen.connect(tab.model.set_view)
            dialog.open()

    def names(self) -> None:
        """Show references as names, or as what is stored."""
        if (tab := self._workspace.tab) is not None:
            tab.model.show_names(self._window.actions_["view.names"].isChecked())

    def deleted(self) -> None:
        """Show records that are marked as deleted, or hide them."""
        if (tab := self._workspace.tab) is not None:
            tab.show_deleted(self._window.actions_["view.deleted"].isChecked())

    def find_table(self) -> None:
        """Go to the search box of the navigator."""
        self._window.show_navigator(True)
        self._window.navigator.search.setFocus()
        self._window.navigator.search.selectAll()

    def navigator(self) -> None:
        """Show or hide the navigator."""
        self._window.show_navigator(self._window.actions_["view.navigator"].isChecked())

    def theme(self, theme: Theme) -> None:
        """Put a theme on, and remember it."""
        self._window.state.theme = theme
        app = QApplication.instance()
        if isinstance(app, QApplication):
            look.apply(app, theme)

    def _show_header_menu(self, name: str, place: QPoint) -> None:
        tab = self._workspace.tab
        if tab is None:
            return
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        if name in {column.name for column in tab.table.columns}:
            _add(
                menu,
                "Sort Ascending",
                partial(self._change, tab, partial(sort_by, column=name, descending=False)),
            )
            _add(
                menu,
                "Sort Descending",
                partial(self._change, tab, partial(sort_by, column=name, descending=True)),
            )
            menu.addSeparator()
        _add(menu, "Hide Column", partial(self._change, tab, partial(hidden, name=name)))
        menu.addAction(self._window.actions_["view.columns"])
        menu.popup(place)

    def _change(self, tab: TableTab, change: Callable[[View], View]) -> None:
        tab.model.set_view(change(tab.view))


def hidden(view: View, name: str) -> View:
    """The view without one column or relation; the last column stays."""
    columns = tuple(column for column in view.columns if column != name)
    links = tuple(link for link in view.links if link != name) if name not in view.columns else view.links
    return replace(view, columns=columns or view.columns, links=links)


def _add(menu: QMenu, text: str, do: Callable[[], None]) -> None:
    menu.addAction(text).triggered.connect(lambda: do())
