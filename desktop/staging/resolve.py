"""Owns carrying out what a person has decided about conflicts, in what is staged; asks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.base.keys import NewKey, RecordRef
from desktop.base.refusal import Conflict
from desktop.schema.database import Database
from desktop.schema.describe import Table
from desktop.staging.staging import Edit, Staging
from desktop.values.special import BlobSize, Clipped


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whose value each field shall have, and what becomes of records that were deleted meanwhile."""

    mine: tuple[Conflict, ...] = ()
    theirs: tuple[Conflict, ...] = ()
    discard: tuple[RecordRef, ...] = ()
    """What is staged for these is given up."""
    again: tuple[RecordRef, ...] = ()
    """These are inserted again, with the same key."""


def resolve(
    staging: Staging,
    database: Database,
    resolution: Resolution,
    known: Mapping[RecordRef, Mapping[str, object]],
) -> tuple[RecordRef, ...]:
    """Alter what is staged so that saving it again means what was decided; returns the new references of
    the records to insert again."""
    for conflict in resolution.mine:
        staging.rebase(conflict.ref, {conflict.column: conflict.theirs})
    given_up = [
        Edit(one.ref, one.column, one.base, staging.base(one.ref, one.column))
        for one in resolution.theirs
        if staging.field(one.ref, one.column) is not None
    ]
    if given_up:
        staging.edit("take theirs", given_up)
    for ref in resolution.discard:
        staging.revert(ref)
    inserted = []
    for ref in resolution.again:
        change = staging.changes.get(ref)
        values = again(database.table(ref.table), ref, known.get(ref, {}), change.values if change else {})
        staging.revert(ref)
        inserted.append(staging.insert(ref.table, values, "insert again"))
    return tuple(inserted)


def again(
    table: Table, ref: RecordRef, known: Mapping[str, object], staged: Mapping[str, object]
) -> dict[str, object]:
    """The values to insert a deleted record again with: its key, what is known, what was changed."""
    assert not isinstance(ref.key, NewKey)
    plain = {name: value for name, value in known.items() if not isinstance(value, Clipped | BlobSize)}
    values = {**plain, **dict(zip(table.key, ref.key, strict=True)), **staged}
    return {c.name: values[c.name] for c in table.columns if c.name in values and not c.generated}
