"""Owns finding the record behind a refusal that comes only at the end of a transaction; never guesses."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.connect.faults import FaultKind, read_fault
from desktop.edit.changes import Action, RecordChange
from desktop.edit.explain import Attempt
from desktop.edit.explain_ask import missing_parents
from desktop.edit.explain_place import place_of
from desktop.edit.explain_words import Verb
from desktop.schema.database import Database

_MOST_ASKED = 50
_VERBS: dict[Action, Verb] = {Action.INSERT: "insert", Action.UPDATE: "update", Action.DELETE: "delete"}


def suspect(error: Exception, changes: Sequence[RecordChange], database: Database) -> Attempt:
    """The attempt that a deferred constraint refused; without a record where it may be several."""
    if len(changes) == 1:
        return _attempt(changes[0])
    fault = read_fault(error)
    possible = []
    for change in changes:
        place = place_of(fault, change.ref.table, database)
        named = place.table.name == change.ref.table or not place.columns
        if named and (not place.columns or any(name in change.fields for name in place.columns)):
            possible.append(change)
    if fault.kind is FaultKind.FOREIGN_KEY and len(possible) > 1:
        possible = [change for change in possible[:_MOST_ASKED] if _lacks_parent(change, database)]
    if len(possible) == 1:
        return _attempt(possible[0])
    return Attempt((possible or changes)[0].ref.table, None, {}, "update")


def _attempt(change: RecordChange) -> Attempt:
    return Attempt(change.ref.table, change.ref, change.values, _VERBS[change.action])


def _lacks_parent(change: RecordChange, database: Database) -> bool:
    keys = database.table(change.ref.table).foreign_keys
    return bool(missing_parents(database, _attempt(change), keys))
