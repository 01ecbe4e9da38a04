"""Owns reading records inside a write transaction: by key, locked, only the columns asked for, as objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute, Session, load_only

from desktop.base.keys import Key, TableName
from desktop.browse.keys_clause import key_chunks, selection_clause
from desktop.browse.selection import ChosenKeys
from desktop.schema.database import Database
from desktop.schema.mapping import attribute


def load_locked(
    session: Session, database: Database, table: TableName, keys: Iterable[Key], columns: Iterable[str]
) -> dict[Key, object]:
    """The mapped objects of these keys with key and columns loaded, locked against other writers.

    Keys that are not there any more are missing from the answer.
    """
    cls = database.cls(table)
    names = dict.fromkeys((*database.table(table).key, *columns))
    attributes = [mapped(cls, name) for name in names]
    found: dict[Key, object] = {}
    for chunk in key_chunks(database, list(keys)):
        query = (
            sa.select(cls)
            .where(selection_clause(database, ChosenKeys(table, tuple(chunk))))
            .options(load_only(*attributes, raiseload=True))
            .order_by(*database.key_columns(table))  # one order for all: no waiting in a circle
        )
        if database.capabilities.row_locks:
            query = query.with_for_update()
        found.update((key_of(database, table, record), record) for record in session.scalars(query))
    return found


def mapped(cls: type, column: str) -> QueryableAttribute[object]:
    """The mapped attribute of a column."""
    found: QueryableAttribute[object] = getattr(cls, attribute(cls, column))
    return found


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
