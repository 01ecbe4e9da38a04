"""Owns what happens when somebody else changed the record one is editing: theirs or mine, field by field
shown in the form; saves nothing."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import NewKey, RecordRef
from desktop.base.refusal import Refusal
from desktop.browse.fetch import read_record
from desktop.browse.rows import Record
from desktop.models.connection import Connection
from ui.dialogs import message
from ui.dialogs.frame import DialogFrame
from ui.forms.record_form import RecordForm

_CHOICES = (
    message.Choice("theirs", "Take Theirs"),
    message.Choice("mine", "Keep Mine", message.Tone.MAIN),
)


class Meanwhile(QObject):
    """Reads the record again: untouched fields show what the other wrote, and the next save compares
    with that."""

    reread = Signal(object)
    """The Record as it is stored now."""

    def __init__(self, connection: Connection, form: RecordForm, dialog: DialogFrame) -> None:
        super().__init__(dialog)
        self._connection = connection
        self._form = form
        self._dialog = dialog

    def ask(self, refusal: Refusal, ref: RecordRef) -> None:
        """Tell what was changed by both, and whose is to stay; nothing that was typed goes unasked."""
        hint = "Nothing was saved. Keep yours and save again, or take what they have written."
        message.ask(
            self._dialog,
            self._dialog.windowTitle(),
            refusal.sentence,
            hint,
            _CHOICES,
            partial(self._answered, refusal, ref),
            sign=("account-multiple-outline", "changed"),
            safe="mine",
        )

    def _answered(self, refusal: Refusal, ref: RecordRef, choice: str) -> None:
        database, key, table = self._connection.database, ref.key, ref.table
        assert not isinstance(key, NewKey)

        def work(token: CancelToken, progress: Progress) -> Record | None:
            return read_record(database, table, key, token=token)

        def read(record: Record | None) -> None:
            if record is not None:
                self._take(record, refusal.fields, theirs=choice == "theirs")

        self._connection.lane.submit(work, read, self._not_read, owner=self)

    def _take(self, record: Record, names: tuple[str, ...], *, theirs: bool) -> None:
        self.reread.emit(record)
        if theirs:
            self._form.take(record, names)
        self._form.rebase(record)
        if not theirs:
            self._form.mark(names, "Changed by somebody else meanwhile. Saving again keeps yours.")

    def _not_read(self, error: Exception) -> None:
        message.show_error(self._dialog, error, title=self._dialog.windowTitle())
