"""Owns deleting rows by key or by view inside a write transaction, counted; never loads a record."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.keys import NewKey, TableName
from desktop.base.refusal import RefusedError
from desktop.browse.keys_clause import selection_clause
from desktop.browse.selection import AllMatching, ChosenKeys, Selection
from desktop.edit.changes import RecordChange
from desktop.edit.counting import count, parts, require
from desktop.edit.explain import Attempt
from desktop.edit.recording import Recording
from desktop.edit.session import Effort, not_stored
from desktop.edit.stored import existing_keys
from desktop.edit.stretches import stretches
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey
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
    """Delete the selected records, stretch by stretch; returns how many.

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
    for stretch in stretches(session, database, selection, expected, locale=locale, whole=to_itself):
        if token is not None:
            token.check()
        deleted += _delete_where(session, database, table, stretch.clause)
        seen += stretch.size
        progress(seen or deleted, expected)
    if by_cascade:  # some of them went with their chosen parents, which no statement's row count tells
        left = count(session, database, selection, locale)
        deleted = expected - left
    require(database, table, deleted, expected)
    return deleted


def delete_records(
    session: Session,
    database: Database,
    changes: Sequence[RecordChange],
    effort: Effort,
    recording: Recording,
) -> None:
    """Delete records of one table that are locked and were there; RefusedError where one is there still.

    Counted by looking: a record may also go along with another one of them, by cascade.
    """
    table = changes[0].ref.table
    effort.attempt = Attempt(table, changes[0].ref, {}, "delete")
    keys = [change.ref.key for change in changes if not isinstance(change.ref.key, NewKey)]
    recording.deleting(ChosenKeys(table, tuple(keys)))
    for part in parts(database, ChosenKeys(table, tuple(keys)), whole=_refers_to_itself(database, table)):
        _delete_where(session, database, table, selection_clause(database, part))
    if existing_keys(session, database, table, keys):
        raise RefusedError(not_stored(effort.attempt))


def let_go(
    session: Session,
    database: Database,
    table: TableName,
    changes: Sequence[RecordChange],
    foreign_keys: Sequence[ForeignKey],
    recording: Recording,
) -> None:
    """Empty these foreign keys of records that are to be deleted together with what they point to: of two
    that point to each other neither could go first."""
    keys = tuple(change.ref.key for change in changes if not isinstance(change.ref.key, NewKey))
    names = [name for key in foreign_keys for name in key.columns]
    recording.updating_selected(ChosenKeys(table, keys), names)
    for part in parts(database, ChosenKeys(table, keys)):
        empty = dict.fromkeys((database.sa(table).c[name] for name in names), sa.null())
        session.execute(sa.update(database.sa(table)).where(selection_clause(database, part)).values(empty))


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


def _delete_where(
    session: Session, database: Database, table: TableName, clause: sa.ColumnElement[bool]
) -> int:
    result = session.execute(sa.delete(database.sa(table)).where(clause))
    assert isinstance(result, sa.CursorResult)
    return result.rowcount
