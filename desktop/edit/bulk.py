"""Owns delete and set-field on a selection: statements of some size, counted, never loading a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.selection import Selection
from desktop.edit.counting import require
from desktop.edit.delete import delete_rows
from desktop.edit.explain import Attempt
from desktop.edit.expressions import column_of, default_expression, now_expression
from desktop.edit.recording import Recording
from desktop.edit.save_log import Recorder
from desktop.edit.session import Effort, writing
from desktop.edit.stretches import stretches
from desktop.schema.database import Database
from desktop.schema.describe import Column
from desktop.schema.labels import heading
from desktop.values.locale import PLAIN, Locale


@dataclass(frozen=True, slots=True)
class SetValue:
    """Every record gets this value."""

    value: object


@dataclass(frozen=True, slots=True)
class SetNull:
    """Every record's field becomes empty (NULL)."""


@dataclass(frozen=True, slots=True)
class SetNow:
    """Every record gets the database's present date or time."""


@dataclass(frozen=True, slots=True)
class SetDefault:
    """Every record gets the column's default."""


Assignment: TypeAlias = SetValue | SetNull | SetNow | SetDefault


def delete_selected(
    database: Database,
    selection: Selection,
    expected: int,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
    progress: Progress = no_progress,
    recorder: Recorder | None = None,
) -> int:
    """Delete the selected records in one transaction; returns how many.

    Raises RefusedError (count changed) where there are not exactly ``expected`` of them, or as the database
    says; nothing is deleted then.
    """
    effort = Effort(Attempt(selection.table, None, {}, "delete", selection, locale))
    token = token or CancelToken()
    recording = Recording(database, recorder)
    with recording.watched(), writing(database, token, effort) as session:
        recording.begin(session)
        recording.deleting(selection, locale, expected)
        deleted = delete_rows(
            session, database, selection, expected, locale=locale, token=token, progress=progress
        )
        recording.committing()
    recording.saved()
    return deleted


def set_field(
    database: Database,
    selection: Selection,
    column: str,
    assignment: Assignment,
    expected: int,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
    progress: Progress = no_progress,
    recorder: Recorder | None = None,
) -> int:
    """Set one field of every selected record in one transaction; returns how many.

    Raises RefusedError as ``delete_selected`` does, or where the field cannot be set.
    """
    value = _expression(database, selection.table, _writable(database, selection.table, column), assignment)
    attempted = {column: assignment.value} if isinstance(assignment, SetValue) else {column: None}
    effort = Effort(Attempt(selection.table, None, attempted, "bulk update", selection, locale))
    token = token or CancelToken()
    return update_selected(
        database, selection, {column: value}, expected, effort, locale, token, progress, recorder
    )


def update_selected(
    database: Database,
    selection: Selection,
    values: dict[str, sa.ColumnElement[Any]],
    expected: int,
    effort: Effort,
    locale: Locale,
    token: CancelToken,
    progress: Progress,
    recorder: Recorder | None,
    check: Callable[[Session], None] | None = None,
) -> int:
    """``update_rows`` in a transaction of its own, ``check`` first; told to the recorder."""
    recording = Recording(database, recorder)
    with recording.watched(), writing(database, token, effort) as session:
        if check is not None:
            check(session)
        recording.begin(session)
        recording.updating_selected(selection, values, locale, expected)
        updated = update_rows(
            session, database, selection, values, expected, locale=locale, token=token, progress=progress
        )
        recording.committing()
    recording.saved()
    return updated


def update_rows(
    session: Session,
    database: Database,
    selection: Selection,
    values: dict[str, sa.ColumnElement[Any]],
    expected: int,
    *,
    locale: Locale = PLAIN,
    token: CancelToken,
    progress: Progress = no_progress,
) -> int:
    """Set these columns of the selected rows, stretch by stretch; the statements tell how many there were.

    Raises RefusedError (count changed); the caller's transaction then has to be rolled back.
    """
    table = selection.table
    assigned = {column_of(database, table, name): value for name, value in values.items()}
    updated = 0
    for stretch in stretches(session, database, selection, expected, locale=locale, changing=values):
        token.check()
        statement = sa.update(database.sa(table)).where(stretch.clause)
        result = session.connection().execute(statement.values(assigned))
        updated += result.rowcount
        progress(min(updated, expected), expected)
    require(database, table, updated, expected)
    return updated


def _writable(database: Database, table: TableName, name: str) -> Column:
    column = database.table(table).column(name)
    if not column.writable:
        sentence = f"“{heading(name)}” is computed by the database and cannot be set."
        raise RefusedError(Refusal(Reason.NOT_ALLOWED, sentence, table=table, fields=(name,)))
    return column


def _expression(
    database: Database, table: TableName, column: Column, assignment: Assignment
) -> sa.ColumnElement[Any]:
    if isinstance(assignment, SetNull):
        return sa.null()
    if isinstance(assignment, SetNow):
        return now_expression(table, column)
    if isinstance(assignment, SetDefault):
        return default_expression(database, table, column.name)
    # bindparam, not literal: None and stand-ins keep the column's own type.
    return sa.bindparam(None, assignment.value, type_=column_of(database, table, column.name).type)
