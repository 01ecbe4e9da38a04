"""Owns reading records inside a write transaction: by key, locked, only the columns asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.browse.keys_clause import key_chunks, selection_clause
from desktop.browse.selection import ChosenKeys
from desktop.schema.database import Database
from desktop.schema.mapping import attribute

_LOCKED: Mapping[str, str | None] = MappingProxyType({})


class StoredRow(NamedTuple):
    """Some columns of a record as a write transaction found them."""

    values: Mapping[str, object]
    exact: Mapping[str, str | None] = _LOCKED
    """Of a row that cannot be locked: the form in which to compare once more while writing."""


def can_lock(database: Database, table: TableName) -> bool:
    """Whether a record that was read stays as it is until the transaction ends."""
    able = database.capabilities.row_locks or database.capabilities.whole_lock
    described = database.table(table)
    return able and described.lockable and not described.is_view


def as_it_was(
    database: Database, column: sa.Column[Any], seen: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    """That a column still holds what ``StoredRow.exact`` tells of it."""
    return database.capabilities.exact(column).is_not_distinct_from(seen)


def read_locked(
    session: Session, database: Database, table: TableName, keys: Iterable[Key], columns: Iterable[str]
) -> dict[Key, StoredRow]:
    """These columns of these records, locked against other writers where that can be done.

    Keys that are not there any more are missing from the answer.
    """
    names = list(dict.fromkeys(columns))
    wanted: list[sa.ColumnElement[Any]] = [database.sa(table).c[name] for name in names]
    lockable = can_lock(database, table)
    if not lockable:
        wanted += [database.capabilities.exact(column) for column in wanted]
    key_columns = database.key_columns(table)
    first = len(key_columns)
    found: dict[Key, StoredRow] = {}
    for chunk in key_chunks(database, list(keys)):
        query = (
            sa.select(*key_columns, *(c.label(f"v{place}") for place, c in enumerate(wanted)))
            .where(selection_clause(database, ChosenKeys(table, tuple(chunk))))
            .order_by(*key_columns)  # one order for all: no waiting in a circle
        )
        if lockable and database.capabilities.row_locks:
            query = query.with_for_update()
        for row in map(tuple, session.execute(query).all()):
            values = dict(zip(names, row[first:], strict=False))
            exact = _LOCKED if lockable else dict(zip(names, row[first + len(names) :], strict=True))
            found[row[:first]] = StoredRow(values, exact)
    return found


def stored_key(ref: RecordRef) -> Key:
    """The key of a record that is stored."""
    assert not isinstance(ref.key, NewKey)
    return ref.key


def get_value(record: object, column: str) -> object:
    """A mapped object's value of a column."""
    value: object = getattr(record, attribute(type(record), column))
    return value


def key_of(database: Database, table: TableName, record: object) -> Key:
    """A mapped object's key."""
    return tuple(get_value(record, column) for column in database.table(table).key)


def existing_keys(
    session: Session, database: Database, table: TableName, keys: Sequence[Key]
) -> frozenset[Key]:
    """Which of these records are there."""
    found: set[Key] = set()
    for chunk in key_chunks(database, list(keys)):
        clause = selection_clause(database, ChosenKeys(table, tuple(chunk)))
        found.update(map(tuple, session.execute(sa.select(*database.key_columns(table)).where(clause))))
    return frozenset(found)


def values_by_key(
    session: Session, database: Database, table: TableName, keys: Sequence[Key], columns: Sequence[str]
) -> dict[Key, tuple[object, ...]]:
    """These columns of these records, by key; without a query where the columns are part of the key."""
    names = database.table(table).key
    if all(column in names for column in columns):
        places = [names.index(column) for column in columns]
        return {key: tuple(key[place] for place in places) for key in keys}
    by_name = {column.name: column for column in database.sa(table).columns}
    found: dict[Key, tuple[object, ...]] = {}
    for chunk in key_chunks(database, list(keys)):
        query = sa.select(*database.key_columns(table), *(by_name[column] for column in columns)).where(
            selection_clause(database, ChosenKeys(table, tuple(chunk)))
        )
        for row in session.execute(query):
            found[tuple(row[: len(names)])] = tuple(row[len(names) :])
    return found
