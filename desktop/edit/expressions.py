"""Owns the SQL expressions a field can be set to instead of a value: the column's default, and now."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind
from desktop.schema.labels import heading


def column_of(database: Database, table: TableName, name: str) -> sa.Column[Any]:
    """The SQLAlchemy column of that name; KeyError where there is none."""
    return database.sa(table).c[name]


def default_expression(database: Database, table: TableName, name: str) -> sa.ColumnElement[Any]:
    """What the database would store by itself: the default, or NULL where there is none."""
    column = database.table(table).column(name)
    if not column.default_text:
        return sa.null()
    # The database's own text of the default, exactly as its schema holds it.
    return sa.literal_column(f"({column.default_text})")


def now_expression(table: TableName, column: Column) -> sa.ColumnElement[Any]:
    """The database's present moment as the column's kind has it; RefusedError where it has none."""
    if column.kind is Kind.DATE:
        return sa.func.current_date()
    if column.kind is Kind.TIME:
        return sa.func.current_time()
    if column.kind in (Kind.TIMESTAMP, Kind.TIMESTAMP_TZ, Kind.TEXT, Kind.LONG_TEXT):
        return sa.func.current_timestamp()
    raise RefusedError(
        Refusal(
            Reason.BAD_VALUE,
            f"“{heading(column.name)}” cannot hold a date or time.",
            hint="Choose a field for dates and times.",
            table=table,
            fields=(column.name,),
        )
    )
