"""Owns deleting rows by key or by view inside a write transaction, counted; never loads a record."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import RefusedError
from desktop.browse.keys_clause import selection_clause
from desktop.browse.selection import AllMatching, ChosenKeys, Selection
from desktop.edit.counting import count, parts, require, size
from desktop.edit.update import gone
from desktop.schema.database import Database
from desktop.values.locale import PLAIN, Locale


def delete_rows(
    session: Session,
    database: Database,
    selection: Selection,
    expected: int,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
    progress: Progress = no_progress,
) -> int:
    """Delete the selected records, one statement per part; returns how many.

    Raises RefusedError (count changed) where there are not exactly ``expected`` of them; the caller's
    transaction then has to be rolled back.
    """
    table = selection.table
    to_itself = _refers_to_itself(database, table)
    by_cascade = cascades_back(database, table)
    if by_cascade or isinstance(selection, AllMatching):
        require(database, table, count(session, database, selection, locale), expected)
    if to_itself and not database.capabilities.deferred_constraints:
        # A chosen parent may stand in an earlier part than its chosen child: judge at COMMIT instead.
        session.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
    deleted = seen = 0
    for part in parts(database, selection, whole=to_itself):
        if token is not None:
            token.check()
        deleted += _delete_part(session, database, part, locale)
        seen += size(part)
        progress(seen or deleted, expected)
    if by_cascade:  # some of them went with their chosen parents, which no statement's row count tells
        left = count(session, database, selection, locale)
        deleted = expected - left
    require(database, table, deleted, expected)
    return deleted


def delete_record(session: Session, database: Database, ref: RecordRef) -> None:
    """Delete one record; RefusedError (gone) where it is not there any more."""
    assert not isinstance(ref.key, NewKey)
    part = ChosenKeys(ref.table, (ref.key,))
    if _delete_part(session, database, part, PLAIN) != 1:
        raise RefusedError(gone(database, ref))


def cascades_back(database: Database, table: TableName) -> bool:
    """Whether deleting a record of the table can, by cascade, delete another record of the same table."""
    seen: set[TableName] = set()
    waiting = [table]
    while waiting:
        for foreign_key in database.incoming(waiting.pop()):
            if foreign_key.on_delete != "CASCADE":
                continue
            if foreign_key.table == table:
                return True
            if foreign_key.table not in seen:
                seen.add(foreign_key.table)
                waiting.append(foreign_key.table)
    return False


def touched_by_delete(database: Database, table: TableName) -> frozenset[TableName]:
    """The table, and every one whose rows the database itself deletes or changes along with it."""
    touched = {table}
    waiting = [table]
    while waiting:
        for foreign_key in database.incoming(waiting.pop()):
            if foreign_key.on_delete in ("CASCADE", "SET NULL", "SET DEFAULT"):
                if foreign_key.on_delete == "CASCADE" and foreign_key.table not in touched:
                    waiting.append(foreign_key.table)
                touched.add(foreign_key.table)
    return frozenset(touched)


def _refers_to_itself(database: Database, table: TableName) -> bool:
    return any(foreign_key.table == table for foreign_key in database.incoming(table))


def _delete_part(session: Session, database: Database, part: Selection, locale: Locale) -> int:
    statement = sa.delete(database.sa(part.table)).where(selection_clause(database, part, locale))
    result = session.execute(statement)
    assert isinstance(result, sa.CursorResult)
    return result.rowcount
