"""Owns how the open connection is treated: its name, its colour, how it saves; opens none itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from desktop.base.cancel import CancelToken, Progress
from desktop.connect.profile import Profile
from desktop.connect.store import keep_settings
from ui.dialogs.connection_settings_dialog import ConnectionSettingsDialog
from ui.window.workspace import Workspace


class SettingsCommands:
    """The settings of the open connection."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {"file.settings": self.settings}

    def settings(self) -> None:
        """Ask how the open connection is to be treated."""
        if (connection := self._workspace.connection) is not None:
            dialog = ConnectionSettingsDialog(connection.database.profile, self._workspace.window)
            dialog.decided.connect(self._apply)
            dialog.open()

    def _apply(self, profile: Profile) -> None:
        """Keep it, and use it from now on: what a session may do is decided when it is opened."""
        connection = self._workspace.connection
        if connection is None:
            return

        def work(token: CancelToken, progress: Progress) -> Profile:
            return keep_settings(profile)

        def kept(profile: Profile) -> None:
            before = connection.database.profile
            if profile.read_only != before.read_only:
                self._workspace.opener.reopen(profile)
                return
            connection.database = replace(connection.database, profile=profile)
            window = self._workspace.window
            window.show_profile(profile, connection.database.share)
            window.tabs.front_changed.emit()  # its title names the connection, too

        connection.side.submit(work, kept, self._workspace.tell_failure, owner=connection)
