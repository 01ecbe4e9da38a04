"""Owns what stays staged after a save: what was edited while it ran, on top of what is stored now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.edit.changes import Action, ChangeSet, FieldChange, LinkChange, RecordChange
from desktop.edit.compare import same_value
from desktop.edit.saved import Saved
from desktop.schema.database import Database
from desktop.staging.staged import RecordState, Wrong

PointsTo: TypeAlias = Callable[[TableName, str, RecordRef], object]
"""What a column of a table must hold to point to a saved record."""
FinalKeys: TypeAlias = Mapping[Key | NewKey, RecordRef]


def settled_refs(saved: Saved) -> frozenset[RecordRef]:
    """Every record the save was about, as it was referred to before and as it is now."""
    return frozenset({*saved.inserted, *saved.updated, *saved.deleted, *saved.final})


def after_save(saved: Saved, sent: ChangeSet, now: Iterable[RecordState]) -> list[RecordState]:
    """For each record staged ``now``: what is to stay staged, under the reference it has from now on."""
    states: dict[RecordRef, RecordState] = {}
    for state in now:
        written = sent.get(state.ref)
        ref = saved.final.get(state.ref, state.ref)
        if written is None:
            states[state.ref] = state
            continue
        states[state.ref] = RecordState(state.ref)
        kept = state.change is not None or state.wrong
        if written.action is Action.UPDATE or (written.action is Action.INSERT and kept):
            states[ref] = _later(state, ref, written, saved)
    return list(states.values())


def points_to(database: Database, saved: Saved, table: TableName, column: str, record: RecordRef) -> object:
    """What a column must hold to point to a record just saved: the column that its foreign key names."""
    assert not isinstance(record.key, NewKey)
    for key in database.table(table).foreign_keys:
        if column in key.columns and key.target == record.table:
            wanted = key.target_columns[key.columns.index(column)]
            names = database.table(record.table).key
            if wanted in names:
                return record.key[names.index(wanted)]
            if record in saved.records:
                return saved.records[record].values[wanted]
    return record.key[0]


def final_keys(saved: Saved) -> FinalKeys:
    """For each key that stood for a record the database had not numbered yet: the record as it is now."""
    return {ref.key: now for ref, now in saved.final.items() if isinstance(ref.key, NewKey)}


def with_final_keys(state: RecordState, final: FinalKeys, points_to: PointsTo) -> RecordState:
    """The state with the keys that the database gave in place of those that stood for them."""
    change = state.change
    if change is None or not final:
        return state
    fields, links = dict(change.fields), dict(change.links)
    for name, field in change.fields.items():
        if isinstance(field.new, NewKey) and field.new in final:
            fields[name] = FieldChange(field.base, points_to(state.ref.table, name, final[field.new]))
    for name, link in change.links.items():
        added = [now.key if (now := final.get(key)) is not None else key for key in link.added]
        links[name] = LinkChange(added, link.removed)
    return state._replace(change=replace(change, fields=fields, links=links))


def rebased(state: RecordState, stored: Mapping[str, object]) -> RecordState:
    """The state compared with what is stored now; a field that is stored as wanted is no change any more."""
    change = state.change
    wrong = {name: Wrong(one.invalid, stored.get(name, one.base)) for name, one in state.wrong.items()}
    if change is not None and change.action is Action.DELETE:
        return state._replace(change=replace(change, seen={**change.seen, **stored}))
    if change is None or change.action is not Action.UPDATE:
        return state._replace(wrong=wrong)
    fields = {
        name: FieldChange(stored.get(name, field.base), field.new)
        for name, field in change.fields.items()
        if name not in stored or not same_value(stored[name], field.new)
    }
    later = RecordChange(change.ref, change.action, fields, change.links)
    return state._replace(change=None if later.empty else later, wrong=wrong)


def _later(state: RecordState, ref: RecordRef, written: RecordChange, saved: Saved) -> RecordState:
    record = saved.records.get(ref)
    stored: Mapping[str, object] = record.values if record is not None else written.values
    wrong = {name: Wrong(w.invalid, stored.get(name, w.base)) for name, w in state.wrong.items()}
    now = state.change if state.change is not None else RecordChange(state.ref, Action.UPDATE)
    change = _later_change(now, ref, written, stored, wrong)
    kept = change.fields if change is not None else {}
    labels = {name: label for name, label in state.labels.items() if name in kept}
    return RecordState(ref, change, wrong, labels)


def _later_change(
    change: RecordChange,
    ref: RecordRef,
    written: RecordChange,
    stored: Mapping[str, object],
    wrong: Collection[str],
) -> RecordChange | None:
    if change.action is Action.DELETE:
        return replace(change, ref=ref)
    fields = {}
    for name, field in change.fields.items():
        before = written.fields.get(name)
        if before is None and written.action is Action.UPDATE:
            fields[name] = field  # compared with what was seen: somebody else may have changed it meanwhile
        elif before is None or not same_value(before.new, field.new):
            fields[name] = FieldChange(stored.get(name, field.base), field.new)
    for name in written.fields.keys() - change.fields.keys() - set(wrong):  # taken back while it was saved
        field = written.fields[name]
        if written.action is Action.UPDATE and not same_value(stored.get(name, field.new), field.base):
            fields[name] = FieldChange(stored.get(name, field.new), field.base)
    links = {name: link for name, link in change.links.items() if written.links.get(name) != link}
    later = RecordChange(ref, Action.UPDATE, fields, links)
    assert not isinstance(ref.key, NewKey)
    return None if later.empty else later
