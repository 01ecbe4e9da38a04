"""Owns the account of what a save changed, and who is told of it; must not read or write anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from desktop.base.keys import Key, RecordRef, TableName

Values: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row as it was before a save and as the save left it."""

    table: TableName
    key_before: Key | None
    """None where the save made the row."""
    key_after: Key | None
    """None where the save removed the row."""
    before: Values
    """Of a removed row every column, of a changed one those that were changed."""
    after: Values
    """Of a new row every column, of a changed one those that were changed."""
    title: str = ""
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What the records that foreign keys pointed to, before and after, were called then."""


@dataclass(frozen=True, slots=True)
class SaveLog:
    """Everything a save did."""

    rows: tuple[RowChange, ...]
    tables: frozenset[TableName]
    """Of all rows, those that were too many to be kept too."""
    too_many: bool = False
    """There were more than MOST_ROWS, and none is kept."""
    unkept: frozenset[TableName] = frozenset()
    """Tables without a key that lost rows by a cascade, and those with unreadable fields that lost any: such
    rows cannot be put back."""


class Recorder(Protocol):
    """Who wants to know what is saved; called in the thread that saves. Must not raise.

    ``committing`` is followed by one of the others with the same log, or by none where nobody can tell
    whether the COMMIT took place.
    """

    def committing(self, final: Mapping[RecordRef, RecordRef], log: SaveLog) -> None:
        """Everything is written and verified, COMMIT comes next."""

    def saved(self, log: SaveLog) -> None:
        """It was committed."""

    def failed(self, log: SaveLog) -> None:
        """It was not committed after all."""


@dataclass(frozen=True, slots=True)
class Recorders:
    """Several who want to know."""

    all: tuple[Recorder, ...]

    def committing(self, final: Mapping[RecordRef, RecordRef], log: SaveLog) -> None:
        """Everything is written and verified, COMMIT comes next."""
        for one in self.all:
            one.committing(final, log)

    def saved(self, log: SaveLog) -> None:
        """It was committed."""
        for one in self.all:
            one.saved(log)

    def failed(self, log: SaveLog) -> None:
        """It was not committed after all."""
        for one in self.all:
            one.failed(log)
