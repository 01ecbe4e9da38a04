"""Owns the explaining of foreign keys: a record that points nowhere, and one that others still point to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.base.refusal import Reason, Refusal
from desktop.connect.faults import Fault
from desktop.edit import explain_words as words
from desktop.edit.explain_ask import MOST_COUNTED, Attempt, Dependents, dependents, missing_parents
from desktop.edit.explain_place import Place, foreign_key_of
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey, Table

_BLOCKING = ("NO ACTION", "RESTRICT")


def explain_foreign_key(fault: Fault, place: Place, attempt: Attempt, database: Database) -> Refusal:
    """Insert side or delete side, told by what was attempted and what is stored."""
    named = foreign_key_of(fault, place)
    if attempt.verb == "delete":
        return _still_needed(named, attempt, database)
    here = [named] if named else database.table(attempt.table).foreign_keys
    missing = missing_parents(database, attempt, [fk for fk in here if fk.table == attempt.table])
    if missing:
        return _missing_parents(missing, attempt, database)
    if _leaves_children(named, attempt, database):
        return _still_needed(named, attempt, database)
    if named is not None and (named.table == attempt.table or named.target != attempt.table):
        return _parent_gone(named, attempt, database)
    return Refusal(
        Reason.MISSING_PARENT,
        "A record that this one points to does not exist.",
        f"It may have been deleted meanwhile. {words.NOTHING[attempt.verb]}",
        attempt.table,
    )


def _missing_parents(
    missing: Sequence[tuple[ForeignKey, Mapping[str, object]]], attempt: Attempt, database: Database
) -> Refusal:
    first, values = missing[0]
    value = values[first.columns[0]] if len(first.columns) == 1 else None
    table = database.table(attempt.table)
    sentence = words.missing_parent(table, first.columns, database.table(first.target), value)
    fields = tuple(dict.fromkeys(name for key, _ in missing for name in key.columns))
    return Refusal(Reason.MISSING_PARENT, sentence, _choose(first, attempt, database), attempt.table, fields)


def _parent_gone(key: ForeignKey, attempt: Attempt, database: Database) -> Refusal:
    """The server named the foreign key, but the value is not known here (a link, a deferred check)."""
    table = database.table(key.table)
    sentence = words.missing_parent(table, key.columns, database.table(key.target), None)
    fields = key.columns if key.table == attempt.table else ()
    return Refusal(Reason.MISSING_PARENT, sentence, _choose(key, attempt, database), key.table, fields)


def _choose(key: ForeignKey, attempt: Attempt, database: Database) -> str:
    word = words.record_of(database.table(key.target))
    nothing = words.NOTHING[attempt.verb]
    return f"Choose another {word}; perhaps it was deleted meanwhile. {nothing}"


def _leaves_children(named: ForeignKey | None, attempt: Attempt, database: Database) -> bool:
    """Whether a key was changed that others point to, records of the same table perhaps."""
    if attempt.verb not in ("update", "bulk update"):
        return False
    if named is not None:
        own = named.table == attempt.table and any(name in attempt.values for name in named.columns)
        return named.target == attempt.table and not own
    incoming = database.incoming(attempt.table)
    return any(name in attempt.values for key in incoming for name in key.target_columns)


def _still_needed(named: ForeignKey | None, attempt: Attempt, database: Database) -> Refusal:
    """Records that stand in the way, counted where it is known which records are at hand."""
    parent = database.table(attempt.table)
    blocking = [key for key in database.incoming(attempt.table) if key.on_delete in _BLOCKING]
    found: tuple[Dependents, ...] = ()
    if attempt.parents is not None:
        found = dependents(database, attempt, blocking)
    if found:
        return _counted(found, parent, attempt, database)
    if named is None and len(blocking) == 1:
        named = blocking[0]
    if named is not None and named.target == attempt.table:
        children = [f"some {words.records_of(database.table(named.table))}"]
    elif named is not None:  # further down: what would be deleted along with it is needed elsewhere
        return _needed_below(named, attempt, database)
    else:
        children = ["other records"]
    sentence = words.still_needed(parent, children, one=False, certain=attempt.single)
    return Refusal(Reason.HAS_CHILDREN, sentence, _first_free(attempt), attempt.table)


def _counted(found: Sequence[Dependents], parent: Table, attempt: Attempt, database: Database) -> Refusal:
    children = [
        words.counted(
            database.table(one.foreign_key.table),
            min(one.count, MOST_COUNTED),
            more=one.count > MOST_COUNTED,
        )
        for one in found
    ]
    single = len(found) == 1 and found[0].count == 1
    sentence = words.still_needed(parent, children, one=single, certain=attempt.single)
    fields: tuple[str, ...] = ()
    if attempt.verb != "delete":
        fields = tuple(name for name in found[0].foreign_key.target_columns if name in attempt.values)
        whose, what = ("its", "it") if attempt.single else ("their", "they")
        sentence = sentence.replace(
            f"{what} cannot be deleted", f"{whose} {words.field_words(parent, fields)} cannot be changed"
        )
    first = next((one.first for one in found if one.first is not None), None)
    return Refusal(
        Reason.HAS_CHILDREN,
        sentence,
        _first_free(attempt),
        attempt.table,
        fields,
        other=first.ref if first else None,
        other_label=first.label if first else "",
    )


def _needed_below(key: ForeignKey, attempt: Attempt, database: Database) -> Refusal:
    parent, child = database.table(attempt.table), database.table(key.table)
    along = database.table(key.target)
    sentence = (
        f"Some {words.records_of(child)} still belong to {words.records_of(along)}"
        f" that would be deleted along with this {words.record_of(parent)}."
    )
    return Refusal(Reason.HAS_CHILDREN, sentence, _first_free(attempt), attempt.table)


def _first_free(attempt: Attempt) -> str:
    return f"Delete those first, or let them point elsewhere. {words.NOTHING[attempt.verb]}"
