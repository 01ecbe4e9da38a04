"""Owns what happens when somebody else changed or deleted the record one is editing in a dialog: asks, shows
in the form what was chosen, and saves again; nothing that was typed goes unasked."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import NewKey, RecordRef
from desktop.base.refusal import Refusal
from desktop.browse.fetch import read_record
from desktop.browse.links import MOST_LINKED
from desktop.browse.rows import Record
from desktop.models.connection import Connection
from desktop.staging.resolve import Resolution
from ui.dialogs import message
from ui.dialogs.conflict_dialog import ConflictDialog
from ui.dialogs.frame import DialogFrame
from ui.forms.record_form import RecordForm


class Meanwhile(QObject):
    """Reads the record again: untouched fields show what the other wrote, and the next save compares
    with that."""

    reread = Signal(object)
    """The Record as it is stored now; ``settled`` follows."""
    settled = Signal()
    """The form holds what was chosen: save again."""
    discarded = Signal()
    """The record is gone, and with it what was changed in it."""
    again_wanted = Signal(object)
    """The record is gone and shall be inserted again: the RecordRef under which it is staged now."""

    def __init__(self, connection: Connection, form: RecordForm, dialog: DialogFrame) -> None:
        super().__init__(dialog)
        self._connection = connection
        self._form = form
        self._dialog = dialog

    def ask(self, refusal: Refusal, record: Record) -> None:
        """Show what both have changed, and do what is chosen; Cancel leaves everything as it is."""
        asked = ConflictDialog(self._connection, [refusal], self._dialog.windowTitle(), self._dialog)
        asked.decided.connect(partial(self._decided, record))
        asked.rejected.connect(partial(self._left, refusal))
        asked.open()

    def _left(self, refusal: Refusal) -> None:
        self._form.mark(refusal.fields, "Somebody else has changed this meanwhile.")

    def _decided(self, record: Record, resolution: Resolution) -> None:
        bench = self._connection.workbench
        linked = {
            name: [key for key in links.shown if key not in links.removed]
            for name, links in self._form.links.items()
        }
        inserted = bench.resolve(resolution, {record.ref: record.values})
        if resolution.discard:
            self.discarded.emit()
        elif inserted:
            for name, keys in linked.items():
                bench.link(inserted[0], name, keys, ())
            self.again_wanted.emit(inserted[0])
        else:
            self._read(record.ref, resolution)

    def _read(self, ref: RecordRef, resolution: Resolution) -> None:
        database, key, table = self._connection.database, ref.key, ref.table
        assert not isinstance(key, NewKey)

        def work(token: CancelToken, progress: Progress) -> Record | None:
            return read_record(database, table, key, most_links=MOST_LINKED, token=token)

        def read(record: Record | None) -> None:
            if record is not None:
                self._take(record, resolution)
            self.settled.emit()  # where it is gone by now, saving tells

        self._connection.lane.submit(work, read, self._not_read, owner=self)

    def _take(self, record: Record, resolution: Resolution) -> None:
        self.reread.emit(record)
        self._form.take(record, tuple(conflict.column for conflict in resolution.theirs))
        # What was typed is compared with what the person has seen: whatever was changed since is asked again.
        seen = {editor.column.name: editor.base for editor in self._form.editors() if editor.touched}
        seen |= {conflict.column: conflict.theirs for conflict in resolution.mine}
        self._form.rebase(record._replace(values={**record.values, **seen}))

    def _not_read(self, error: Exception) -> None:
        message.show_error(self._dialog, error, title=self._dialog.windowTitle())
