"""The action table: complete, reachable, without a shortcut used twice."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.window_kit import show_window
from ui import icons
from ui.actions.build import Actions, shortcut_page, tip_with_keys
from ui.actions.spec import MENUS, Needs
from ui.actions.table import ACTIONS, SUBMENUS, spec


def _entries(menu: QMenu) -> list[QAction]:
    found: list[QAction] = []
    for action in menu.actions():
        submenu = action.menu()
        found += _entries(submenu) if isinstance(submenu, QMenu) else [action]
    return found


def test_ids_are_unique() -> None:
    assert [one for one, times in Counter(spec.id for spec in ACTIONS).items() if times > 1] == []


def test_no_shortcut_is_used_twice() -> None:
    keys = Counter(QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys)
    assert [key for key, times in keys.items() if times > 1] == []


def test_every_shortcut_is_one(qapp: object) -> None:
    assert [key for spec in ACTIONS for key in spec.keys if not QKeySequence(key).toString()] == []


@pytest.mark.parametrize("one", ACTIONS, ids=lambda one: one.id)
def test_every_action_says_what_it_does(one: object) -> None:
    found = spec(getattr(one, "id", ""))
    assert found.text and found.tip
    assert found.menu.partition(" > ")[0] in MENUS
    assert not found.icon or icons.has_icon(found.icon)


def test_an_unknown_id_is_an_error() -> None:
    with pytest.raises(KeyError):
        spec("file.nonsense")


def test_every_action_is_in_the_menu_bar(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    actions.fill(window.menuBar())
    menus = [action.menu() for action in window.menuBar().actions()]
    shown = {entry.objectName() for menu in menus if isinstance(menu, QMenu) for entry in _entries(menu)}
    assert {spec.id for spec in ACTIONS} <= shown
    assert [menu.title() for menu in menus if isinstance(menu, QMenu)] == [f"&{name}" for name in MENUS]
    assert set(actions.submenus) == {submenu.text for submenu in SUBMENUS}


def test_every_action_does_something(qtbot: QtBot) -> None:
    stage = show_window(qtbot)
    assert set(stage.commands.handlers()) == {spec.id for spec in ACTIONS}
    stage.window.close()


def test_actions_are_enabled_by_what_is_there(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    actions.allow({Needs.CONNECTION})
    assert actions["file.open"].isEnabled()
    assert actions["view.find_table"].isEnabled()
    assert not actions["record.delete"].isEnabled()


def test_the_shortcuts_page_lists_every_action() -> None:
    page = shortcut_page()
    assert [line.text for line in page] == [spec.text for spec in ACTIONS]
    edit = next(line for line in page if line.text == "Edit…")
    assert edit.keys == "Shift+Enter, Ctrl+E"


def test_a_tip_names_the_first_shortcut() -> None:
    assert tip_with_keys(spec("data.refresh")) == "Read the records again  F5"
    assert tip_with_keys(spec("help.about")) == "Version and licence"
