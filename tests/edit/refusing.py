"""Owns provoking a refusal for tests: sends what an attempt says and returns what explain makes of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from desktop.base.keys import Key, RecordRef, TableName
from desktop.base.refusal import Refusal
from desktop.edit.explain import Attempt, explain, is_refusal
from desktop.schema.database import Database


def refused_insert(database: Database, table: str, values: Mapping[str, object]) -> Refusal:
    """The refusal of an INSERT."""
    name = TableName(None, table)
    statement = sa.insert(database.sa(name)).values(dict(values))
    return provoke(database, statement, Attempt(name, None, values, "insert"))


def refused_update(database: Database, table: str, key: Key, values: Mapping[str, object]) -> Refusal:
    """The refusal of an UPDATE of one record."""
    ref = RecordRef(TableName(None, table), key)
    statement = sa.update(database.sa(ref.table)).where(*_is(database, ref)).values(dict(values))
    return provoke(database, statement, Attempt(ref.table, ref, values, "update"))


def refused_delete(database: Database, table: str, key: Key) -> Refusal:
    """The refusal of a DELETE of one record."""
    ref = RecordRef(TableName(None, table), key)
    statement = sa.delete(database.sa(ref.table)).where(*_is(database, ref))
    return provoke(database, statement, Attempt(ref.table, ref, {}, "delete"))


def provoke(database: Database, statement: sa.Executable, attempt: Attempt) -> Refusal:
    """Run the statement in a transaction of its own, which must fail, and explain it."""
    with pytest.raises(Exception) as caught, database.engine.begin() as connection:
        connection.execute(statement)
    assert is_refusal(caught.value), caught.value
    return explain(caught.value, attempt, database)


def _is(database: Database, ref: RecordRef) -> list[sa.ColumnElement[bool]]:
    assert isinstance(ref.key, tuple)
    return [c == v for c, v in zip(database.key_columns(ref.table), ref.key, strict=True)]
