"""Owns how a form begins where its record has staged changes already; stages nothing."""

from __future__ import annotations

from desktop.base.keys import NewKey, RecordRef
from desktop.browse.rows import Record
from desktop.edit.changes import FieldChange, LinkChange
from desktop.edit.compare import still_as_seen
from desktop.edit.staging import Invalid
from desktop.models.workbench import Workbench
from desktop.values.kinds import BadValue
from ui.editors.lookup import LookupEditor
from ui.editors.texts import enter_text
from ui.forms.links_field import LinksField
from ui.forms.record_form import RecordForm


class StagedStart:
    """Puts what is staged for a record into its form; knows later whether anything was added to it."""

    def __init__(self, workbench: Workbench, form: RecordForm) -> None:
        self._workbench = workbench
        self._form = form
        self._ref: RecordRef | None = None
        self._values: dict[str, tuple[str, object]] = {}
        self._linked: list[tuple[object, ...]] = []

    def fill(self, record: Record) -> None:
        """Show what is staged for the record as changes to what is stored now."""
        staging = self._workbench.staging
        self._ref = record.ref if staging.state(record.ref) is not None else None
        self._show(record.ref)
        for name, field in self._form.fields.items():
            staged = staging.field(record.ref, name)
            if isinstance(staged, FieldChange) and not still_as_seen(record.values.get(name), staged.base):
                field.editor.mark_error("Changed by somebody else meanwhile. Saving keeps yours.")
        self._values, self._linked = _values(self._form), _links(self._form)

    def fill_new(self, ref: RecordRef) -> None:
        """Show a new record as it is staged."""
        self._ref = self._form.rules.ref = ref
        self._show(ref)
        self._values, self._linked = _values(self._form), _links(self._form)

    @property
    def left_behind(self) -> bool:
        """Whether the form holds anything else than at the start."""
        if not self._form.dirty:
            return False
        return (_values(self._form), _links(self._form)) != (self._values, self._linked)

    def forget(self) -> None:
        """Everything was set back to what is stored: nothing is staged for the record any more."""
        if self._ref is not None:
            self._workbench.revert(self._ref)

    def _show(self, ref: RecordRef) -> None:
        staging = self._workbench.staging
        for name, field in self._form.fields.items():
            staged = staging.field(ref, name)
            if staged is None or field.editor.read_only:
                continue
            if isinstance(staged, Invalid):
                enter_text(field.editor, staged.text)
                field.editor.mark_error(staged.reason)
                continue
            if isinstance(field.editor, LookupEditor):
                field.editor.know(staged.new, staging.label(ref, name) or "")
            field.editor.put(staged.new)
        change = staging.changes.get(ref)
        for name, link in (change.links if change is not None else {}).items():
            self._show_links(self._form.links[name], link)

    def _show_links(self, field: LinksField, link: LinkChange) -> None:
        titles = self._workbench.staging.titles
        for gone in link.removed:
            field.remove(gone, focus=False)
        for key in link.added:
            name = titles.get(RecordRef(field.link.there.target, key))
            new = f"new {field.target}" if isinstance(key, NewKey) else " · ".join(str(part) for part in key)
            field.add_key(key, name or new)


def _links(form: RecordForm) -> list[tuple[object, ...]]:
    """What was linked and unlinked in the form; nothing for relations left alone."""
    return [(*links.added, None, *links.removed) for links in form.links.values() if links.touched]


def _values(form: RecordForm) -> dict[str, tuple[str, object]]:
    """What stands in the fields that were changed, by column; a text that is no value by its sentence."""
    found: dict[str, tuple[str, object]] = {}
    for editor in form.editors():
        if not editor.touched:
            continue
        try:
            found[editor.column.name] = ("value", editor.value())
        except BadValue as bad:
            found[editor.column.name] = ("text", bad.sentence)
    return found
