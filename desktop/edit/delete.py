"""Owns deleting rows by key or by view inside a write transaction, counted; never loads a record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Refusal, RefusedError
from desktop.browse.binding import equals
from desktop.browse.keys_clause import selection_clause
from desktop.browse.selection import ChosenKeys, Selection
from desktop.edit.changes import RecordChange
from desktop.edit.counting import count, parts, require
from desktop.edit.explain import Attempt
from desktop.edit.meanwhile import differing
from desktop.edit.recording import Recording
from desktop.edit.session import Effort, not_stored
from desktop.edit.stored import StoredRow, as_it_was, can_lock, existing_keys, read_locked, stored_key
from desktop.edit.stretches import stretches
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey
from desktop.values.locale import PLAIN, Locale

_TOGETHER = 200
"""Records in one statement that compares each with what was read of it."""


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
    if by_cascade:
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
    stored: Mapping[RecordRef, StoredRow],
) -> None:
    """Delete records of one table that were read and compared; RefusedError where one is there still.

    Counted by looking: a record may also go along with another one of them, by cascade. Where they could not
    be locked, each must still be as it was read when its statement comes to it.
    """
    table = changes[0].ref.table
    effort.attempt = Attempt(table, changes[0].ref, {}, "delete")
    keys = [change.ref.key for change in changes if not isinstance(change.ref.key, NewKey)]
    recording.deleting(ChosenKeys(table, tuple(keys)))
    at_once = _refers_to_itself(database, table)
    if can_lock(database, table):
        chosen = parts(database, ChosenKeys(table, tuple(keys)), whole=at_once)
        clauses = [selection_clause(database, part) for part in chosen]
    else:
        each = [_as_it_was(database, change, stored[change.ref].exact) for change in changes]
        size = len(each) if at_once else _TOGETHER
        clauses = [sa.or_(*each[start : start + size]) for start in range(0, len(each), size)]
    for clause in clauses:
        _delete_where(session, database, table, clause)
    left = existing_keys(session, database, table, keys)
    if left:
        raise RefusedError(_why(session, database, changes, left) or not_stored(effort.attempt))


def _as_it_was(
    database: Database, change: RecordChange, exact: Mapping[str, str | None]
) -> sa.ColumnElement[bool]:
    """The record, where it still holds what was read of it."""
    table, key = database.sa(change.ref.table), stored_key(change.ref)
    own = map(equals, database.key_columns(change.ref.table), key)
    held = (as_it_was(database, table.c[name], sa.literal(seen, sa.Text)) for name, seen in exact.items())
    return sa.and_(*own, *held)


def _why(
    session: Session, database: Database, changes: Sequence[RecordChange], left: Collection[Key]
) -> Refusal | None:
    """What somebody has changed after it was compared, in a record that could not be locked."""
    for change in changes:
        key = stored_key(change.ref)
        if key in left:
            row = read_locked(session, database, change.ref.table, [key], change.seen)[key]
            if (refusal := differing(database, change, row.values)) is not None:
                return refusal
    return None


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
