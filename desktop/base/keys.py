"""Owns the identity of tables and records; a record is its key, never its position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Key: TypeAlias = tuple[object, ...]
"""The values of a record's key columns, in the order of ``Table.key``."""


class TableName(NamedTuple):
    """A table or view of one database; ``schema`` is None on SQLite and for PostgreSQL's default schema.

    This and a record's reference are tuples because they are hashed and compared by the ten thousand.
    """

    schema: str | None
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class NewKey:
    """Stands for the key of a staged record that the database has not numbered yet."""

    number: int

    def __hash__(self) -> int:
        return self.number


class RecordRef(NamedTuple):
    """One record of one table, saved (a key) or only staged (a NewKey)."""

    table: TableName
    key: Key | NewKey
