"""Owns what becomes of changes not saved: save, discard, undo, review, asking before they are lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer

from desktop.base.keys import NewKey, RecordRef
from desktop.base.refusal import Refusal, RefusedError
from desktop.edit.saved import Saved
from desktop.models.connection import Connection
from desktop.models.workbench import Workbench
from desktop.schema.labels import column_heading
from desktop.staging.resolve import Resolution
from ui.dialogs import message
from ui.dialogs.conflict_dialog import ConflictDialog, is_settled_by_choice
from ui.dialogs.refused_records import told_together
from ui.panels.record_panel import RecordPanel
from ui.window.staged_bar import records_words
from ui.window.words import short
from ui.window.workspace import Workspace

Then = Callable[[], None]

_CHOICES = (
    message.Choice("save", "Save", message.Tone.MAIN),
    message.Choice("drop", "Don’t Save", message.Tone.OTHER),
    message.Choice("stay", "Cancel", message.Tone.SAFE),
)


class ChangeCommands(QObject):
    """Everything that is done with the changes of the open connection as a whole."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._window = workspace.window
        self._asking = False
        workspace.may_leave = self.may_leave
        workspace.ready.connect(self._attach)
        self._window.before_close = self._before_close
        self._window.tabs.front_changed.connect(self._tell)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "edit.undo": self.undo,
            "edit.redo": self.redo,
            "data.save": self.save,
            "data.discard": self.discard,
        }

    def undo(self) -> None:
        """Take back the last change; of an open editor's text first."""
        if (connection := self._settled()) is not None:
            connection.workbench.undo()

    def redo(self) -> None:
        """Make the change again."""
        if (connection := self._settled()) is not None:
            connection.workbench.redo()

    def save(self, then: Then | None = None, failed: Then | None = None) -> None:
        """Write everything staged; a refusal is told, and the way leads to the field."""
        connection = self._settled()
        if connection is None or not connection.workbench.staging.dirty:
            return
        if connection.workbench.saving:  # one at a time; whoever waits for this one is told to stay
            if failed is not None:
                failed()
            return
        if connection.database.profile.review and not self._window.actions_["data.review"].isChecked():
            self.review()  # what is written is what was looked at: Save there, or once more
            if failed is not None:
                failed()
            return
        records = records_words(connection.workbench.staging.record_count, connection.locale)
        refused = partial(self._refused, connection, then, failed)
        job = connection.workbench.save(partial(self._saved, then), refused, owner=self, cancelled=failed)
        if job is not None:  # a server that does not answer must not be waited for without a way out
            self._window.jobs.track(f"Saving {records}").follow(job)

    def discard(self) -> None:
        """Take everything back; that can be undone like any other step."""
        if (connection := self._settled()) is not None:
            connection.workbench.discard()

    def settle(self) -> None:
        """Take what stands in open editors."""
        self._settled()

    def review(self) -> None:
        """Show every change in words."""
        action = self._window.actions_["data.review"]
        if not action.isChecked():
            action.trigger()

    def go_to(self, ref: RecordRef, column: str = "") -> None:
        """Bring a record into sight in the tab of its table."""
        tab = self._workspace.open_table(ref.table)
        if tab is None:
            return
        if isinstance(ref.key, NewKey):
            tab.grid.records.show(ref, column)
        else:
            tab.show_record(ref.key, column)

    def _reveal(self, ref: RecordRef, column: str) -> bool:
        """Lead to a child where the person has entered it, beside its parent; False where it is not there."""
        panel, tab = self._window.panel, self._workspace.tab
        if not isinstance(panel, RecordPanel) or tab is None or tab.table.name == ref.table:
            return False
        tabs = panel.record_tabs if panel.isVisible() and panel.record is not None else None
        return tabs is not None and tabs.reveal(ref, column)

    # before changes are lost

    def may_leave(self, go_on: Then, stay: Then) -> bool:
        """Whether nothing would be lost; else the person is asked, and one of the two follows."""
        connection = self._settled()
        if connection is None or not connection.workbench.staging.dirty:
            return True
        if self._asking:
            stay()
            return False
        self._asking = True
        bench = connection.workbench
        if bench.saving:
            self._after_save(bench, go_on, stay)
            return False

        def answered(choice: str) -> None:
            self._asking = False
            if choice == "save":
                self.save(go_on, stay)
            elif choice == "drop":
                bench.discard()
                go_on()
            else:
                stay()

        records = records_words(bench.staging.record_count, connection.locale)
        sentence = f"Save changes to {records} in {short(connection.database.profile.name)}?"
        hint = "What is not saved now is lost."
        message.ask(self._window, "Unsaved changes", sentence, hint, _CHOICES, answered)
        return False

    def _after_save(self, bench: Workbench, go_on: Then, stay: Then) -> None:
        """What is being saved needs no question; it can be cancelled, or be refused, and then they stay."""

        def ended() -> None:
            self._asking = False
            if bench.staging.dirty:
                stay()
            else:
                go_on()

        def told(saving: bool) -> None:
            bench.busy.disconnect(told)
            QTimer.singleShot(0, self, ended)  # by then it is known what is still staged

        bench.busy.connect(told)

    def _before_close(self) -> bool:
        return self.may_leave(self._close, _nothing)

    def _close(self) -> None:
        self._window.close()

    # what happens

    def _attach(self) -> None:
        connection = self._workspace.connection
        if connection is not None:
            connection.workbench.changed.connect(self._tell)
            connection.workbench.busy.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        """Bring the marks of the tabs and the actions up to date."""
        connection = self._workspace.connection
        if connection is None:
            return
        changed = connection.workbench.staging.tables
        for tab in self._workspace.tabs:
            self._window.tabs.mark(tab, tab.table.name in changed)
        self._workspace.update_actions()

    def _settled(self) -> Connection | None:
        """The connection, with what stands in open editors staged."""
        for grid in (*(tab.grid for tab in self._workspace.tabs), *self._workspace.beside()):
            grid.editing.commit()
        return self._workspace.connection

    def _saved(self, then: Then | None, saved: Saved) -> None:
        if then is not None:
            then()

    def _refused(
        self, connection: Connection, then: Then | None, failed: Then | None, error: Exception
    ) -> None:
        refusals = error.refusals if isinstance(error, RefusedError) else (message.refusal_of(error),)
        first = refusals[0]
        if is_settled_by_choice(refusals):
            self._choose(connection, refusals, then, failed)
            return
        about, column = first.record, first.fields[0] if first.fields else ""
        label, several = "", None
        if len(refusals) > 1 and isinstance(error, RefusedError):
            label, several = "Go to First", told_together(connection, error)
        elif about is not None and column and about.table in connection.database.schema.tables:
            label = f"Edit {column_heading(connection.database.table(about.table), column)}"

        def closed() -> None:
            if failed is not None:
                failed()
            if about is not None and not self._reveal(about, column):
                self.go_to(about, column)

        open_other = self._workspace.open_ref
        message.show_refusal(
            self._window,
            first,
            title="Save changes",
            open_other=open_other,
            edit_label=label,
            done=closed,
            several=several,
        )

    def _choose(
        self, connection: Connection, refusals: Sequence[Refusal], then: Then | None, failed: Then | None
    ) -> None:
        """Somebody else was at the same fields: let the person choose, and save again."""

        def decided(resolution: Resolution) -> None:
            known = {ref: self._known(ref) for ref in resolution.again}
            connection.workbench.resolve(resolution, known)
            if connection.workbench.staging.dirty:
                self.save(then, failed)
            elif then is not None:
                then()

        dialog = ConflictDialog(connection, refusals, "Save changes", self._window)
        dialog.decided.connect(decided)
        if failed is not None:
            dialog.rejected.connect(failed)
        dialog.open()

    def _known(self, ref: RecordRef) -> Mapping[str, object]:
        """What an open tab still shows of a record that is gone."""
        for tab in self._workspace.tabs:
            number = tab.model.rows.row_of(ref) if tab.table.name == ref.table else None
            row = tab.model.row_at(number) if number is not None else None
            if row is not None:
                return dict(zip(tab.view.columns, row.values, strict=True))
        return {}


def _nothing() -> None:
    """The person stays: nothing is to be done."""
