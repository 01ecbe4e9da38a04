"""Owns the words for what others did to a record since it was read: changed, deleted, put out of reach."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.base.keys import RecordRef
from desktop.base.refusal import Conflict, Reason, Refusal
from desktop.edit.changes import Action, RecordChange
from desktop.edit.compare import same_value, still_as_seen
from desktop.edit.explain_words import listed
from desktop.schema.database import Database
from desktop.schema.labels import column_heading, record_word, records_word
from desktop.values.special import DEFAULT


def differing(database: Database, change: RecordChange, stored: Mapping[str, object]) -> Refusal | None:
    """The conflict between what was seen and what is stored; None where there is none.

    What both have changed to the same is none either.
    """
    if change.action is Action.DELETE:
        return _differing_from_seen(database, change, stored)
    conflicts = tuple(
        Conflict(change.ref, column, field.base, stored[column], field.new)
        for column, field in change.fields.items()
        if not same_value(stored[column], field.base)
        and not still_as_seen(stored[column], field.base)
        and not same_value(stored[column], field.new)
    )
    if not conflicts:
        return None
    table = database.table(change.ref.table)
    names = listed([f"“{column_heading(table, one.column)}”" for one in conflicts])
    return Refusal(
        Reason.CONFLICT,
        f"Somebody else has changed {names} of this {record_word(table)} meanwhile.",
        hint="Nothing was saved. Refresh (F5) to see their values, then decide again.",
        table=table.name,
        fields=tuple(one.column for one in conflicts),
        record=change.ref,
        other=change.ref,
        conflicts=conflicts,
    )


def _differing_from_seen(
    database: Database, change: RecordChange, stored: Mapping[str, object]
) -> Refusal | None:
    conflicts = tuple(
        Conflict(change.ref, column, seen, stored[column], DEFAULT)
        for column, seen in change.seen.items()
        if not still_as_seen(stored[column], seen)
    )
    if not conflicts:
        return None
    table = database.table(change.ref.table)
    names = listed([f"“{column_heading(table, one.column)}”" for one in conflicts])
    was = "was" if len(conflicts) == 1 else "were"
    return Refusal(
        Reason.CONFLICT,
        f"The {record_word(table)} to be deleted is not as you saw it: {names} {was} changed meanwhile.",
        hint="Nothing was saved. Look at it again (F5), then decide whether it is to go.",
        table=table.name,
        record=change.ref,
        other=change.ref,
        conflicts=conflicts,
    )


def gone(database: Database, ref: RecordRef) -> Refusal:
    """The record was deleted by somebody else."""
    return Refusal(
        Reason.GONE,
        f"This {record_word(database.table(ref.table))} does not exist any more: somebody has deleted it.",
        hint="Nothing was saved. What you typed is still here to be copied.",
        table=ref.table,
        record=ref,
    )


def not_allowed(database: Database, change: RecordChange) -> Refusal:
    """The record is there, but the database does not hand it out for writing."""
    table = database.table(change.ref.table)
    verb = "change" if change.fields else "delete"
    return Refusal(
        Reason.NOT_ALLOWED,
        f"A rule of the database does not let you {verb} this {record_word(table)}.",
        hint=f"Some {records_word(table, 2)} are protected one by one here (row-level security)."
        " Nothing was saved.",
        table=table.name,
        record=change.ref,
    )
