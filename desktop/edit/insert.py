"""Owns inserting staged records through the Session; decides neither order nor transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import FlushError

from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.binding import equals
from desktop.edit.changes import RecordChange
from desktop.edit.explain import Attempt
from desktop.edit.insisting import insert_insisting, insists
from desktop.edit.newkeys import NewKeys
from desktop.edit.number_ahead import number_ahead
from desktop.edit.session import Effort, not_stored
from desktop.edit.stored import existing_keys, key_of
from desktop.schema.database import Database
from desktop.schema.describe import Table
from desktop.schema.mapping import attribute
from desktop.schema.types_sqlite import bindable
from desktop.values.special import DEFAULT


def insert_records(
    session: Session,
    database: Database,
    changes: Sequence[RecordChange],
    new_keys: NewKeys,
    effort: Effort,
) -> None:
    """Insert staged records of one table that need none of each other, in as few statements as the database
    can number them in; columns not staged are left to the database.

    Raises RefusedError where one is not there afterwards.
    """
    table = changes[0].ref.table
    records = []
    with _noticing_ignored_inserts(session, effort):
        for change in changes:
            effort.attempt = Attempt(table, change.ref, change.values, "insert")
            records.append(_build(database, change, new_keys))
        if database.table(table).key_is_rowid:
            _leave_taken(session, database, table, records)
        if insists(database, table, changes):
            for record in records:
                insert_insisting(session, database, table, record)
        else:
            _flush(session, database, table, records, effort)
    _verify(session, database, table, records, effort)
    for change, record in zip(changes, records, strict=True):
        new_keys.inserted(change.ref, record)


def fill_in(
    session: Session,
    database: Database,
    changes: Sequence[RecordChange],
    new_keys: NewKeys,
    effort: Effort,
) -> None:
    """Write the fields of new records that had to wait until the records they point to were there."""
    for change in changes:
        table = change.ref.table
        effort.attempt = Attempt(table, change.ref, change.values, "insert")
        columns = database.sa(table).c
        values = {columns[name]: new_keys.value(table, name, value) for name, value in change.values.items()}
        key = map(equals, database.key_columns(table), new_keys.key(change.ref.key))
        statement = sa.update(database.sa(table)).where(*key).values(values)
        if session.connection().execute(statement).rowcount != 1:
            raise RefusedError(not_stored(effort.attempt))


def _flush(
    session: Session, database: Database, table: TableName, records: Sequence[object], effort: Effort
) -> None:
    if len(records) > 1:
        number_ahead(session, database, table, records)
    session.add_all(records)
    try:
        session.flush()
    except FlushError as error:  # fewer keys came back than rows were sent
        raise RefusedError(not_stored(effort.attempt, str(error))) from error


def _leave_taken(session: Session, database: Database, table: TableName, records: Sequence[object]) -> None:
    """A row that is put back and whose number another row has by now gets a new one: it is nobody's key."""
    (column,) = database.table(table).key
    name = attribute(database.cls(table), column)
    numbered = {record.__dict__[name]: record for record in records if name in record.__dict__}
    if not numbered:
        return
    for (number,) in existing_keys(session, database, table, [(number,) for number in numbered]):
        delattr(numbered[number], name)


def _verify(
    session: Session, database: Database, table: TableName, records: Sequence[object], effort: Effort
) -> None:
    """Look whether they are all there; take each key as the database writes it (char(n), a fixed scale)."""
    by_key = {key_of(database, table, record): record for record in records}
    there = existing_keys(session, database, table, list(by_key))
    columns = database.key_columns(table)
    for key in by_key.keys() - there:
        found = session.execute(sa.select(*columns).where(*map(equals, columns, key))).first()
        if found is None:
            raise RefusedError(not_stored(effort.attempt))
        for column, value in zip(database.table(table).key, found, strict=True):
            set_committed_value(by_key[key], attribute(type(by_key[key]), column), value)


def _build(database: Database, change: RecordChange, new_keys: NewKeys) -> object:
    table = change.ref.table
    cls = database.cls(table)
    _require_key(database, change)
    record: object = cls()
    for column, value in change.values.items():
        if value is not DEFAULT and _is_sent(database.table(table), column):
            ready = bindable(new_keys.value(table, column, value), database.sa(table).c[column].type)
            setattr(record, attribute(cls, column), ready)
    return record


def _is_sent(table: Table, column: str) -> bool:
    """A number that the database would give itself is sent where a row is put back as it was."""
    if table.key_is_rowid and column in table.key:
        return True
    described = table.column(column)
    return described.writable or described.identity


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
