"""Owns what a save did, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.base.keys import RecordRef, TableName
from desktop.browse.rows import Record
from desktop.edit.adjusted import Adjusted

if TYPE_CHECKING:
    from desktop.edit.as_seen import Alike


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did, with the records as the database has them now."""

    records: Mapping[RecordRef, Record]
    """Inserted and updated records read back after COMMIT, by their final reference; of very many updated
    ones only what was changed, in whatever record of them."""
    inserted: tuple[RecordRef, ...] = ()
    updated: tuple[RecordRef, ...] = ()
    deleted: tuple[RecordRef, ...] = ()
    tables: frozenset[TableName] = frozenset()
    """Every table that may look different now, cascades and link tables included."""
    final: Mapping[RecordRef, RecordRef] = field(default_factory=dict)
    """The final reference of each staged record, and of each whose key was edited."""
    adjusted: Adjusted = field(default_factory=dict)
    """What the database made by itself, by final reference and column: what was sent, DEFAULT where nothing
    was. Of many updates at once in tables without triggers, only fields that were sent or are computed are
    compared; of long texts and the like, only those that were sent."""
    read_back: bool = True
    """False where everything was committed but could not be read again."""
    broke: bool = False
    """The connection broke at COMMIT; that everything was saved was found out afterwards."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was committed and not read back yet."""

    saved: Saved
    before: Mapping[RecordRef, Mapping[str, object]]
    """What updated records held, as far as it was read."""
    as_seen: tuple[Alike, ...] = ()
    """Those that were not read."""
