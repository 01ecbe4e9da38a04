"""Owns the page of several records in the record panel: reads them, shows their form, tells what changes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.browse.many import ManyStored, read_many
from desktop.models.connection import Changed, Connection
from desktop.models.lanes import Job
from desktop.models.once_saved import once_saved
from desktop.schema.describe import Table
from desktop.schema.labels import column_heading, records_word
from desktop.schema.words import heading
from desktop.staging.many import ManyRecords
from desktop.values.locale import Locale
from ui import look
from ui.actions.within import shortcut_within
from ui.dialogs import message
from ui.dialogs.record_dialog import RecordDialog
from ui.editors.lookup import LookupEditor
from ui.forms.links_field import LinksField
from ui.forms.many_form import ManyForm
from ui.forms.place_in_form import place_in, return_to
from ui.panels.many_staging import ManyStaging
from ui.panels.narrow import fit_in
from ui.panels.record_loader import REST
from ui.window.words import number


class ManyPage(QWidget):
    """What is changed here is changed in all records; nothing else of them is written."""

    open_wanted = Signal(object)
    """A RecordRef somebody asked to see."""
    save_wanted = Signal()
    left = Signal()
    """Esc: back to the grid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form: ManyForm | None = None
        self.many: ManyRecords | None = None
        self._connection: Connection | None = None
        self._table: Table | None = None
        self._refs: tuple[RecordRef, ...] = ()
        self._job: Job | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._read)
        self._renew = QTimer(self, singleShot=True, interval=0)
        self._renew.timeout.connect(self._build)
        self.banner = QLabel()
        self.banner.setProperty("role", "banner")
        self.banner.setTextFormat(Qt.TextFormat.PlainText)
        self.banner.setWordWrap(True)
        self._lay_out()

    @property
    def busy(self) -> bool:
        """An answer is still to come."""
        return any(timer.isActive() for timer in (self._rest, self._renew)) or (
            self._job is not None and self._job.running
        )

    @property
    def refs(self) -> tuple[RecordRef, ...]:
        """The records asked for."""
        return self._refs

    def follow(self, connection: Connection, table: TableName, refs: Sequence[RecordRef]) -> None:
        """Show these records, as soon as they are read."""
        if connection is self._connection and tuple(refs) == self._refs:
            return
        self.stop()
        self._connection, self._table = connection, connection.database.table(table)
        self._refs = tuple(refs)
        connection.changed.connect(self._on_committed)
        connection.workbench.changed.connect(self._tell)
        connection.workbench.busy.connect(self._tell)
        self.banner.setText(f"Reading {_times(len(refs), self._table, connection.locale)}…")
        self.banner.show()
        self._buttons.hide()
        self._rest.start()

    def stop(self) -> None:
        """Let go of the records."""
        self._rest.stop()
        self._renew.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if self._connection is not None:
            self._connection.changed.disconnect(self._on_committed)
            self._connection.workbench.changed.disconnect(self._tell)
            self._connection.workbench.busy.disconnect(self._tell)
        self._connection, self._refs, self.many = None, (), None
        self._put(None)

    def cancel(self) -> None:
        """Take back what is staged for the stored ones of these records, as one step."""
        if self.many is not None and self._connection is not None:
            refs = [ref for ref in self.many.refs if not isinstance(ref.key, NewKey)]
            self._connection.workbench.take_back(refs, f"take back {len(refs):,} records")

    # reading

    def _read(self) -> None:
        connection, table, refs = self._connection, self._table, self._refs
        assert connection is not None and table is not None
        database = connection.database
        keys = [ref.key for ref in refs if not isinstance(ref.key, NewKey)]

        def work(token: CancelToken, progress: Progress) -> ManyStored:
            return read_many(database, table.name, keys, token=token)

        def read(stored: ManyStored) -> None:
            if connection is self._connection and refs == self._refs:
                self.many = ManyRecords(table, refs, stored, connection.workbench.staging)
                self._build()

        self._job = connection.lane.submit(work, read, self._failed, owner=self)

    def _failed(self, error: Exception) -> None:
        refusal = message.refusal_of(error)
        self._put(None)
        self.banner.setText(f"{refusal.sentence} {refusal.hint}".strip())
        self.banner.show()

    def _on_committed(self, changed: Changed) -> None:
        table = self._table
        if table is None:
            return
        near = {table.name, *(key.target for key in table.foreign_keys)}
        near |= {name for link in table.links for name in (link.through, link.there.target)}
        if changed.tables & near:
            if self.many is not None:  # until they are read again somebody may type on
                self.many.take_saved(changed.records)
            self._rest.start(0)

    # the form

    def _build(self) -> None:
        """Make the form anew, of what is stored and staged now; the person stays in the same field."""
        connection, table, many = self._connection, self._table, self.many
        if connection is None or table is None or many is None:
            return
        place = place_in(self.form)
        form = ManyForm(connection, table, many, self)
        fit_in(form)
        form.open_wanted.connect(self.open_wanted)
        form.new_wanted.connect(self._want_new)
        staging = ManyStaging(form, many, connection.workbench)
        staging.outdated.connect(self._renew.start)
        self._put(form)
        if place is not None:
            return_to(form, place, keep_cursor=True)
        self._buttons.setVisible(not table.read_only_reason)
        self._tell()

    def _put(self, form: ManyForm | None) -> None:
        old, self.form = self.form, form
        if form is not None:
            self._column.insertWidget(1, form, 1)
            form.show()
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()

    def _lay_out(self) -> None:
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setToolTip("Take back the changes to these records")
        self.save_button = QPushButton("Save all changes")
        self.save_button.setToolTip("Save everything that is changed  Ctrl+S")
        self.save_button.setProperty("role", "primary")
        self.cancel_button.clicked.connect(lambda: self.cancel())
        self.save_button.clicked.connect(lambda: self.save_wanted.emit())
        shortcut_within(self, "Esc", self.left.emit)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut_within(self, keys, self.save_wanted.emit)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(14, 8, 14, 10)
        row.setSpacing(2 * look.STEP)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.save_button)
        above = QVBoxLayout()
        above.setContentsMargins(14, 4, 14, 4)
        above.addWidget(self.banner)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(above)
        self._column.addStretch(0)
        self._column.addWidget(self._buttons)

    def _tell(self) -> None:
        """Say what will change, and on how many records."""
        connection, table, many = self._connection, self._table, self.many
        if connection is None or table is None or many is None or self.form is None:
            return
        counts, locale = many.counts(), connection.locale
        sentences = [
            f"{_heading(table, name)} will change on {number(count, locale)} "
            f"record{'' if count == 1 else 's'}."
            for name, count in counts.items()
        ]
        self.banner.setText(table.read_only_reason or "\n".join(sentences))
        self.banner.setVisible(bool(self.banner.text()))
        ready = bool(counts) and not connection.workbench.saving
        self.cancel_button.setEnabled(ready)
        self.save_button.setEnabled(ready)

    # new records to point to

    def _want_new(self, asker: LookupEditor | LinksField) -> None:
        """Enter a new record, staged with the reference to it and saved when these records are saved."""
        if self._connection is not None:
            once_saved(self._connection.workbench, asker, lambda: self._enter_new(asker))

    def _enter_new(self, asker: LookupEditor | LinksField) -> None:
        if self._connection is None:
            return
        if isinstance(asker, LookupEditor):
            target, name = asker.foreign_key.target, asker.column.name
        else:
            target, name = asker.link.there.target, asker.link.name
        dialog = RecordDialog(
            self._connection, target, outer=self._connection.workbench, parent=self.window()
        )
        dialog.staged.connect(partial(self._take_new, name, dialog))
        dialog.open()

    def _take_new(self, name: str, dialog: RecordDialog, ref: RecordRef, title: str) -> None:
        """Hand the new record over, and let all records point to it; the form may have been made anew."""
        dialog.scope.hand_over(dialog.step_name, ref)
        form = self.form
        if form is None:
            return
        if name in form.links:
            form.links[name].add_key(ref.key, title)
        elif name in form.fields and isinstance(editor := form.fields[name].editor, LookupEditor):
            editor.choose(ref.key, title)


def _heading(table: Table, name: str) -> str:
    relation = any(link.name == name for link in table.links)
    return heading(name) if relation else column_heading(table, name)


def _times(count: int, table: Table, locale: Locale) -> str:
    return f"{number(count, locale)} {records_word(table, count)}"
