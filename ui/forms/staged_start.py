"""Owns how a form begins where its record has staged changes already; stages nothing."""

from __future__ import annotations

from desktop.base.keys import RecordRef
from desktop.browse.rows import Record
from desktop.edit.compare import still_as_seen
from desktop.edit.staging import Invalid
from desktop.models.workbench import Workbench
from desktop.values.kinds import BadValue
from ui.editors.lookup import LookupEditor
from ui.forms.record_form import RecordForm


class StagedStart:
    """Puts what is staged for a record into its form; knows later whether anything was added to it."""

    def __init__(self, workbench: Workbench, form: RecordForm) -> None:
        self._workbench = workbench
        self._form = form
        self._ref: RecordRef | None = None
        self._values: dict[str, tuple[str, object]] = {}

    def fill(self, record: Record) -> None:
        """Show what is staged for the record as changes to what is stored now."""
        staging = self._workbench.staging
        self._ref = record.ref if staging.state(record.ref) is not None else None
        for name, field in self._form.fields.items():
            staged = staging.field(record.ref, name)
            if staged is None or field.editor.read_only:
                continue
            if isinstance(staged, Invalid):
                field.editor.enter(staged.text)
                field.editor.mark_error(staged.reason)
                continue
            if isinstance(field.editor, LookupEditor):
                field.editor.know(staged.new, staging.label(record.ref, name) or "")
            field.editor.put(staged.new)
            if not still_as_seen(record.values.get(name), staged.base):
                field.editor.mark_error("Changed by somebody else meanwhile. Saving keeps yours.")
        self._values = _values(self._form)

    @property
    def left_behind(self) -> bool:
        """Whether the form holds anything else than at the start."""
        return (
            any(links.touched for links in self._form.links.values()) or _values(self._form) != self._values
        )

    def forget(self) -> None:
        """Everything was set back to what is stored: nothing is staged for the record any more."""
        if self._ref is not None:
            self._workbench.revert(self._ref)


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
