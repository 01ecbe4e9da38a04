"""Owns what the window tests share: a window over a database, and finding the dialog that is open."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop.models.connection import Connection
from ui import look
from ui.window.commands import Commands
from ui.window.main_window import MainWindow
from ui.window.table_tab import TableTab
from ui.window.window_state import WindowState
from ui.window.workspace import Workspace


@dataclass
class Stage:
    """A window with its workspace and commands."""

    qtbot: QtBot
    window: MainWindow
    workspace: Workspace
    commands: Commands

    def open(self, table: str) -> TableTab:
        """The tab of a table, with its records shown."""
        connection = self.workspace.connection
        assert connection is not None
        tab = self.workspace.open_table(connection.database.find(table))
        assert tab is not None
        self.qtbot.waitUntil(lambda: "loading" not in tab.foot.text)
        return tab

    def run(self, action: str) -> None:
        """Trigger an action as the menu does; it must be enabled."""
        assert self.window.actions_[action].isEnabled(), action
        self.window.actions_[action].trigger()

    def dialog(self) -> QDialog:
        """The dialog that is open now."""
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QDialog))
        found = QApplication.activeModalWidget()
        assert isinstance(found, QDialog)
        return found

    def foot_says(self, tab: TableTab, words: str) -> None:
        """Wait for these words in the foot line."""
        self.qtbot.waitUntil(lambda: words in tab.foot.text)


def show_window(qtbot: QtBot, connection: Connection | None = None) -> Stage:
    """A window on the screen, over that connection."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    state = WindowState()
    look.apply(app, state.theme)
    window = MainWindow(state)
    qtbot.addWidget(window)
    workspace = Workspace(window)
    commands = Commands(workspace)
    workspace.update_actions()
    window.resize(1200, 760)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    if connection is not None:
        workspace.opener.adopt(connection)
    return Stage(qtbot, window, workspace, commands)
