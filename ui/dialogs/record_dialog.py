"""Owns the dialog of one record and what belongs to it: edited apart, saved as one or left alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLayout, QStackedLayout, QWidget

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Refusal, RefusedError
from desktop.browse.rows import Record
from desktop.edit.changes import Action
from desktop.edit.saved import Saved
from desktop.models.connection import Connection
from desktop.models.scope import Scope
from desktop.models.workbench import Workbench
from desktop.schema.describe import Table
from desktop.schema.labels import record_word
from ui import look
from ui.dialogs import message
from ui.dialogs.conflict_dialog import is_settled_by_choice
from ui.dialogs.frame import DialogFrame, text_label
from ui.dialogs.meanwhile import Meanwhile
from ui.dialogs.new_parents import NewParents
from ui.dialogs.refused_records import told_together
from ui.forms.form_staging import FormStaging, stage_entered, staged_values
from ui.forms.record_form import RecordForm
from ui.panels.record_loader import RecordLoader
from ui.panels.record_tabs import RecordTabs

_HEADLINE = 60
"""Characters of a name; the whole of it stands in its field."""


class RecordDialog(DialogFrame):
    """Edits a record, stored or staged (``key``), or a new one, with what belongs to it. With ``outer`` it
    saves nothing: "Add" tells by ``staged`` that it may be handed over there (see ``scope``)."""

    fitted = False

    saved = Signal(object)
    """A Saved, after the commit."""
    staged = Signal(object, str)
    """With ``outer``: the RecordRef of the record added and its name."""

    def __init__(
        self,
        connection: Connection,
        table: TableName,
        key: Key | NewKey | None = None,
        *,
        template: Record | None = None,
        outer: Workbench | None = None,
        focus: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._connection = connection
        self.table = connection.database.table(table)
        self._word = record_word(self.table)
        self._is_new = not isinstance(key, tuple)
        super().__init__(parent, _title(self.table, self._word, new=self._is_new), 560)
        self.wear(connection.database.profile)
        self._nested = outer is not None
        # A staging apart: Cancel must leave what the grid has staged exactly as it was, and what is entered
        # here must not show there before. It is a whole workbench, so that the grids of children work in it.
        self.scope = Scope(connection, outer or connection.workbench, self)
        """The editing scope everything here is staged in."""
        self._template = template
        self._focus = focus
        self._focused: QWidget | None = None
        self._record: Record | None = None
        self._staging: FormStaging | None = None
        if isinstance(key, NewKey):
            self.step_name = f"change new {self._word}"
        else:
            self.step_name = f"new {self._word}"
        if key is None:
            key = self.bench.insert(table, {}).key
        self.ref = RecordRef(table, key)
        """The record shown; a new one has a NewKey."""
        self.scope.begin()
        self._build()
        if self._is_new:
            self._show(None)
        else:
            self.save_button.setEnabled(False)
            self._loader.wish(connection, self.ref, at_once=True)

    # what others may ask

    @property
    def bench(self) -> Workbench:
        """What is staged here."""
        return self.scope.workbench

    @property
    def ready(self) -> bool:
        """The record is shown."""
        return self._stack.currentWidget() is self.tabs

    @property
    def saving(self) -> bool:
        return self.bench.saving

    def sizeHint(self) -> QSize:
        edges = (self.body, self.buttons)
        most = int(self.screen().availableGeometry().height() * 0.85)
        size = _fitting(self.form.widget(), edges, most)
        if not self.tabs.tabs:
            return size
        high = max(size.height() + self.tabs.bar.sizeHint().height(), look.scaled(420))
        return QSize(size.width(), min(high, most))

    def save(self) -> None:
        """Check, write in the background; closes on success. With ``outer``: check, hand over, close."""
        if not self.ready or self.saving or not self.save_button.isVisible():
            return
        self.tabs.commit()
        if not self._is_going and not self.form.check(new=self._is_new):
            self.tabs.show_form()
            return
        if self._nested:
            self.staged.emit(self.ref, self.form.label_text() or f"new {self._word}")
            self.accept()
        elif not self.scope.save(self.ref, self._saved, self._refused, self):
            self.accept()

    def reject(self) -> None:
        """Cancel: asks first where something was entered; whatever was staged here is dropped."""
        if self.saving:
            self.scope.cancel_save()
            return
        self.tabs.commit()
        if self.ready and self.scope.differs and not self.table.read_only_reason:
            self._ask_discard()
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Closed, one way or the other: nothing is read any more."""
        self.tabs.close_models()
        super().done(result)
        self.scope.end()

    # building

    def _build(self) -> None:
        self.headline = text_label(self.windowTitle(), "title")
        self.headline.setMinimumWidth(1)  # a name without a space must not widen the dialog
        self.subline = text_label("", "faint")
        self.body.setSpacing(2)
        self.body.setContentsMargins(20, 16, 20, 8)
        self.body.addWidget(self.headline)
        self.body.addWidget(self.subline)
        if reason := _going_reason(self._word) if self._is_going else self.table.read_only_reason:
            self.body.addWidget(text_label(reason, "banner"))
        self.form = RecordForm(self.scope, self.table, self)
        self.form.open_wanted.connect(self.open_record)
        self._parents = NewParents(self.form, self.ref, self._nested_dialog, self.bench)
        self._meanwhile = Meanwhile(self.scope, self.form, self)
        self._meanwhile.reread.connect(self._know)
        self._meanwhile.settled.connect(self.save)
        self._meanwhile.discarded.connect(self._give_up)
        self._meanwhile.again_wanted.connect(self._insert_again)
        self.tabs = RecordTabs(self.scope, self.table, self.form, self)
        """The form, and what belongs to the record."""
        self.tabs.bar.setVisible(bool(self.tabs.tabs))
        self.tabs.open_wanted.connect(self.open_record)
        self.tabs.refused.connect(self._refuse)
        self._loader = RecordLoader(self)
        self._loader.loaded.connect(self._show)
        self._loader.gone.connect(self._not_shown)
        self._loader.failed.connect(self._not_shown)
        self._placeholder = text_label("Loading…", "muted")
        self._placeholder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._placeholder)
        self._stack.addWidget(self.tabs)
        self.outer.insertWidget(self.outer.indexOf(self.body) + 1, holder, 1)
        self.bench.busy.connect(self._set_busy)
        self._add_buttons()

    def _add_buttons(self) -> None:
        self.buttons.addStretch(1)
        read_only = bool(self.table.read_only_reason)
        self.cancel_button = self.add_button("Close" if read_only else "Cancel", self.reject)
        self._save_text = _save_text(self._word, going=self._is_going, nested=self._nested)
        self.save_button = self.add_button(self._save_text, self.save, role="primary", default=True)
        self.save_button.setToolTip("Ctrl+S")
        self.save_button.setVisible(not read_only)
        for keys in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.save)
        for keys, undo in (("Ctrl+Z", True), ("Ctrl+Y", False), ("Ctrl+Shift+Z", False)):
            QShortcut(QKeySequence(keys), self, partial(_go_step, self, undo=undo))

    def _not_shown(self, why: object) -> None:
        """There is nothing to show: the record is gone (its reference), or could not be read (the error)."""
        if isinstance(why, Exception):
            refusal = message.refusal_of(why)
            self._placeholder.setText(f"{refusal.sentence} {refusal.hint}".strip())
        else:
            self._placeholder.setText(f"This {self._word} is no longer in the database.")
            self.save_button.hide()
            self.cancel_button.setText("Close")

    def _show(self, record: Record | None) -> None:
        self._record = record
        self.save_button.setEnabled(True)
        if record is not None:
            name = record.label if len(record.label) <= _HEADLINE else record.label[:_HEADLINE] + "…"
            self.headline.setText(name or self.windowTitle())
            self.subline.setText(f"{self._word.capitalize()} {_key_text(self.ref)}")
        self.subline.setVisible(bool(self.subline.text()))
        shown = record or Record(self.ref, f"new {self._word}", {})
        self.form.show_record(record, self._template, staged=staged_values(self.bench, shown.ref))
        if self._template is not None:
            stage_entered(self.form, shown.ref, self.bench)
            self.bench.staging.steps.clear()  # a copy begins with these: no step of the person's
        self._staging = FormStaging(self.form, shown, self.scope)
        if self._is_going:
            self.form.set_read_only()
        self.tabs.show_record(shown)
        self._stack.setCurrentWidget(self.tabs)
        self.grow(self.sizeHint())
        if self._focus in self.form.fields:
            self.form.focus_field(self._focus or "")
        else:
            self.form.focus_first()

    @property
    def _is_going(self) -> bool:
        """The record is staged to be deleted."""
        return self.bench.staging.state(self.ref) is Action.DELETE

    # saving

    def _saved(self, saved: Saved) -> None:
        self.accept()
        self.saved.emit(saved)

    def _refused(self, error: Exception) -> None:
        refusal = message.refusal_of(error)
        if self._record is not None and refusal.record == self.ref and is_settled_by_choice([refusal]):
            self._meanwhile.ask(refusal, self._record)
            return
        own = refusal.record in (None, self.ref)
        first = next((name for name in refusal.fields if own and name in self.form.fields), None)
        label, several = f"Edit {self.form.fields[first].heading}" if first else "Keep Editing", None
        if isinstance(error, RefusedError) and len(error.refusals) > 1:
            label, several = "Go to First", told_together(self.scope, error)
        message.show_refusal(
            self,
            refusal,
            title=f"Save {self._word}",
            open_other=partial(self._open_and_mark, refusal),
            edit_label=label,
            done=partial(self._mark, refusal),
            several=several,
        )

    def _refuse(self, refusal: Refusal, title: str) -> None:
        message.show_refusal(self, refusal, title=title, open_other=self.open_record)

    def _open_and_mark(self, refusal: Refusal, other: RecordRef) -> None:
        self._mark(refusal)
        self.open_record(other)

    def _mark(self, refusal: Refusal) -> None:
        """Lead to what was refused: a child in its tab, a new record in its own dialog, or a field here."""
        about, column = refusal.record, next(iter(refusal.fields), "")
        if about is None or about == self.ref:
            self.tabs.show_form()
            self.form.mark(refusal.fields, refusal.sentence)
        elif not self.tabs.reveal(about, column):
            self._parents.show_again(about, refusal)

    def _know(self, record: Record) -> None:
        self._record = record

    def _give_up(self) -> None:
        """The record is gone, and what was changed in it, wherever it was staged."""
        self.scope.outer.revert(self.ref)
        super().reject()

    def _insert_again(self, ref: RecordRef) -> None:
        """Everything here is about the new record from now on, should saving it be refused."""
        self.ref, self._record, self._is_new = ref, None, True
        record = Record(ref, f"new {self._word}", {})
        self._parents.ref = ref
        if self._staging is not None:
            self._staging.begin_again(record)
        self.tabs.show_record(record)
        self.scope.save(ref, self._saved, self._refused, self)

    def _set_busy(self, busy: bool) -> None:
        self.save_button.setEnabled(not busy)
        if busy:
            self._focused = self.focusWidget()
        self.tabs.setEnabled(not busy)
        if not busy and self._focused is not None:
            self._focused.setFocus()
        self.save_button.setText("Saving…" if busy else self._save_text)

    # other records

    def open_record(self, ref: RecordRef) -> None:
        """Open another record in its own dialog over this one; a staged one is handed back here."""
        if isinstance(ref.key, NewKey):
            if not self._parents.open_staged(ref):
                dialog = self._nested_dialog(ref.table, ref.key)
                dialog.staged.connect(lambda: dialog.scope.hand_over(dialog.step_name))
                dialog.open()
        else:
            RecordDialog(self._connection, ref.table, ref.key, parent=self).open()

    def _nested_dialog(self, table: TableName, again: NewKey | None) -> RecordDialog:
        return RecordDialog(self._connection, table, again, outer=self.bench, parent=self)

    # leaving

    def _ask_discard(self) -> None:
        discard = f"Discard {self._word.capitalize()}" if self._is_new else "Discard Changes"
        choices = (
            message.Choice("keep", "Keep Editing", message.Tone.SAFE),
            message.Choice("discard", discard, message.Tone.DANGER),
        )

        def answered(choice: str) -> None:
            if choice == "discard":
                super(RecordDialog, self).reject()

        sentence = f"Discard {'this new' if self._is_new else 'your changes to this'} {self._word}?"
        message.ask(self, self.windowTitle(), sentence, "Nothing has been saved.", choices, answered)


def _go_step(dialog: RecordDialog, *, undo: bool) -> None:
    """Undo or redo what was done here; of what stands in an open cell first."""
    if dialog.ready and not dialog.saving:
        dialog.tabs.commit()
        if undo:
            dialog.bench.undo()
        else:
            dialog.bench.redo()


def _save_text(word: str, *, going: bool, nested: bool) -> str:
    verb = "Delete" if going else "Add" if nested else ""
    return f"{verb} {word.capitalize()}" if verb else "Save"


def _going_reason(word: str) -> str:
    return f"This {word} will be deleted with the next save. Ctrl+Del in the table keeps it."


def _title(table: Table, word: str, *, new: bool) -> str:
    if table.read_only_reason:
        return f"View {word.capitalize()}"
    return f"{'New' if new else 'Edit'} {word.capitalize()}"


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


def _key_text(ref: RecordRef) -> str:
    return "" if isinstance(ref.key, NewKey) else " · ".join(str(part) for part in ref.key)
