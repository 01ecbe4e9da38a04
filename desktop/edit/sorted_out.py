"""Owns staged changes sorted out by kind, once before they are saved; must not look at what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import attrgetter, is_, itemgetter

from desktop.base.keys import RecordRef, TableName
from desktop.edit.changes import Action, RecordChange

_REF, _ACTION, _LINKS = attrgetter("ref"), attrgetter("action"), attrgetter("links")
_TABLE = itemgetter(RecordRef._fields.index("table"))


@dataclass(frozen=True, slots=True)
class OfOneKind:
    """The changes of one kind, and the records they are about."""

    changes: Sequence[RecordChange]
    refs: Sequence[RecordRef]


@dataclass(frozen=True, slots=True)
class SortedOut:
    """All that is staged. Each change is touched but once for it: ten thousand of them lie scattered over
    memory, so that every further walk over them would be felt."""

    changes: Sequence[RecordChange]
    inserts: OfOneKind
    updates: OfOneKind
    deletes: OfOneKind
    with_links: Sequence[RecordChange]
    tables: frozenset[TableName]
    """Of the records themselves."""


def sort_out(changes: Sequence[RecordChange]) -> SortedOut:
    """At least one change."""
    refs, actions = list(map(_REF, changes)), list(map(_ACTION, changes))

    def kind(action: Action) -> OfOneKind:
        if actions.count(action) == len(actions):
            return OfOneKind(changes, refs)
        picked = list(map(is_, actions, repeat(action)))
        return OfOneKind(list(compress(changes, picked)), list(compress(refs, picked)))

    inserts, updates, deletes = map(kind, (Action.INSERT, Action.UPDATE, Action.DELETE))
    tables = frozenset(map(_TABLE, refs))
    return SortedOut(changes, inserts, updates, deletes, list(filter(_LINKS, changes)), tables)
