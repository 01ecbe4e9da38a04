"""Owns the dialog of one record: loaded, edited, saved as one unit or left alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLayout, QStackedLayout, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Refusal
from desktop.browse.fetch import read_record
from desktop.browse.rows import Record
from desktop.edit.unit import Saved, Unit
from desktop.models.connection import Changed, Connection
from desktop.models.lanes import Job
from desktop.schema.labels import record_word
from ui import look
from ui.dialogs import message
from ui.dialogs.conflict_dialog import is_settled_by_choice
from ui.dialogs.frame import DialogFrame, text_label
from ui.dialogs.meanwhile import Meanwhile
from ui.dialogs.new_parents import NewParents
from ui.forms.record_form import RecordForm
from ui.forms.staged_start import StagedStart
from ui.forms.staging import stage_again, stage_form

_HEADLINE = 60
"""Characters of a name; the whole of it stands in its field."""


class RecordDialog(DialogFrame):
    """Edits a stored record (``key``), one that is staged (a NewKey) or a new one; with a shared ``unit`` it
    only stages, for the dialog that opened it to save, and ``again`` is a record it staged before."""

    fitted = False

    saved = Signal(object)
    """A Saved, after the commit."""
    staged = Signal(object, str)
    """With a shared unit: the RecordRef staged and its name."""

    def __init__(
        self,
        connection: Connection,
        table: TableName,
        key: Key | NewKey | None = None,
        *,
        template: Record | None = None,
        unit: Unit | None = None,
        again: RecordRef | None = None,
        focus: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._connection = connection
        self.table = connection.database.table(table)
        self._word = record_word(self.table)
        super().__init__(parent, self._title(key), 560)
        self._key = None if isinstance(key, NewKey) else key
        self._staged_new = RecordRef(table, key) if isinstance(key, NewKey) else None
        """Staged in the grid; it is saved under this reference, which others may point to."""
        self._template = template
        self._nested = unit is not None
        self.unit = unit or _unit_for(connection, table, key)
        """The editing scope everything here is staged in."""
        self._again = again
        self._ref: RecordRef | None = None
        self._focus = focus
        self._job: Job | None = None
        self._focused: QWidget | None = None
        self._record: Record | None = None
        self._build()
        self._start = StagedStart(connection.workbench, self.form)
        """What was staged in the grid before; the form begins with it."""
        if self._key is None:
            self._show(None)
        else:
            self._load()

    # what others may ask

    @property
    def ready(self) -> bool:
        """The record is shown."""
        return self._stack.currentWidget() is self.form

    @property
    def saving(self) -> bool:
        return self._job is not None and self._job.running

    def sizeHint(self) -> QSize:
        edges = (self.body, self.buttons)
        most = int(self.screen().availableGeometry().height() * 0.85)
        return _fitting(self.form.widget(), edges, most)

    def save(self) -> None:
        """Check, stage, write in the background; closes on success."""
        if not self.ready or self.saving or not self.save_button.isVisible():
            return
        if not self.form.check(new=self._key is None):
            return
        ref = self._stage()
        if self._nested:
            self._finish_staging(ref)
        elif not self.unit.dirty:
            self._start.forget()
            self.accept()
        else:
            self._write()

    def reject(self) -> None:
        """Cancel: asks first where something was typed; whatever was staged is dropped."""
        if self.saving:
            assert self._job is not None
            self._job.cancel()
        elif self.ready and self._start.left_behind and not self.table.read_only_reason:
            discard = f"Discard {self._word.capitalize()}" if self._key is None else "Discard Changes"
            choices = (
                message.Choice("keep", "Keep Editing", message.Tone.SAFE),
                message.Choice("discard", discard, message.Tone.DANGER),
            )

            def answered(choice: str) -> None:
                if choice == "discard":
                    self._discard()

            new = self._key is None
            sentence = f"Discard {'this new' if new else 'your changes to this'} {self._word}?"
            message.ask(self, self.windowTitle(), sentence, "Nothing has been saved.", choices, answered)
        else:
            self._discard()

    # building

    def _title(self, key: Key | NewKey | None) -> str:
        if self.table.read_only_reason:
            return f"View {self._word.capitalize()}"
        verb = "New" if key is None or isinstance(key, NewKey) else "Edit"
        return f"{verb} {self._word.capitalize()}"

    def _build(self) -> None:
        self.headline = text_label(self.windowTitle(), "title")
        self.headline.setMinimumWidth(1)  # a name without a space must not widen the dialog
        self.subline = text_label("", "faint")
        self.body.setSpacing(2)
        self.body.setContentsMargins(20, 16, 20, 8)
        self.body.addWidget(self.headline)
        self.body.addWidget(self.subline)
        if self.table.read_only_reason:
            self.body.addWidget(text_label(self.table.read_only_reason, "banner"))
        self.form = RecordForm(self._connection, self.table, self)
        self.form.open_wanted.connect(self.open_record)
        self._parents = NewParents(self.form, self.unit, self._nested_dialog)
        if not self._nested:
            self._parents.adopt(change.ref for change in self.unit.changes)
        self._meanwhile = Meanwhile(self._connection, self.form, self)
        self._meanwhile.reread.connect(self._know)
        self._meanwhile.settled.connect(self.save)
        self._meanwhile.discarded.connect(self._discard)
        self._meanwhile.again_wanted.connect(self._insert_again)
        self._placeholder = text_label("Loading…", "muted")
        self._placeholder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._placeholder)
        self._stack.addWidget(self.form)
        self.outer.insertWidget(1, holder, 1)
        self.buttons.addStretch(1)
        read_only = bool(self.table.read_only_reason)
        self.cancel_button = self.add_button("Close" if read_only else "Cancel", self.reject)
        text = f"Add {self._word.capitalize()}" if self._nested else "Save"
        self.save_button = self.add_button(text, self.save, role="primary", default=True)
        self.save_button.setToolTip("Ctrl+S")
        self.save_button.setVisible(not read_only)
        for keys in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.save)

    def _load(self) -> None:
        database, name, key = self._connection.database, self.table.name, self._key
        assert key is not None

        def work(token: CancelToken, progress: Progress) -> Record | None:
            return read_record(database, name, key, token=token)

        self.save_button.setEnabled(False)
        self._connection.lane.submit(work, self._loaded, self._not_loaded, owner=self)

    def _loaded(self, record: Record | None) -> None:
        if record is None:
            self._placeholder.setText(f"This {self._word} is no longer in the database.")
            self.save_button.hide()
            self.cancel_button.setText("Close")
        else:
            self.save_button.setEnabled(True)
            self._show(record)

    def _not_loaded(self, error: Exception) -> None:
        refusal = message.refusal_of(error)
        self._placeholder.setText(f"{refusal.sentence} {refusal.hint}".strip())

    def _show(self, record: Record | None) -> None:
        self._record = record
        if record is not None:
            name = record.label if len(record.label) <= _HEADLINE else record.label[:_HEADLINE] + "…"
            self.headline.setText(name or self.windowTitle())
            self.subline.setText(
                f"{self._word.capitalize()} {' · '.join(str(k) for k in record.ref.key)}"
                if isinstance(record.ref.key, tuple)
                else ""
            )
        self.subline.setVisible(bool(self.subline.text()))
        self.form.show_record(record, self._template)
        staged = self.unit.changes.get(self._again) if self._again is not None else None
        if staged is not None:
            self.form.put(staged.values)
        if record is not None and not self._nested:
            self._start.fill(record)
        elif self._staged_new is not None:
            self._start.fill_new(self._staged_new)
        self._stack.setCurrentWidget(self.form)
        self.grow(self.sizeHint())
        if self._focus in self.form.fields:
            self.form.focus_field(self._focus or "")
        else:
            self.form.focus_first()

    # saving

    def _stage(self) -> RecordRef:
        stored = self._record.ref if self._record is not None else None
        ref = stage_form(self.unit, self.form, stored or self._staged_new, self._ref)
        self._ref = ref
        self._parents.drop_unused(ref)
        return ref

    def _finish_staging(self, ref: RecordRef) -> None:
        values = self.form.label_text()
        self.staged.emit(ref, values or f"new {self._word}")
        self.accept()

    def _write(self) -> None:
        unit = self.unit

        def work(token: CancelToken, progress: Progress) -> Saved:
            return unit.save(token=token)

        self._set_busy(True)
        self._job = self._connection.lane.submit(
            work,
            self._saved,
            self._refused,
            owner=self,
            cancelled=partial(self._set_busy, False),
            always_tell=True,
        )

    def _saved(self, saved: Saved) -> None:
        self.accept()
        self._connection.workbench.saved_elsewhere(saved)
        self.saved.emit(saved)
        refs = tuple(saved.inserted) + tuple(saved.updated)
        self._connection.changed.emit(Changed(frozenset(saved.tables), refs, self))

    def _refused(self, error: Exception) -> None:
        self._set_busy(False)
        refusal = message.refusal_of(error)
        own = self._record.ref if self._record is not None else None
        if own is not None and refusal.record == own and is_settled_by_choice([refusal]):
            self._meanwhile.ask(refusal, own)
            return
        first = next((name for name in refusal.fields if name in self.form.fields), None)
        label = f"Edit {self.form.fields[first].heading}" if first else "Keep Editing"
        message.show_refusal(
            self,
            refusal,
            title=f"Save {self._word}",
            open_other=partial(self._open_and_mark, refusal),
            edit_label=label,
            done=partial(self._mark, refusal),
        )

    def _open_and_mark(self, refusal: Refusal, other: RecordRef) -> None:
        self._mark(refusal)
        self.open_record(other)

    def _mark(self, refusal: Refusal) -> None:
        about = refusal.record
        if about is not None and self._parents.made(about):
            self._parents.show_again(about, refusal)
        elif about is None or about.table == self.table.name:
            self.form.mark(refusal.fields, refusal.sentence)

    def _know(self, record: Record) -> None:
        self._record = record

    def _insert_again(self) -> None:
        assert self._record is not None
        self._ref = stage_again(self.unit, self.table, self._record, self.form)
        self._write()

    def _set_busy(self, busy: bool) -> None:
        self.save_button.setEnabled(not busy)
        if busy:
            self._focused = self.focusWidget()
        self.form.setEnabled(not busy)
        if not busy and self._focused is not None:
            self._focused.setFocus()
        self.save_button.setText("Saving…" if busy else "Save")

    # other records

    def open_record(self, ref: RecordRef) -> None:
        """Open another record in its own dialog over this one."""
        if not isinstance(ref.key, NewKey):
            RecordDialog(self._connection, ref.table, ref.key, parent=self).open()

    def _nested_dialog(self, table: TableName, again: RecordRef | None) -> RecordDialog:
        return RecordDialog(self._connection, table, unit=self.unit, again=again, parent=self)

    # leaving

    def _discard(self) -> None:
        if self._nested:
            self._parents.drop_all()
        else:
            self.unit.discard()
        super().reject()


def _unit_for(connection: Connection, table: TableName, key: Key | NewKey | None) -> Unit:
    """A unit with the new records that a record with staged changes points to; the form stages it itself."""
    if key is None:
        return Unit(connection.database, recorder=connection.recorder)
    ref = RecordRef(table, key)
    unit = connection.workbench.unit_for(ref)
    unit.changes.drop(ref)
    return unit


def _fitting(form: QWidget | None, edges: Iterable[QLayout], most: int) -> QSize:
    """The size of a dialog whose form is seen whole, as far as the screen has room."""
    width = look.scaled(600)
    layout = form.layout() if form is not None else None
    if form is None or layout is None:
        return QSize(width, look.scaled(420))
    wanted = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else form.sizeHint().height()
    wanted += sum(edge.totalHeightForWidth(width) if edge.hasHeightForWidth() else edge.sizeHint().height()
                  for edge in edges)  # fmt: skip
    return QSize(width, min(max(wanted, look.scaled(200)), most))
