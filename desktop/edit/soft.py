"""Owns soft delete and restore: setting and clearing a table's marker on a selection, counted."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.selection import Selection
from desktop.edit.bulk import update_selected
from desktop.edit.explain import Attempt
from desktop.edit.expressions import column_of, now_expression
from desktop.edit.save_log import Recorder
from desktop.edit.session import Effort
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind, Marker
from desktop.schema.labels import records_word
from desktop.schema.markers import is_flag
from desktop.values.locale import PLAIN, Locale


def soft_delete(
    database: Database,
    selection: Selection,
    expected: int,
    by: str | None = None,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
    progress: Progress = no_progress,
    recorder: Recorder | None = None,
) -> int:
    """Mark the selected records as deleted, by whom where the table keeps that; returns how many.

    Raises RefusedError where the table has no marker, or as every bulk statement does.
    """
    table = selection.table
    marker = _marker(database, table)
    values = {marker.column: _deleted(database, table, marker)}
    if marker.by_column is not None:
        values[marker.by_column] = _deleted_by(database, table, marker, marker.by_column, by)
    return _mark(database, selection, values, expected, locale, token, progress, recorder)


def restore(
    database: Database,
    selection: Selection,
    expected: int,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
    progress: Progress = no_progress,
    recorder: Recorder | None = None,
) -> int:
    """Take the mark off the selected records again; returns how many."""
    marker = _marker(database, selection.table)
    values = {marker.column: _restored(database, selection.table, marker)}
    if marker.by_column is not None:
        values[marker.by_column] = sa.null()
    return _mark(database, selection, values, expected, locale, token, progress, recorder)


def _mark(
    database: Database,
    selection: Selection,
    values: dict[str, sa.ColumnElement[Any]],
    expected: int,
    locale: Locale,
    token: CancelToken | None,
    progress: Progress,
    recorder: Recorder | None,
) -> int:
    effort = Effort(Attempt(selection.table, None, dict.fromkeys(values), "bulk update"))
    token = token or CancelToken()
    return update_selected(database, selection, values, expected, effort, locale, token, progress, recorder)


def _marker(database: Database, table: TableName) -> Marker:
    marker = database.table(table).marker
    if marker is None:
        words = records_word(database.table(table), 2)
        raise RefusedError(
            Refusal(
                Reason.NOT_ALLOWED,
                f"Deleted {words} cannot be marked: the table has no column for that.",
                hint="Choose one in the table's settings, or delete for good.",
                table=table,
            )
        )
    return marker


def _deleted(database: Database, table: TableName, marker: Marker) -> sa.ColumnElement[Any]:
    column = database.table(table).column(marker.column)
    if is_flag(column):
        return _bound(database, table, marker.column, _flag(column, True))
    # A record deleted earlier keeps its own moment.
    return sa.func.coalesce(column_of(database, table, marker.column), now_expression(table, column))


def _deleted_by(
    database: Database, table: TableName, marker: Marker, by_column: str, by: str | None
) -> sa.ColumnElement[Any]:
    who = _bound(database, table, by_column, by)
    if is_flag(database.table(table).column(marker.column)):
        return who
    marked = column_of(database, table, marker.column).is_not(None)
    return sa.case((marked, column_of(database, table, by_column)), else_=who)


def _restored(database: Database, table: TableName, marker: Marker) -> sa.ColumnElement[Any]:
    column = database.table(table).column(marker.column)
    if is_flag(column):
        return _bound(database, table, marker.column, _flag(column, False))
    return sa.null()


def _flag(column: Column, deleted: bool) -> object:
    return deleted if column.kind is Kind.BOOLEAN else int(deleted)


def _bound(database: Database, table: TableName, column: str, value: object) -> sa.ColumnElement[Any]:
    return sa.bindparam(None, value, type_=column_of(database, table, column).type)
