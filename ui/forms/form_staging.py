"""Owns the bond of a form with the staging: what is entered is staged at once, what is staged is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer

from desktop.base.keys import Key, NewKey, RecordRef
from desktop.browse.rows import Record
from desktop.edit.changes import FieldChange
from desktop.edit.compare import still_as_seen
from desktop.models.connection import Connection
from desktop.models.workbench import Workbench
from desktop.schema.rules import check_value
from desktop.staging.staging import Edit, Invalid
from desktop.staging.words import title_of
from desktop.values.kinds import BadValue
from desktop.values.special import DEFAULT
from ui.editors.base import Editor
from ui.editors.factory import can_show
from ui.editors.lookup import LookupEditor
from ui.editors.texts import enter_text, text_in
from ui.forms.field import Field
from ui.forms.links_field import LinksField
from ui.forms.record_form import RecordForm


class FormStaging(QObject):
    """Binds the form of one record, stored or new; deleted with the form."""

    def __init__(
        self,
        form: RecordForm,
        record: Record,
        connection: Connection,
        renew: Callable[[], None] | None = None,
    ) -> None:
        """``renew`` makes the form anew where a field of it cannot hold what was staged elsewhere."""
        super().__init__(form)
        self._renew = renew
        self._form = form
        self._record = record
        self._connection = connection
        self._bench = connection.workbench
        form.belongs_to(record.ref)
        self._quiet = False
        """The form is being brought in line, or its own news is on the way back."""
        self._overtaken = False
        """Somebody else has changed what is staged here."""
        self.take_staged()
        self._mark_overtaken()
        for field in form.fields.values():
            field.editor.changed.connect(partial(self._entered, field))
            field.editor.focus_target().installEventFilter(self)
        for links in form.links.values():
            links.changed.connect(partial(self._linked, links))
        self._bench.changed.connect(self._on_changed)

    @property
    def ref(self) -> RecordRef:
        return self._record.ref

    def take_staged(self) -> None:
        """Show what is staged for the record, in every field."""
        self._quiet = True
        try:
            for name, field in self._form.fields.items():
                self._show_field(name, field)
            for links in self._form.links.values():
                self._show_links(links)
        finally:
            self._quiet = False
        if self._overtaken:
            self._mark_overtaken()
        self._mark_refused()

    def tell_adjusted(self) -> None:
        """Say under each field what the database has made of it, now that the record is shown as it is."""
        for name, sent in self._bench.adjusted.get(self.ref, {}).items():
            field = self._form.fields.get(name)
            if field is not None and not field.editor.touched:
                field.tell_adjusted(sent)

    def take_saved(self, record: Record) -> None:
        """This is what is stored now; what was entered since stays, and is compared with it from now on."""
        self._record = record
        self._quiet = True
        try:
            self._form.rebase(record)
        finally:
            self._quiet = False
        self.take_staged()
        self._mark_overtaken()

    def begin_again(self, record: Record) -> None:
        """The record shown was deleted meanwhile and is staged as this new one: all it holds is entered."""
        self._record = record
        self._quiet = True
        try:
            self._form.begin_again(record.ref)
        finally:
            self._quiet = False
        self.take_staged()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A text that is no value is marked when the person has left it, not under their hands."""
        if event.type() == QEvent.Type.FocusOut:
            for field in self._form.fields.values():
                if field.editor.focus_target() is watched:
                    self._mark(field)
        return False

    # from the form to the staging

    def _entered(self, field: Field) -> None:
        if self._quiet or field.editor.read_only:
            return
        editor, name, staging = field.editor, field.column_name, self._bench.staging
        if editor.touched:
            new, label = entered(editor, field.heading)
            edit = Edit(self.ref, name, editor.base, new, label)
        elif staging.field(self.ref, name) is not None:
            base = staging.base(self.ref, name)
            edit = Edit(self.ref, name, base, base)
        else:
            return
        self._name_record()
        self._quiet = True
        try:
            self._bench.edit(f"set {field.heading}", [edit], merge=True)
        finally:
            self._quiet = False

    def _linked(self, links: LinksField) -> None:
        if self._quiet:
            return
        added, removed = self._staged_links(links)
        plus = [key for key in links.added if key not in added] + [
            key for key in removed if key not in links.removed
        ]
        minus: list[Key | NewKey] = [key for key in links.removed if key not in removed]
        minus += [key for key in added if key not in links.added]
        self._name_record()
        known = {one.key: one.label for one in self._record.links.get(links.link.name, ())}
        for key, name in (known | links.shown).items():
            if not isinstance(key, NewKey):
                self._bench.staging.titles.setdefault(RecordRef(links.link.there.target, key), name)
        self._quiet = True
        try:
            self._bench.link(self.ref, links.link.name, plus, minus, f"change {links.heading}")
        finally:
            self._quiet = False

    def _name_record(self) -> None:
        """What the record is called, for the words; a new one is called by what is staged for it."""
        if not isinstance(self.ref.key, NewKey):
            self._bench.staging.titles.setdefault(self.ref, self._record.label)

    # from the staging to the form

    def _on_changed(self, refs: object) -> None:
        if not self._bench.adjusted:
            for field in self._form.fields.values():
                field.made.hide()
        if self._quiet:
            return
        if refs is None or (isinstance(refs, frozenset) and self.ref in refs):
            self.take_staged()

    def _show_field(self, name: str, field: Field) -> None:
        editor, staged = field.editor, self._bench.staging.field(self.ref, name)
        if isinstance(staged, Invalid):
            if not editor.touched or text_in(editor) != staged.text:
                enter_text(editor, staged.text)
            if not editor.focus_target().hasFocus():
                editor.mark_error(staged.reason)
        elif isinstance(staged, FieldChange):
            if self._renew is not None and not can_show(editor, staged.new):
                QTimer.singleShot(0, self, self._make_anew)
                return
            if not _holds(editor, staged.new):
                if isinstance(editor, LookupEditor):
                    editor.know(staged.new, self._bench.staging.label(self.ref, name) or "")
                editor.put(staged.new)
            elif editor.error and editor.touched:
                editor.mark_error(None)
        elif editor.touched or editor.error:
            editor.set_value(editor.base)
        field.refresh_note()

    def _make_anew(self) -> None:
        renew, self._renew = self._renew, None  # one field too many is enough
        if renew is not None:
            renew()

    def _show_links(self, links: LinksField) -> None:
        added, removed = self._staged_links(links)
        for key in set(links.added).difference(added):
            links.remove(key, focus=False)
        links.add_all({key: self._name(links, key) for key in links.removed if key not in removed})
        for key in removed:
            links.remove(key, focus=False)
        links.add_all({new: self._name(links, new) for new in added})

    def _staged_links(self, links: LinksField) -> tuple[list[Key | NewKey], list[Key]]:
        change = self._bench.staging.changes.get(self.ref)
        link = change.links.get(links.link.name) if change is not None else None
        return (list(link.added), list(link.removed)) if link is not None else ([], [])

    def _name(self, links: LinksField, key: Key | NewKey) -> str:
        """The name of a linked record: as it was when it was linked, of a new one as it is now."""
        ref = RecordRef(links.link.there.target, key)
        if isinstance(key, NewKey):
            return title_of(ref, self._bench.staging, self._connection.database, self._connection.locale)
        return self._bench.staging.titles.get(ref) or " · ".join(str(part) for part in key)

    def _mark(self, field: Field) -> None:
        staged = self._bench.staging.field(self.ref, field.column_name)
        if isinstance(staged, Invalid):
            field.editor.mark_error(staged.reason)

    def _mark_overtaken(self) -> None:
        """Say where somebody else has changed what is staged here, since it was seen."""
        self._overtaken = False
        if isinstance(self.ref.key, NewKey):
            return
        for name, field in self._form.fields.items():
            staged, stored = self._bench.staging.field(self.ref, name), self._record.values.get(name)
            if isinstance(staged, FieldChange) and not still_as_seen(stored, staged.base):
                self._overtaken = True
                field.editor.mark_error("Changed by somebody else meanwhile. Saving keeps yours.")

    def _mark_refused(self) -> None:
        """Say why the last save was refused, under the fields it was about."""
        refusal = self._bench.refusals.get(self.ref)
        if refusal is not None:
            for name in refusal.fields:
                if name in self._form.fields and not self._form.fields[name].editor.error:
                    self._form.fields[name].editor.mark_error(refusal.sentence)


def staged_values(bench: Workbench, ref: RecordRef) -> dict[str, object]:
    """What is staged for the fields of a record, by column; of what is no value, the text."""
    change = bench.staging.changes.get(ref)
    values = {name: field.new for name, field in change.fields.items()} if change is not None else {}
    return values | {name: wrong.text for name, wrong in bench.staging.wrong_in(ref).items()}


def stage_entered(form: RecordForm, ref: RecordRef, bench: Workbench) -> None:
    """Stage what stands in a form as one step, before it is bound: what a new record begins with."""
    edits = []
    for field in form.fields.values():
        if field.editor.touched and not field.editor.read_only:
            new, label = entered(field.editor, field.heading)
            edits.append(Edit(ref, field.column_name, field.editor.base, new, label))
    bench.edit("begin", edits)
    for links in form.links.values():
        if links.touched:
            for key, name in links.shown.items():
                bench.staging.titles.setdefault(RecordRef(links.link.there.target, key), name)
            bench.link(ref, links.link.name, links.added, ())


def entered(editor: Editor, heading: str) -> tuple[object, str | None]:
    """What stands in a touched editor, to be staged: the value, or the text where it cannot be one, and the
    name of the record a foreign key points to."""
    try:
        new = editor.value()
    except BadValue as bad:
        return Invalid(text_in(editor), bad.sentence), None
    reason = None if new is DEFAULT else check_value(editor.column, new, heading)
    if reason:
        return Invalid(text_in(editor), reason), None
    label = editor.shown(new) if isinstance(editor, LookupEditor) and new is not None else None
    return new, label


def _holds(editor: Editor, value: object) -> bool:
    """Whether the editor already stands for that value, so that the cursor in it may stay."""
    if not editor.touched:
        return False
    try:
        now = editor.value()
    except BadValue:
        return False
    return type(now) is type(value) and now == value
