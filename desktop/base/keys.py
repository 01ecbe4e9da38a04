"""Owns the identity of tables and records; a record is its key, never its position."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias
from weakref import WeakValueDictionary

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


class NewKey:
    """Stands for the key of a staged record that the database has not numbered yet.

    One number is one object: it is looked for by the hundred thousand, and to be asked for a hash costs more
    than the looking.
    """

    __slots__ = ("__weakref__", "number")
    number: Final[int]  # type: ignore[misc]

    def __new__(cls, number: int) -> NewKey:
        known = _NEW.get(number)
        if known is None:
            made = super().__new__(cls)
            made.number = number  # type: ignore[misc]
            known = _NEW.setdefault(number, made)
        return known

    def __reduce__(self) -> tuple[type[NewKey], tuple[int]]:
        return NewKey, (self.number,)

    def __repr__(self) -> str:
        return f"NewKey({self.number})"


_NEW: WeakValueDictionary[int, NewKey] = WeakValueDictionary()


class RecordRef(NamedTuple):
    """One record of one table, saved (a key) or only staged (a NewKey)."""

    table: TableName
    key: Key | NewKey
