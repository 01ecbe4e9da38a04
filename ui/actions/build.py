"""Owns turning the action table into QActions, the menu bar and context menus; knows no command."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from ui import icons
from ui.actions.spec import EDIT, MENUS, RECORD, ActionSpec, Needs
from ui.actions.table import ACTIONS, SUBMENUS


@dataclass(frozen=True, slots=True)
class ShortcutLine:
    """One line of the shortcuts page."""

    menu: str
    text: str
    keys: str
    tip: str


class Actions(QObject):
    """Every QAction of the window, by its id."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = {spec.id: _make(spec, self) for spec in ACTIONS}
        self._groups: dict[str, QActionGroup] = {}
        self.submenus: dict[str, QMenu] = {}
        """The menus that are filled at run time, by their text."""
        for spec in ACTIONS:
            if spec.group:
                group = self._groups.setdefault(spec.group, QActionGroup(self))
                group.addAction(self._actions[spec.id])

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def bind(self, handlers: Mapping[str, Callable[[], None]]) -> None:
        """Say what actions do; KeyError for an id the table does not have."""
        for action_id, handler in handlers.items():
            self._actions[action_id].triggered.connect(_without_arguments(handler))

    def allow(self, met: Collection[Needs]) -> None:
        """Enable what needs only what is there."""
        for spec in ACTIONS:
            self._actions[spec.id].setEnabled(spec.needs is Needs.NOTHING or spec.needs in met)

    def fill(self, bar: QMenuBar) -> None:
        """Put every action into the menu bar, in the table's order."""
        menus = {name: bar.addMenu(f"&{name}") for name in MENUS}
        for spec in ACTIONS:
            self._fill_submenus(spec, menus)
            menu = menus.get(spec.menu) or self._submenu(spec.menu, menus)
            if spec.separator:
                menu.addSeparator()
            menu.addAction(self._actions[spec.id])

    def add_to_grid(self, grid: QWidget) -> None:
        """Make the keys that belong to a grid work there."""
        for spec in ACTIONS:
            if spec.in_grid:
                grid.addAction(self._actions[spec.id])

    def context_menu(self, parent: QWidget) -> QMenu:
        """The context menu of a grid; deleted when it closes."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in (RECORD, EDIT):
            menu.addSeparator()
            for spec in ACTIONS:
                if spec.context and spec.menu == name:
                    if spec.separator:
                        menu.addSeparator()
                    menu.addAction(self._actions[spec.id])
        return menu

    def _fill_submenus(self, spec: ActionSpec, menus: Mapping[str, QMenu]) -> None:
        for submenu in SUBMENUS:
            if submenu.before == spec.id:
                self.submenus[submenu.text] = menus[submenu.menu].addMenu(submenu.text)

    def _submenu(self, path: str, menus: dict[str, QMenu]) -> QMenu:
        parent, _, name = path.partition(" > ")
        menus[path] = menus[parent].addMenu(name)
        return menus[path]


def tip_with_keys(spec: ActionSpec) -> str:
    """The tool tip of an action with its first shortcut."""
    keys = _shown(spec.keys[:1])
    return f"{spec.tip}  {keys}" if keys else spec.tip


def shortcut_page() -> list[ShortcutLine]:
    """What the shortcuts page lists: every action, with all its keys."""
    return [ShortcutLine(spec.menu, spec.text, _shown(spec.keys), spec.tip) for spec in ACTIONS]


def _make(spec: ActionSpec, parent: QObject) -> QAction:
    action = QAction(spec.text, parent)
    action.setObjectName(spec.id)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    action.setToolTip(tip_with_keys(spec))
    action.setStatusTip(spec.tip)
    action.setCheckable(spec.checkable)
    action.setMenuRole(QAction.MenuRole.NoRole)
    if spec.icon and not spec.checkable:
        action.setIcon(icons.icon(spec.icon))
    if spec.in_grid:
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    return action


def _shown(keys: tuple[str, ...]) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    # Qt tells the two Enter keys apart; people do not.
    shown = (QKeySequence(key).toString(native).replace("Return", "Enter") for key in keys)
    return ", ".join(dict.fromkeys(shown))


def _without_arguments(handler: Callable[[], None]) -> Callable[[], None]:
    """Qt would hand the checked state to a handler that has a default argument."""

    def run() -> None:
        handler()

    return run
