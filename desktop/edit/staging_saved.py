"""Owns what stays staged after a save: what was edited while it ran, on top of what is stored now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from desktop.base.keys import NewKey, RecordRef
from desktop.edit.changes import Action, ChangeSet, FieldChange, RecordChange
from desktop.edit.compare import same_value
from desktop.edit.staged import RecordState, Wrong
from desktop.edit.unit import Saved


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
        if written.action is not Action.DELETE:
            states[ref] = _later(state, ref, written, saved)
    return list(states.values())


def _later(state: RecordState, ref: RecordRef, written: RecordChange, saved: Saved) -> RecordState:
    record = saved.records.get(ref)
    stored: Mapping[str, object] = record.values if record is not None else written.values
    wrong = {name: Wrong(w.invalid, stored.get(name, w.base)) for name, w in state.wrong.items()}
    change = _later_change(state.change, ref, written, stored) if state.change is not None else None
    kept = change.fields if change is not None else {}
    labels = {name: label for name, label in state.labels.items() if name in kept}
    return RecordState(ref, change, wrong, labels)


def _later_change(
    change: RecordChange, ref: RecordRef, written: RecordChange, stored: Mapping[str, object]
) -> RecordChange | None:
    if change.action is Action.DELETE:
        return replace(change, ref=ref)
    fields = {}
    for name, field in change.fields.items():
        before = written.fields.get(name)
        if before is not None and same_value(before.new, field.new):
            continue
        fields[name] = FieldChange(stored.get(name, field.base), field.new)
    links = {name: link for name, link in change.links.items() if written.links.get(name) != link}
    later = RecordChange(ref, Action.UPDATE, fields, links)
    assert not isinstance(ref.key, NewKey)
    return None if later.empty else later
