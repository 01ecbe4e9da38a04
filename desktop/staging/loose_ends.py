"""Owns what must go with a staged record that is taken away, so that nothing points to it; alters nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.edit.changes import Action, ChangeSet, LinkChange, RecordChange
from desktop.schema.describe import ForeignKey, Table
from desktop.staging.staged import RecordState, Staged

Tables: TypeAlias = Mapping[TableName, Table]


def loose_ends(staged: Staged, tables: Tables, made: Collection[RecordRef]) -> list[RecordState]:
    """The states to stage so that nothing points to a record that is not staged any more, or to be deleted.

    A new record goes with the one that it must point to; an optional reference is taken back. Of the new
    records ``made`` for a reference, those go that nothing points to any more. Taking these away may leave
    new loose ends: ask until there are none.
    """
    there = {change.ref.key for change in staged.changes if change.action is Action.INSERT}
    deleted = {change.ref for change in staged.changes if change.action is Action.DELETE}
    found: list[RecordState] = []
    pointed: set[NewKey] = set()
    for change in staged.changes:
        if change.action is Action.DELETE:
            continue
        pointed |= new_keys_in(change)
        lost = {name for name, value in change.values.items() if _is_lost(value, there)}
        if deleted:
            lost |= _deleted_targets(change, tables, deleted)
        unlinked = {key for key in _linked(change) if _is_lost(key, there)}
        if lost or unlinked:
            found.append(_without(staged.look(change.ref), lost, unlinked, tables))
    return found + [RecordState(ref) for ref in made if ref.key in there and ref.key not in pointed]


def new_keys_in(change: RecordChange) -> set[NewKey]:
    """The staged records that a staged change points to."""
    keys = (*change.values.values(), *_linked(change))
    return {key for key in keys if isinstance(key, NewKey)}


def target_of(change: RecordChange, key: ForeignKey, tables: Tables) -> RecordRef | None:
    """The record that what is staged points to by that foreign key; None where it cannot be told."""
    target, values = tables.get(key.target), change.values
    if target is None or not all(name in values for name in key.columns):
        return None
    given = dict(zip(key.target_columns, (values[name] for name in key.columns), strict=True))
    new = next((value for value in given.values() if isinstance(value, NewKey)), None)
    if new is not None:
        return RecordRef(target.name, new)
    if not target.key or not all(given.get(name) is not None for name in target.key):
        return None
    return RecordRef(target.name, tuple(given[name] for name in target.key))


def by_parent(changes: Iterable[RecordChange], tables: Tables) -> dict[RecordRef, list[RecordRef]]:
    """The staged records, by each record that they are staged to point to."""
    under: dict[RecordRef, list[RecordRef]] = {}
    for change in changes:
        table = tables.get(change.ref.table)
        for key in table.foreign_keys if table is not None and change.action is not Action.DELETE else ():
            if (parent := target_of(change, key, tables)) is not None:
                under.setdefault(parent, []).append(change.ref)
    return under


def part(changes: Iterable[RecordChange], tables: Tables, refs: Iterable[RecordRef]) -> ChangeSet:
    """A copy of what is staged for these records, for those staged under the new ones among them, and for
    the new records that any of these points to: what can be saved without the rest."""
    by_ref = {change.ref: change for change in changes}
    under = by_parent(by_ref.values(), tables)
    wanted = _spread(refs, lambda ref: under.get(ref, ()) if isinstance(ref.key, NewKey) else ())
    new = {change.ref.key: change.ref for change in by_ref.values() if change.action is Action.INSERT}
    wanted = _spread(
        wanted,
        lambda ref: [new[key] for key in new_keys_in(by_ref[ref]) if key in new] if ref in by_ref else (),
    )
    chosen = ChangeSet()
    for change in by_ref.values():  # in the order staged
        if change.ref in wanted:
            chosen.put(change)
    return chosen


def _spread(first: Iterable[RecordRef], more: Callable[[RecordRef], Iterable[RecordRef]]) -> set[RecordRef]:
    found: set[RecordRef] = set()
    waiting = list(first)
    while waiting:
        ref = waiting.pop()
        if ref not in found:
            found.add(ref)
            waiting += more(ref)
    return found


def _is_lost(value: object, there: Collection[object]) -> bool:
    return isinstance(value, NewKey) and value not in there


def _deleted_targets(change: RecordChange, tables: Tables, deleted: Collection[RecordRef]) -> set[str]:
    """The columns that point to records about to be deleted."""
    table = tables.get(change.ref.table)
    keys = table.foreign_keys if table is not None else ()
    return {name for key in keys if target_of(change, key, tables) in deleted for name in key.columns}


def _without(
    state: RecordState, lost: Collection[str], unlinked: Collection[object], tables: Tables
) -> RecordState:
    """The state without these references; nothing at all where a new record cannot be without."""
    change = state.change
    assert change is not None
    if change.action is Action.INSERT and any(_required(tables.get(state.ref.table), name) for name in lost):
        return RecordState(state.ref)
    fields = {name: field for name, field in change.fields.items() if name not in lost}
    links = {
        name: LinkChange([key for key in link.added if key not in unlinked], list(link.removed))
        for name, link in change.links.items()
    }
    links = {name: link for name, link in links.items() if link.added or link.removed}
    labels = {name: label for name, label in state.labels.items() if name not in lost}
    later = RecordChange(change.ref, change.action, fields, links)
    return state._replace(change=None if later.empty else later, labels=labels)


def _required(table: Table | None, name: str) -> bool:
    return table is None or name in table.key or not table.column(name).nullable


def _linked(change: RecordChange) -> list[object]:
    return [key for link in change.links.values() for key in link.added]
