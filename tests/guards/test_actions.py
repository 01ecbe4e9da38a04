"""Every action is in a menu of the real window, does something, and is told about in the help."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import SIGNAL
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from tests.fixtures.databases import MakeDatabase
from tests.stories.conftest import Sit
from tests.stories.kit import Person
from ui.actions.spec import Needs
from ui.actions.table import ACTIONS
from ui.dialogs.shortcuts_dialog import ShortcutsDialog

README = Path(__file__).resolve().parents[2] / "README.md"
KEYS = re.compile(r"`((?:Ctrl|Alt|Shift|F\d|Enter|Esc)[A-Za-z0-9+]*)`")
IN_DIALOGS = {"Ctrl+S", "Esc", "Enter"}


@pytest.fixture
def person(sit: Sit, make_sqlite: MakeDatabase) -> Person:
    """Someone with one small table open."""
    person = sit(make_sqlite("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)"))
    person.open("things")
    return person


def entries(menu: QMenu) -> list[QAction]:
    """The entries of a menu and of the menus below it."""
    found: list[QAction] = []
    for action in menu.actions():
        submenu = action.menu()
        found += entries(submenu) if isinstance(submenu, QMenu) else [action]
    return found


def test_every_action_is_in_exactly_one_menu_of_the_window(person: Person) -> None:
    shown: list[str] = []
    for top in person.window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        shown += [entry.objectName() for entry in entries(menu) if entry.objectName()]
    assert sorted(shown) == sorted(spec.id for spec in ACTIONS)


def test_every_action_does_something(person: Person) -> None:
    idle = [
        spec.id
        for spec in ACTIONS
        if not person.window.actions_[spec.id].receivers(SIGNAL("triggered(bool)"))
    ]
    assert idle == []


def test_every_condition_is_used_and_can_be_met() -> None:
    assert {spec.needs for spec in ACTIONS} == set(Needs)


def test_the_help_names_every_action_with_its_keys(person: Person) -> None:
    person.press("F1")
    dialog = person.dialog(ShortcutsDialog)
    told: dict[str, str] = {}
    for place in range(dialog.list.topLevelItemCount()):
        item = dialog.list.topLevelItem(place)
        assert item is not None
        told[item.text(0)] = item.text(1)
    assert set(told) == {spec.text for spec in ACTIONS}
    for spec in ACTIONS:
        for key in spec.keys:
            native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
            assert native.replace("Return", "Enter") in told[spec.text].split(", "), spec.id
    person.press("Esc")
    person.gone(dialog)


def test_every_key_in_the_readme_does_what_is_said_there() -> None:
    known = {QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys}
    told = set(KEYS.findall(README.read_text(encoding="utf-8")))
    assert told
    assert {key for key in told if QKeySequence(key).toString() not in known} <= IN_DIALOGS
