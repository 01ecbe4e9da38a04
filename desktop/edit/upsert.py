"""Owns INSERT … ON CONFLICT: ignoring duplicates, or updating with replace, keep, add and now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from desktop.base.keys import Key, TableName
from desktop.edit.expressions import column_of, now_expression
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind

Values: TypeAlias = Mapping[str, object]


class SetMode(Enum):
    """What a column of an existing record becomes."""

    REPLACE = "replace"
    KEEP = "keep"
    ADD = "add"
    """The old number plus the new one."""
    NOW = "now"
    """The database's present moment, whatever the row says."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a batch of rows."""

    inserted: int = 0
    updated: int = 0
    skipped: int = 0
    keys: tuple[Key, ...] = ()
    """Of the rows inserted and updated, where they were asked for; forgotten in a sum."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.inserted + other.inserted, self.updated + other.updated, self.skipped + other.skipped
        )


def insert_plainly(
    connection: sa.Connection,
    database: Database,
    table: TableName,
    rows: Sequence[Values],
    *,
    keys: bool = False,
) -> Counts:
    """Insert rows that all fill the same columns; a duplicate is the database's error.

    ``keys``, here and below: the counts shall tell the keys of the rows written.
    """
    if keys:
        found = _telling_keys(connection, sa.insert(database.sa(table)), database, table, rows)
        return Counts(inserted=len(found), keys=found)
    return Counts(inserted=_execute(connection, sa.insert(database.sa(table)), database, table, rows))


def insert_ignoring(
    connection: sa.Connection,
    database: Database,
    table: TableName,
    rows: Sequence[Values],
    key_columns: Sequence[str] = (),
    *,
    keys: bool = False,
) -> Counts:
    """Insert rows that all fill the same columns, leaving out those that are there already.

    ``key_columns`` names the unique columns that decide; empty means any unique constraint.
    """
    statement = _insert(database, table).on_conflict_do_nothing(
        index_elements=[column_of(database, table, name) for name in key_columns] or None
    )
    if keys:
        found = _telling_keys(connection, statement, database, table, rows)
        return Counts(inserted=len(found), skipped=len(rows) - len(found), keys=found)
    inserted = _execute(connection, statement, database, table, rows)
    return Counts(inserted=inserted, skipped=len(rows) - inserted)


def upsert(
    connection: sa.Connection,
    database: Database,
    table: TableName,
    rows: Sequence[Values],
    key_columns: Sequence[str],
    set_modes: Mapping[str, SetMode],
    *,
    keys: bool = False,
) -> Counts:
    """Insert rows that all fill the same columns, or update the record that has the same key columns.

    Columns without a mode are replaced. Counts are exact: PostgreSQL tells for each row what it did, on
    SQLite the transaction is the only writer, so counting before and after tells.
    """
    statement = _insert(database, table)
    changes = _changes(database, table, statement, rows[0], key_columns, set_modes)
    if not changes:
        return insert_ignoring(connection, database, table, rows, key_columns, keys=keys)
    upserting = statement.on_conflict_do_update(
        index_elements=[column_of(database, table, name) for name in key_columns], set_=changes
    )
    if database.capabilities.row_locks:
        return _told_by_row(connection, upserting, database, table, rows, keys=keys)
    before = _count(connection, database, table)
    found = _telling_keys(connection, upserting, database, table, rows) if keys else ()
    affected = len(found) if keys else _execute(connection, upserting, database, table, rows)
    inserted = _count(connection, database, table) - before
    return Counts(inserted, affected - inserted, len(rows) - affected, found)


def columns_set(row: Values, key_columns: Sequence[str], set_modes: Mapping[str, SetMode]) -> list[str]:
    """The columns that an upsert of such rows gives to a record that is there already."""
    names = [name for name in row if name not in key_columns]
    names += [name for name, mode in set_modes.items() if mode is SetMode.NOW and name not in row]
    return [name for name in names if set_modes.get(name, SetMode.REPLACE) is not SetMode.KEEP]


def _changes(
    database: Database,
    table: TableName,
    statement: postgresql.Insert | sqlite.Insert,
    row: Values,
    key_columns: Sequence[str],
    set_modes: Mapping[str, SetMode],
) -> dict[sa.Column[Any], sa.ColumnElement[Any]]:
    found: dict[sa.Column[Any], sa.ColumnElement[Any]] = {}
    for name in columns_set(row, key_columns, set_modes):
        mode = set_modes.get(name, SetMode.REPLACE)
        column = column_of(database, table, name)
        new = statement.excluded[column.key]
        found[column] = _set_to(table, database.table(table).column(name), column, new, mode)
    return found


def _set_to(
    table: TableName,
    described: Column,
    column: sa.Column[Any],
    new: sa.ColumnElement[Any],
    mode: SetMode,
) -> sa.ColumnElement[Any]:
    if mode is SetMode.NOW:
        return now_expression(table, described)
    if mode is SetMode.ADD:
        total = sa.type_coerce(column, sa.Numeric()) + sa.type_coerce(new, sa.Numeric())
        if described.kind is Kind.DECIMAL and described.scale is not None:
            return sa.func.round(total, described.scale)  # SQLite adds decimals as binary fractions
        return total
    return new


def _insert(database: Database, table: TableName) -> postgresql.Insert | sqlite.Insert:
    """ON CONFLICT has no neutral spelling in SQLAlchemy: each dialect brings its own INSERT."""
    make: dict[str, Callable[[sa.Table], postgresql.Insert | sqlite.Insert]] = {
        "postgresql": postgresql.insert,
        "sqlite": sqlite.insert,
    }
    return make[database.engine.dialect.name](database.sa(table))


def _execute(
    connection: sa.Connection,
    statement: sa.Insert,
    database: Database,
    table: TableName,
    rows: Sequence[Values],
) -> int:
    """Run it once for all rows; returns how many rows the database says it wrote."""
    parameters = _parameters(database, table, rows)
    if not parameters[0]:  # a row of nothing but defaults has no executemany form
        options = {"preserve_rowcount": True}
        return sum(
            connection.execute(statement.values({}), execution_options=options).rowcount for _ in parameters
        )
    result = connection.execute(statement, parameters, execution_options={"preserve_rowcount": True})
    return result.rowcount


def _telling_keys(
    connection: sa.Connection,
    statement: sa.Insert,
    database: Database,
    table: TableName,
    rows: Sequence[Values],
) -> tuple[Key, ...]:
    """As ``_execute``; the keys of the rows written."""
    asking = statement.returning(*database.key_columns(table))
    parameters = _parameters(database, table, rows)
    if not parameters[0]:
        return tuple(tuple(row) for _ in parameters for row in connection.execute(asking.values({})))
    return tuple(tuple(row) for row in connection.execute(asking, parameters))


def _told_by_row(
    connection: sa.Connection,
    statement: postgresql.Insert | sqlite.Insert,
    database: Database,
    table: TableName,
    rows: Sequence[Values],
    *,
    keys: bool,
) -> Counts:
    """xmax is 0 in a row version that an INSERT made, and not in one that DO UPDATE made."""
    is_new = sa.literal_column("(xmax = 0)", sa.Boolean()).label("is_new")
    asked = database.key_columns(table) if keys else ()
    result = connection.execute(statement.returning(is_new, *asked), _parameters(database, table, rows))
    told = result.all()
    inserted = sum(row[0] for row in told)
    found = tuple(tuple(row[1:]) for row in told) if keys else ()
    return Counts(inserted, len(told) - inserted, len(rows) - len(told), found)


def _parameters(database: Database, table: TableName, rows: Sequence[Values]) -> list[dict[str, object]]:
    keys = {name: column_of(database, table, name).key for name in rows[0]}
    return [{keys[name]: value for name, value in row.items()} for row in rows]


def _count(connection: sa.Connection, database: Database, table: TableName) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(database.sa(table))) or 0
