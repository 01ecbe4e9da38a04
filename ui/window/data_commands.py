"""Owns what the Data menu does: reading again, settings of tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ui.dialogs.table_settings_dialog import TableSettingsDialog
from ui.window.workspace import Workspace


class DataCommands:
    """The Data menu."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "data.refresh": self.refresh,
            "data.reload": self.reload,
            "data.settings": self.settings,
        }

    def refresh(self) -> None:
        """Read the records in front again; the current one stays current."""
        if (tab := self._workspace.tab) is not None:
            tab.model.connection.workbench.forget_adjusted()
            tab.model.refresh(keep_key=tab.current_key)

    def reload(self) -> None:
        """Read the tables and their columns again."""
        if (connection := self._workspace.connection) is not None:
            self._workspace.opener.reopen(connection.database.profile)

    def settings(self) -> None:
        """How records of the table in front are named and marked as deleted."""
        if (tab := self._workspace.tab) is not None:
            dialog = TableSettingsDialog(tab.connection, tab.table.name, self._workspace.window)
            dialog.applied.connect(lambda name: self._workspace.rebuild_tabs())
            dialog.open()
