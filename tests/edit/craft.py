"""Short words the edit tests share: names of the newsroom's tables, references, reading a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.browse.fetch import read_records
from desktop.browse.rows import Record
from desktop.browse.selection import AllMatching, ChosenKeys
from desktop.browse.view import ColumnFilter, Deleted, View
from desktop.edit.unit import Unit
from desktop.schema.database import Database

USERS = TableName(None, "users")
POSTS = TableName(None, "posts")
TAGS = TableName(None, "tags")
POST_TAGS = TableName(None, "post_tags")
COMMENTS = TableName(None, "comments")
POST_VIEWS = TableName(None, "post_views")


def ref(table: TableName, *key: object) -> RecordRef:
    """A saved record."""
    return RecordRef(table, key)


def chosen(table: TableName, *numbers: int) -> ChosenKeys:
    """Records by their one-column keys."""
    return ChosenKeys(table, tuple((number,) for number in numbers))


def matching(table: TableName, deleted: Deleted = Deleted.HIDDEN, **filters: str) -> AllMatching:
    """All that match the filters, a text per column."""
    texts = tuple(ColumnFilter(column, text) for column, text in filters.items())
    return AllMatching(View(table, (), filters=texts, deleted=deleted))


def read(database: Database, record: RecordRef) -> Record:
    """The record as a form would get it."""
    assert not isinstance(record.key, NewKey)
    (found,) = read_records(database, record.table, [record.key], token=CancelToken())
    return found


def stage(unit: Unit, database: Database, record: RecordRef, **values: object) -> None:
    """Stage values on a record just read, as a form would."""
    seen = read(database, record)
    for column, value in values.items():
        unit.stage(record, column, seen.values[column], value)


def count(connection: sa.Connection, table: str, where: str = "") -> int:
    """Rows of a table as an independent connection sees them."""
    query = sa.select(sa.func.count()).select_from(sa.table(table))
    return connection.scalar(query.where(sa.text(where)) if where else query) or 0


def insert(table: str, rows: Iterable[tuple[object, ...]]) -> str:
    """An INSERT of many plain rows, for building a database."""
    lines = ("(" + ", ".join("NULL" if v is None else repr(v) for v in row) + ")" for row in rows)
    return f"INSERT INTO {table} VALUES {', '.join(lines)}"  # noqa: S608 - fixed test rows


def value(connection: sa.Connection, table: str, column: str, **key: object) -> object:
    """One stored value."""
    columns: list[sa.ColumnElement[Any]] = [sa.column(name) for name in key]
    query: sa.Select[Any] = sa.select(sa.column(column)).select_from(sa.table(table))
    for there, wanted in zip(columns, key.values(), strict=True):
        query = query.where(there == wanted)
    return connection.execute(query).scalar_one()
