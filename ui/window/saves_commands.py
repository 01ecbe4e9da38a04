"""Owns keeping what is saved on the open connection, and showing it; draws nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from desktop.models.saves_keeper import SavesKeeper
from ui.dialogs import message
from ui.dialogs.saved_changes_dialog import SavedChangesDialog
from ui.window.workspace import Workspace


class SavesCommands(QObject):
    """Every save is kept on this computer, so that it can be looked at and taken back."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self.keeper: SavesKeeper | None = None
        """Of the open connection."""
        self._told = False
        workspace.ready.connect(self._attach)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {"data.saves": self.show}

    def show(self) -> None:
        """Show the saves of the open connection."""
        if self.keeper is not None:
            SavedChangesDialog(self.keeper, self._workspace.window).open()

    def _attach(self) -> None:
        connection = self._workspace.connection
        if connection is not None:
            self.keeper = SavesKeeper(connection, self)
            self.keeper.not_kept.connect(self._not_kept)
            self.keeper.look_back()
            connection.tell_saves(self.keeper)
            connection.saves = self.keeper
            connection.closing.connect(self._detach)

    def _detach(self) -> None:
        keeper, self.keeper = self.keeper, None
        if keeper is not None:
            keeper.close()
            keeper.deleteLater()

    def _not_kept(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            sentence = "The changes are saved, but they cannot be taken back later."
            hint = "Rowkeeper’s own folder on this computer does not take them."
            details = f"{type(error).__name__}: {error}"
            message.tell(self._workspace.window, "Saved changes", sentence, hint, details=details)
