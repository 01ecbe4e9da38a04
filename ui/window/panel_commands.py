"""Owns the record panel in the window: where it is docked, which record it follows, what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop.base.keys import RecordRef
from desktop.base.refusal import Refusal, RefusedError
from desktop.edit.saved import Saved
from desktop.models.connection import Connection
from desktop.schema.labels import record_word
from desktop.staging.resolve import Resolution
from ui.dialogs import message
from ui.dialogs.conflict_dialog import ConflictDialog, is_settled_by_choice
from ui.dialogs.refused_records import told_together
from ui.panels.record_panel import NOTHING, RecordPanel
from ui.window.many_choice import ManyChoice
from ui.window.table_tab import TableTab
from ui.window.workspace import Workspace

READING = "This record is still being read."
KEYLESS = "The records here have no key to tell them apart, so they cannot be shown one by one."


_AT_ONCE = 300
"""Milliseconds in which a record may come without a word in between."""


class PanelCommands(QObject):
    """Keeps the panel on the current record of the tab in front."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._window = workspace.window
        self.panel = RecordPanel(self._window)
        self._window.dock(self.panel)
        actions = self._window.actions_
        actions["data.refresh"].triggered.connect(lambda: self.panel.reload())
        self.panel.previous_wanted.connect(actions["record.previous"].trigger)
        self.panel.next_wanted.connect(actions["record.next"].trigger)
        self.panel.close_wanted.connect(self._close)
        self.panel.left.connect(self._to_grid)
        self.panel.open_wanted.connect(self._open)
        self.panel.saved_new.connect(self._show_saved)
        self.panel.refused.connect(self._refused)
        self.panel.many.save_wanted.connect(actions["data.save"].trigger)
        self._many = ManyChoice(self.panel)
        self._unread = QTimer(self)
        self._unread.setSingleShot(True)
        self._unread.setInterval(_AT_ONCE)
        self._unread.timeout.connect(self._say_reading)
        workspace.current_changed.connect(self.follow)
        workspace.beside = self.panel.grids
        self.panel.cell_opened.connect(workspace.update_actions)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {"view.panel": self.toggle}

    def toggle(self) -> None:
        """Show or hide the panel; what is hidden reads nothing."""
        shown = self._window.actions_["view.panel"].isChecked()
        inside = self.panel.isAncestorOf(QApplication.focusWidget() or self._window)
        self._window.show_panel(shown)
        self.follow()
        if inside and not shown:
            self._to_grid()

    def follow(self) -> None:
        """Show the current record, where the panel is shown."""
        connection, tab = self._workspace.connection, self._workspace.tab
        if self.panel.connection is not connection:
            self.panel.clear()  # at once: the old one is about to be deleted
        if connection is None:
            return
        if self.panel.isHidden() or tab is None:
            self.panel.say(NOTHING)
        elif not tab.table.key:
            self.panel.say(KEYLESS)
        elif tab.grid.selected.size > 1:
            self._many.follow(connection, tab)
        elif (ref := _current(tab)) is not None:
            self.panel.follow(connection, ref)
        elif tab.grid.records.awaited:
            if not self._unread.isActive():  # however many rows are passed meanwhile
                self._unread.start()
        else:
            self.panel.say(NOTHING)

    def _say_reading(self) -> None:
        """The record before is not to be taken for the one that is still awaited."""
        tab = self._workspace.tab
        if tab is not None and tab.grid.records.awaited and not self.panel.isHidden():
            self.panel.say(READING)

    def _close(self) -> None:
        self._window.actions_["view.panel"].trigger()

    def _to_grid(self) -> None:
        tab = self._workspace.tab
        if tab is not None:
            tab.grid.setFocus()

    def _open(self, ref: RecordRef) -> None:
        self._workspace.open_ref(ref)

    def _show_saved(self, ref: RecordRef) -> None:
        """A new record was saved: it stays the current one, where it stands now."""
        tab = self._workspace.tab
        if tab is not None and tab.table.name == ref.table and isinstance(ref.key, tuple):
            tab.show_record(ref.key)

    def _refused(self, why: Exception | Refusal, title: str) -> None:
        refusal = why if isinstance(why, Refusal) else message.refusal_of(why)
        refusals = why.refusals if isinstance(why, RefusedError) else (refusal,)
        connection = self._workspace.connection
        if connection is not None and is_settled_by_choice(refusals):
            dialog = ConflictDialog(connection, refusals, title, self._window)
            dialog.decided.connect(partial(self._resolve, connection))
            dialog.open()
            return
        page, several = self.panel.form_page, None
        fields = page.form.fields if page is not None and page.form is not None else {}
        first = next((name for name in refusal.fields if name in fields), None)
        label = f"Edit {fields[first].heading}" if first else "Keep Editing"
        if connection is not None and isinstance(why, RefusedError) and len(refusals) > 1:
            several, label = told_together(connection, why), "Go to First"
        message.show_refusal(
            self._window,
            refusal,
            title=title,
            open_other=self._open,
            edit_label=label,
            done=lambda: self.panel.lead_to(refusal),
            several=several,
        )

    def _resolve(self, connection: Connection, resolution: Resolution) -> None:
        """Do what was chosen and save the record again."""
        record = self.panel.record
        known = {record.ref: record.values} if record is not None else {}
        again = connection.workbench.resolve(resolution, known)
        for ref in again or ((record.ref,) if record is not None and not resolution.discard else ()):
            word = record_word(connection.database.table(ref.table))
            connection.workbench.save(_nothing, partial(self._not_saved, f"Save {word}"), self, only=[ref])

    def _not_saved(self, title: str, error: Exception) -> None:
        self._refused(error, title)


def _nothing(_saved: Saved) -> None:
    """The staging has told everybody."""


def _current(tab: TableTab) -> RecordRef | None:
    """The current record of the grid, stored or only staged."""
    return tab.model.ref_at(tab.grid.currentIndex().row())
