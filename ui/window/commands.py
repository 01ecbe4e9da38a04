"""Owns binding every action to what it does; the doing is in the command modules, one per menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ui.window.area_commands import AreaCommands
from ui.window.bulk_commands import BulkCommands
from ui.window.cell_commands import CellCommands
from ui.window.change_commands import ChangeCommands
from ui.window.clipboard_commands import ClipboardCommands
from ui.window.connection_commands import ConnectionCommands
from ui.window.data_commands import DataCommands
from ui.window.draft_commands import DraftCommands
from ui.window.edit_commands import EditCommands
from ui.window.file_commands import FileCommands
from ui.window.help_commands import HelpCommands
from ui.window.panel_commands import PanelCommands
from ui.window.record_commands import RecordCommands
from ui.window.replace_commands import ReplaceCommands
from ui.window.review_commands import ReviewCommands
from ui.window.saves_commands import SavesCommands
from ui.window.settings_commands import SettingsCommands
from ui.window.view_commands import ViewCommands
from ui.window.workspace import Workspace


class Commands:
    """All command groups of one window; keep it as long as the window."""

    def __init__(self, workspace: Workspace) -> None:
        self.file = FileCommands(workspace)
        self.settings = SettingsCommands(workspace)
        self.edit = EditCommands(workspace)
        self.clipboard = ClipboardCommands(workspace)
        self.record = RecordCommands(workspace)
        self.bulk = BulkCommands(workspace)
        self.view = ViewCommands(workspace)
        self.areas = AreaCommands(workspace)
        self.panel = PanelCommands(workspace)
        self.data = DataCommands(workspace)
        self.line = ConnectionCommands(workspace)
        self.changes = ChangeCommands(workspace)
        self.review = ReviewCommands(workspace, self.changes)
        self.replace = ReplaceCommands(workspace)
        self.cells = CellCommands(workspace)
        self.help = HelpCommands(workspace)
        self.drafts = DraftCommands(workspace)
        self.saves = SavesCommands(workspace)
        workspace.window.actions_.bind(self.handlers())
        workspace.served = True
        if workspace.connection is not None:
            workspace.ready.emit()  # for those who were not there yet
        workspace.update_actions()

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What every action does, by its id."""
        return {
            **self.file.handlers(),
            **self.settings.handlers(),
            **self.edit.handlers(),
            **self.clipboard.handlers(),
            **self.record.handlers(),
            **self.bulk.handlers(),
            **self.view.handlers(),
            **self.areas.handlers(),
            **self.panel.handlers(),
            **self.data.handlers(),
            **self.line.handlers(),
            **self.changes.handlers(),
            **self.review.handlers(),
            **self.replace.handlers(),
            **self.cells.handlers(),
            **self.saves.handlers(),
            **self.help.handlers(),
        }
