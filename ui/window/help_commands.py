"""Owns what the Help menu does: shortcuts, the sample database, about."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping

from desktop.sample.place import sample_file
from ui.actions.build import shortcut_page
from ui.dialogs import message
from ui.dialogs.about import show_about
from ui.dialogs.shortcuts_dialog import ShortcutRow, ShortcutsDialog
from ui.look import RESOURCES
from ui.window.workspace import Workspace


class HelpCommands:
    """The Help menu."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._window = workspace.window

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "help.shortcuts": self.shortcuts,
            "help.reset_sample": self.reset_sample,
            "help.about": self.about,
        }

    def shortcuts(self) -> None:
        """Show every action and its keys."""
        rows = [ShortcutRow(line.menu, line.text, line.keys) for line in shortcut_page()]
        ShortcutsDialog(rows, self._window).open()

    def reset_sample(self) -> None:
        """Put the sample database back as it was, after a question."""
        choices = (
            message.Choice("keep", "Cancel", message.Tone.SAFE),
            message.Choice("reset", "Reset Sample Database", message.Tone.DANGER),
        )
        message.ask(
            self._window,
            "Reset Sample Database",
            "Put the sample database back as it was?",
            "Everything you changed in it is lost. Your other databases are not touched.",
            choices,
            self._answered,
        )

    def about(self) -> None:
        """Version and licence."""
        show_about(self._window, version())

    def _answered(self, choice: str) -> None:
        if choice != "reset":
            return
        connection = self._workspace.connection
        if connection is not None and connection.database.profile.path == str(sample_file()):
            self._workspace.close_database()
        self._workspace.opener.reset_sample()


def version() -> str:
    """The version of this copy, as its project file says."""
    project = tomllib.loads((RESOURCES.parent / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
