"""Owns inserting staged records through the Session; decides neither order nor transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.edit.changes import RecordChange
from desktop.edit.explain import Attempt
from desktop.edit.newkeys import NewKeys
from desktop.edit.session import Effort, not_stored
from desktop.schema.database import Database
from desktop.schema.mapping import attribute
from desktop.schema.types_sqlite import bindable
from desktop.values.special import DEFAULT


def insert_records(
    session: Session,
    database: Database,
    level: Sequence[RecordChange],
    new_keys: NewKeys,
    effort: Effort,
    *,
    together: bool,
) -> None:
    """Insert one level of staged records; the flush gives their keys.

    ``together`` sends them in as few statements as possible; otherwise each is flushed alone, so that a
    failure is known to be its own. Columns not staged are left to the database.
    """
    with _noticing_ignored_inserts(session, effort):
        for change in level:
            effort.attempt = Attempt(change.ref.table, change.ref, change.values, "insert")
            record = _build(database, change, new_keys)
            session.add(record)
            if not together:
                session.flush()
            new_keys.inserted(change.ref, record)
        session.flush()


def _build(database: Database, change: RecordChange, new_keys: NewKeys) -> object:
    table = change.ref.table
    cls = database.cls(table)
    _require_key(database, change)
    record: object = cls()
    for column, value in change.values.items():
        if value is not DEFAULT and database.table(table).column(column).writable:
            ready = bindable(new_keys.value(table, column, value), database.sa(table).c[column].type)
            setattr(record, attribute(cls, column), ready)
    return record


def _require_key(database: Database, change: RecordChange) -> None:
    """A key that nobody numbers must be given: the Session cannot do without, and SQLite would store NULL."""
    table = database.table(change.ref.table)
    if table.key_is_rowid:
        return
    given = {name for name, value in change.values.items() if value is not None and value is not DEFAULT}
    numbered = {c.name for c in table.columns if c.identity or c.has_default or c.generated}
    missing = tuple(name for name in table.key if name not in given and name not in numbered)
    if missing:
        raise RefusedError(
            Refusal(
                Reason.REQUIRED,
                "The key of a new record must be filled in." if len(missing) == 1
                else "All fields of the key of a new record must be filled in.",
                table=table.name,
                fields=missing,
                record=change.ref,
            )
        )  # fmt: skip


@contextmanager
def _noticing_ignored_inserts(session: Session, effort: Effort) -> Iterator[None]:
    """Refuse an INSERT that stored nothing: the driver would report the key of some earlier record."""
    connection = session.connection()

    def check(
        _connection: sa.Connection,
        cursor: DBAPICursor,
        _statement: str,
        parameters: object,
        context: sa.engine.interfaces.ExecutionContext,
        many: bool,
    ) -> None:
        # With RETURNING sqlite3 counts only as rows are fetched; there the missing key tells.
        counted = cursor.description is None or not isinstance(cursor, sqlite3.Cursor)
        sent = len(parameters) if many and isinstance(parameters, Sequence) else 1
        if context.isinsert and counted and cursor.rowcount < sent:
            raise RefusedError(not_stored(effort.attempt))

    sa.event.listen(connection, "after_cursor_execute", check)
    try:
        yield
    finally:
        sa.event.remove(connection, "after_cursor_execute", check)
