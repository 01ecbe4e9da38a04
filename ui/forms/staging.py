"""Owns the way from a form to the change set: what was changed and nothing else; writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.base.keys import NewKey, RecordRef
from desktop.browse.rows import Record
from desktop.edit.changes import Action, RecordChange
from desktop.edit.resolve import again
from desktop.edit.unit import Unit
from desktop.schema.describe import Table
from ui.forms.record_form import RecordForm


def stage_form(
    unit: Unit, form: RecordForm, stored: RecordRef | None, earlier: RecordRef | None
) -> RecordRef:
    """Stage what the form holds, in place of what was staged from it before (``earlier``); ``stored`` is the
    record, which may also be a new one that was staged elsewhere.

    Raises BadValue where the form was not checked first.
    """
    if earlier is not None:
        unit.changes.drop(earlier)
    changes = form.changes()
    if stored is None:
        ref = unit.stage_insert(form.table.name, {name: new for name, (_, new) in changes.items()})
    else:
        ref = stored
        if isinstance(ref.key, NewKey):
            unit.changes.put(RecordChange(ref, Action.INSERT))
        for name, (base, new) in changes.items():
            unit.stage(ref, name, base, new)
    for links in form.links.values():
        if links.touched:
            unit.stage_link(ref, links.link.name, added=links.added, removed=links.removed)
    return ref


def stage_again(unit: Unit, table: Table, record: Record, form: RecordForm) -> RecordRef:
    """Stage a stored record that was deleted meanwhile as a new one with the same key: everything it held,
    its links, and what the form has changed."""
    unit.changes.drop(record.ref)
    changed = {name: new for name, (_, new) in form.changes().items()}
    ref = unit.stage_insert(table.name, again(table, record.ref, record.values, changed))
    for name, links in form.links.items():
        kept = [one.key for one in record.links.get(name, ()) if one.key not in links.removed]
        unit.stage_link(ref, name, added=[*kept, *links.added])
    return ref


def drop_unused(unit: Unit, staged: Sequence[RecordRef], keep: RecordRef) -> None:
    """Forget new records that were made for a field which no longer points to them."""
    for ref in reversed(staged):
        if ref != keep and not any(_points_to(change, ref.key) for change in unit.changes):
            unit.changes.drop(ref)


def _points_to(change: RecordChange, key: object) -> bool:
    if not isinstance(key, NewKey):
        return False
    if any(field.new == key for field in change.fields.values()):
        return True
    return any(key in link.added for link in change.links.values())
