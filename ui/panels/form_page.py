"""Owns the form tab of the record panel: the form of one record, why it is as it is, Save and Cancel."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.browse.rows import Record
from desktop.edit.changes import Action
from desktop.edit.saved import Saved
from desktop.models.connection import Connection
from desktop.schema.labels import record_word
from ui import look
from ui.actions.within import shortcut_within
from ui.dialogs.new_parents import NewParents
from ui.dialogs.record_dialog import RecordDialog
from ui.editors.factory import can_show
from ui.forms.form_staging import FormStaging, staged_values
from ui.forms.place_in_form import place_in, return_to
from ui.forms.record_form import RecordForm
from ui.panels.narrow import fit_in
from ui.turns import Steps


class FormPage(QWidget):
    """One table's form; what is typed is staged, and this record alone is saved from here."""

    open_wanted = Signal(object)
    """A RecordRef somebody asked to see."""
    saved_new = Signal(object)
    """The RecordRef that a new record got when it was saved from here."""
    refused = Signal(object)
    """The exception of a save."""
    left = Signal()
    """Esc: back to the grid."""

    def __init__(self, connection: Connection, table: TableName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.connection = connection
        self.table = connection.database.table(table)
        self.record: Record | None = None
        self.form: RecordForm | None = None
        self.staging: FormStaging | None = None
        self.parents: NewParents | None = None
        """New records made for the references of the record shown."""
        self._word = record_word(self.table)
        self._bench = connection.workbench
        self._locked = False
        """The form shows a record that is to be deleted."""
        self.banner = QLabel()
        self.banner.setProperty("role", "banner")
        self.banner.setTextFormat(Qt.TextFormat.PlainText)
        self.banner.setWordWrap(True)
        self._build()
        self._bench.changed.connect(self._tell)
        self._bench.busy.connect(self._tell)
        self._tell()

    @property
    def is_new(self) -> bool:
        """The record shown is only staged."""
        return self.record is not None and _is_new(self.record)

    @property
    def dirty(self) -> bool:
        """Something is staged for the record shown."""
        return self.record is not None and self._bench.staging.state(self.record.ref) is not None

    def show_record(self, record: Record) -> None:
        """Show this record in place of the one before; the person stays in the same field."""
        for _ in self.showing(record):
            pass

    def showing(self, record: Record) -> Steps:
        """As ``show_record``; the one before is shown until all is built."""
        if self.record == record and self.staging is not None:
            self.staging.tell_adjusted()
            return  # read again and still the same: nothing is taken from under the person's hands
        form = RecordForm(self.connection, self.table, self)
        form.hide()
        try:
            staged = staged_values(self._bench, record.ref)
            yield from form.building(None if _is_new(record) else record, staged=staged)
            fit_in(form)
            yield
            if staged == staged_values(self._bench, record.ref):
                self._exchange(form, record)
            else:  # something was entered elsewhere meanwhile
                self.show_record(record)
        finally:
            if self.form is not form and shiboken6.isValid(form):
                form.deleteLater()

    def _exchange(self, form: RecordForm, record: Record) -> None:
        same = self.record is not None and self.record.ref == record.ref
        place = place_in(self.form)
        self.record = record
        self._locked = False
        form.open_wanted.connect(self._open)
        self.parents = NewParents(form, record.ref, self._dialog_over, self._bench)
        self.staging = FormStaging(form, record, self.connection, self._make_anew)
        self.staging.tell_adjusted()
        self._put(form)
        if place is not None:
            return_to(form, place, keep_cursor=same)
        self._tell()

    def take_saved(self, stored: Record) -> None:
        """Show what a save has stored of the record shown, before all is read again: until then somebody may
        type on, and that is to be compared with what is stored now."""
        if self.record is None or self.form is None or self.staging is None:
            return
        record = _as_saved(self.record, stored)
        shown = all(can_show(field.editor, record.values.get(n)) for n, field in self.form.fields.items())
        if stored.ref == self.record.ref and shown:
            self.record = record
            self.staging.take_saved(record)
        else:  # also where it was new: a stored one has other fields to fill in
            self.record = self.record._replace(ref=stored.ref)  # still the same: the cursor stays
            self.show_record(record)

    def focus(self, column: str | None = None) -> None:
        """Go to a field, or to the first one."""
        if self.form is not None and column in self.form.fields:
            self.form.focus_field(column)
        elif self.form is not None:
            self.form.focus_first()

    def save(self) -> None:
        """Save what is staged for this record, in the background."""
        if self.record is None or self.form is None or not self.save_button.isEnabled():
            return
        if self._deleted or self.form.check(new=self.is_new):
            ref = self.record.ref
            self._bench.save(partial(self._saved, ref), self.refused.emit, self, only=[ref])

    def _saved(self, ref: RecordRef, saved: Saved) -> None:
        if isinstance(ref.key, NewKey) and ref in saved.final:
            self.saved_new.emit(saved.final[ref])

    def cancel(self) -> None:
        """Take back what is staged for this record; it can be undone."""
        if self.record is not None:
            self._bench.revert(self.record.ref)

    # building

    def _build(self) -> None:
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setToolTip(f"Take back the changes to this {self._word}")
        self.save_button = QPushButton()
        self.save_button.setProperty("role", "primary")
        self.cancel_button.clicked.connect(lambda: self.cancel())
        self.save_button.clicked.connect(lambda: self.save())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut_within(self, keys, self.save)
        shortcut_within(self, "Esc", self.left.emit)
        shortcut_within(self, "Ctrl+Del", self._keep)
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
        self._column.addWidget(self._buttons)
        self._buttons.setVisible(not self.table.read_only_reason)

    def _make_anew(self) -> None:
        if self.record is not None:
            self.staging = None
            self.show_record(self.record)

    def _put(self, form: RecordForm) -> None:
        old, self.form = self.form, form
        self._column.insertWidget(1, form, 1)
        form.show()
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()

    # what can be done now

    @property
    def _deleted(self) -> bool:
        return self.record is not None and self._bench.staging.state(self.record.ref) is Action.DELETE

    def _tell(self) -> None:
        """Bring the banner, the buttons and the fields up to date."""
        gone = self._deleted
        reason = self._going_reason() if gone else self.table.read_only_reason
        self.banner.setText(reason)
        self.banner.setVisible(bool(reason))
        ready = self.dirty and not self._bench.saving
        verb = "Delete" if gone else "Save"
        self.save_button.setText("Saving…" if self._bench.saving else f"{verb} {self._word}")
        self.save_button.setToolTip(
            f"Delete this {self._word} now  Ctrl+Enter"
            if gone
            else f"Save the changes to this {self._word}  Ctrl+Enter"
        )
        self.save_button.setEnabled(ready)
        self.cancel_button.setEnabled(ready)
        if gone and self.form is not None:
            self.form.set_read_only()
            self._locked = True
        elif self._locked and self.record is not None:
            self._make_anew()  # kept: a form to be edited again

    def _keep(self) -> None:
        """Ctrl+Del, as in the grid: the record is not to be deleted after all."""
        if self._deleted:
            self.cancel()

    def _going_reason(self) -> str:
        return f"This {self._word} will be deleted with the next save. Press Ctrl+Del to keep it."

    # other records

    def _open(self, ref: RecordRef) -> None:
        if self.parents is None or not self.parents.open_staged(ref):
            self.open_wanted.emit(ref)

    def _dialog_over(self, table: TableName, again: NewKey | None) -> RecordDialog:
        """A new record is staged with the one here, and saved when that is saved."""
        return RecordDialog(self.connection, table, again, outer=self._bench, parent=self.window())


def _is_new(record: Record) -> bool:
    return isinstance(record.ref.key, NewKey)


def _as_saved(shown: Record, stored: Record) -> Record:
    """What is stored now; of one of very many only what was changed is known."""
    values, labels = {**shown.values, **stored.values}, {**shown.labels, **stored.labels}
    return (
        stored
        if set(values) == set(stored.values)
        else shown._replace(ref=stored.ref, values=values, labels=labels)
    )
