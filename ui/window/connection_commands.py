"""Owns what becomes of a connection that was lost: saying so, and reconnecting; keeps what is staged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject

from desktop.base.keys import TableName
from desktop.edit.saved import Saved
from desktop.models.connection import Connection
from desktop.schema.labels import heading
from ui.dialogs import message
from ui.window.lost_bar import LostBar
from ui.window.words import database_name
from ui.window.workspace import Workspace

_ALTERED = "What you changed is still here. “Reload Tables” in the Data menu shows them as they are now."


class ConnectionCommands(QObject):
    """Watches the line of the open connection."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._window = workspace.window
        self.bar = LostBar(self._window.actions_["data.reconnect"], self._window)
        self._window.add_line(self.bar)
        workspace.ready.connect(self._attach)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {"data.reconnect": self.reconnect}

    def reconnect(self) -> None:
        """Connect again and read everything anew; what is staged stays staged."""
        connection = self._workspace.connection
        if connection is None or not self.bar.button.isEnabled():
            return
        self.bar.working(True)
        tracker = self._window.jobs.track(f"Reconnecting to {database_name(connection.database.profile)}")
        tracker.follow(
            connection.reconnect(partial(self._back, connection), self._failed, self, cancelled=self._idle)
        )

    def _attach(self) -> None:
        connection = self._workspace.connection
        if connection is not None:
            connection.line.connect(self._tell)
            connection.closing.connect(self._detach)
            connection.workbench.changed.connect(self._tell)
            connection.workbench.remarked.connect(self._remark)

    def _detach(self) -> None:
        self.bar.working(False)
        self.bar.tell(None, kept=False)

    def _tell(self) -> None:
        connection = self._workspace.connection
        if connection is not None:
            self.bar.tell(connection.lost, kept=connection.workbench.staging.dirty)

    def _remark(self, words: str) -> None:
        if (tab := self._workspace.tab) is not None:
            tab.foot.remark(words)

    def _back(self, connection: Connection, altered: frozenset[TableName]) -> None:
        self.bar.working(False)
        self._remark("Connected again")
        if connection.workbench.sending.unanswered:
            connection.workbench.save(_nothing, self._failed, self, only=())
        if altered:
            names = ", ".join(sorted(heading(name.name) for name in altered))
            sentence = f"The database has changed since it was opened: {names}."
            message.tell(self._window, "Reconnect", sentence, _ALTERED)

    def _idle(self) -> None:
        self.bar.working(False)

    def _failed(self, error: Exception) -> None:
        self.bar.working(False)
        message.show_error(self._window, error, title="Reconnect")


def _nothing(saved: Saved) -> None:
    """What was found out is remarked by the workbench."""
