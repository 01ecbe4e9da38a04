"""Owns updating records: locked, compared with what was seen, changed columns only, exactly these rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.raw import RawText
from desktop.base.refusal import Refusal, RefusedError
from desktop.browse.binding import equals
from desktop.edit.adjusted import as_sent
from desktop.edit.changes import RecordChange
from desktop.edit.compare import same_value
from desktop.edit.explain import Attempt
from desktop.edit.expressions import default_expression
from desktop.edit.meanwhile import differing, gone, not_allowed
from desktop.edit.newkeys import NewKeys
from desktop.edit.rows import execute_many
from desktop.edit.session import Effort, not_stored
from desktop.edit.stored import StoredRow, as_it_was, existing_keys, read_locked, stored_key
from desktop.schema.database import Database
from desktop.schema.describe import Kind
from desktop.schema.types_sqlite import bindable
from desktop.values.special import DEFAULT

_PLAIN = frozenset((int, bool, float, type(None)))
_AS_SENT = frozenset((str, int, bool, type(None), UUID, bytes))
_KEPT = (Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.INTEGER, Kind.BOOLEAN, Kind.UUID, Kind.BYTES)
"""Values and columns that are stored as they are sent, neither rounded nor rewritten."""


def lock_and_compare(
    session: Session,
    database: Database,
    changes: Sequence[RecordChange],
    watched: Mapping[TableName, Sequence[str]],
) -> dict[RecordRef, StoredRow]:
    """Lock and read every record to be changed or deleted; nothing is written yet.

    ``watched``: columns to read besides those to be changed. Raises RefusedError with one refusal for each
    record that is not there any more (GONE) or holds a field to be written that is not what it was when the
    person saw it (CONFLICT).
    """
    found: dict[RecordRef, StoredRow] = {}
    refused: list[Refusal] = []
    by_table: dict[TableName, list[RecordChange]] = {}
    for change in changes:
        by_table.setdefault(change.ref.table, []).append(change)
    for table, group in sorted(by_table.items(), key=lambda one: str(one[0])):
        columns = dict.fromkeys(column for change in group for column in change.fields)
        columns |= dict.fromkeys(column for change in group for column in change.seen)
        columns |= dict.fromkeys(watched.get(table, ()))
        rows = read_locked(session, database, table, [stored_key(change.ref) for change in group], columns)
        for change in group:
            row = rows.get(stored_key(change.ref))
            refusal = (
                missing(session, database, change) if row is None else differing(database, change, row.values)
            )
            if refusal is not None:
                refused.append(refusal)
            elif row is not None:
                found[change.ref] = row
    if refused:
        raise RefusedError(refused[0], refused[1:], tried=len(changes))
    return found


def missing(session: Session, database: Database, change: RecordChange) -> Refusal:
    """Why a record could not be locked: deleted, or not to be changed by this person."""
    there = existing_keys(session, database, change.ref.table, [stored_key(change.ref)])
    return not_allowed(database, change) if there else gone(database, change.ref)


class Updater:
    """Writes updates whose records are locked and compared; tells what their keys have become."""

    def __init__(
        self,
        session: Session,
        database: Database,
        stored: Mapping[RecordRef, StoredRow],
        new_keys: NewKeys,
        effort: Effort,
        stand_ins: Mapping[RecordRef, Mapping[str, object]],
        speaks_up: Callable[[TableName], bool],
    ) -> None:
        """``stand_ins``: what records hold for the moment in place of what was read. ``speaks_up``: whether a
        write to the table may set off a trigger or a rule."""
        self._session = session
        self._database = database
        self._stored = stored
        self._new_keys = new_keys
        self._effort = effort
        self._shapes: dict[tuple[TableName, tuple[str, ...], RecordRef | None], int] = {}
        self._writable: dict[tuple[TableName, tuple[str, ...]], list[str]] = {}
        self._values: dict[RecordRef, list[object]] = {}
        """What to write for each record, in the order of its shape's columns."""
        self._stand_ins = stand_ins
        self._speaks_up = speaks_up

    def shape(self, change: RecordChange) -> int:
        """Equal for updates that one statement can write; each with an expression among its values or an odd
        key is alone. To be asked for before the update is written."""
        table, fields = change.ref.table, tuple(change.fields)
        names = self._writable.get((table, fields))
        if names is None:
            names = self._writable[table, fields] = self._names(change)
        values = self._values[change.ref] = [self._ready(change, name) for name in names]
        alone = change.ref if _is_odd(stored_key(change.ref), values) else None
        return self._shapes.setdefault((table, fields, alone), len(self._shapes))

    def write(self, changes: Sequence[RecordChange]) -> None:
        """Write updates of one shape in one statement, in this order.

        Raises RefusedError where not exactly these rows were hit, or where they are not there afterwards.
        """
        first = changes[0]
        self._effort.attempt = Attempt(first.ref.table, first.ref, first.values, "update")
        names = self._names(first)
        if names:
            odd = _is_odd(stored_key(first.ref), self._values[first.ref])
            hit = self._write_one(first, names) if odd else self._write_many(changes, names)
            if hit != len(changes):
                raise RefusedError(self._why(changes))
            if self._speaks_up(first.ref.table):
                self._require_taken(changes, names)
        if any(name in self._database.table(first.ref.table).key for name in names):
            for change in changes:
                self._new_keys.moved(change.ref, self._key_after(change))

    def _write_many(self, changes: Sequence[RecordChange], names: Sequence[str]) -> int:
        table = self._database.sa(changes[0].ref.table)
        keys = {
            f"key_{at}": column for at, column in enumerate(self._database.key_columns(changes[0].ref.table))
        }
        new = {f"new_{at}": table.c[name] for at, name in enumerate(names)}
        guarded = [
            name for name in self._guarded(changes[0]) if all(name in self._guarded(c) for c in changes)
        ]
        where = [column == sa.bindparam(name, type_=column.type) for name, column in keys.items()]
        where += [
            as_it_was(self._database, table.c[name], sa.bindparam(f"old_{name}", type_=sa.Text))
            for name in guarded
        ]
        values = {column: sa.bindparam(name, type_=column.type) for name, column in new.items()}
        statement = sa.update(table).where(*where).values(values)
        ready = [self._values[change.ref] for change in changes]
        refs = [self._key_now(change.ref) for change in changes]
        seen = [self._stored[change.ref].exact for change in changes if guarded]
        bound: dict[str, Sequence[object]] = {
            **{name: [row[at] for row in ready] for at, name in enumerate(new)},
            **{name: [key[at] for key in refs] for at, name in enumerate(keys)},
            **{f"old_{name}": [row[name] for row in seen] for name in guarded},
        }
        return execute_many(self._session.connection(), statement, bound)

    def _write_one(self, change: RecordChange, names: Sequence[str]) -> int:
        table = change.ref.table
        columns = self._database.sa(table).c
        where = [*map(equals, self._database.key_columns(table), self._key_now(change.ref))]
        where += [
            as_it_was(
                self._database, columns[name], sa.literal(self._stored[change.ref].exact[name], sa.Text)
            )
            for name in self._guarded(change)
        ]
        values = {columns[name]: ready for name, ready in zip(names, self._values[change.ref], strict=True)}
        statement = sa.update(self._database.sa(table)).where(*where).values(values)
        return self._session.connection().execute(statement).rowcount

    def _require_taken(self, changes: Sequence[RecordChange], names: Sequence[str]) -> None:
        """RefusedError for a record that was hit and yet stands as it did: a trigger or rule took nothing."""
        table = changes[0].ref.table
        if any(name in self._database.table(table).key for name in names):
            return
        keys = [stored_key(change.ref) for change in changes]
        watched = dict.fromkeys(name for change in changes for name in self._stored[change.ref].values)
        rows = read_locked(self._session, self._database, table, keys, watched)
        kept = {name: self._database.table(table).column(name).kind in _KEPT for name in names}
        for change in changes:
            row, before = rows.get(stored_key(change.ref)), self._stored[change.ref].values
            if (
                row is not None
                and all(kept[name] and _is_lost(change.fields[name].new, row.values[name]) for name in names)
                and all(same_value(row.values[name], value) for name, value in before.items())
            ):
                self._effort.attempt = Attempt(table, change.ref, change.values, "update")
                raise RefusedError(not_stored(self._effort.attempt))

    def _key_now(self, ref: RecordRef) -> Key:
        """The key in the database, which may be a stand-in."""
        stand_ins, key = self._stand_ins.get(ref), stored_key(ref)
        if stand_ins is None:
            return key
        return tuple(
            stand_ins.get(name, part)
            for name, part in zip(self._database.table(ref.table).key, key, strict=True)
        )

    def _guarded(self, change: RecordChange) -> list[str]:
        """The columns to compare once more in the statement itself: none where the row is locked."""
        stand_ins = self._stand_ins.get(change.ref, {})
        return [
            name for name in change.fields if name in self._stored[change.ref].exact and name not in stand_ins
        ]

    def _why(self, changes: Sequence[RecordChange]) -> Refusal:
        """Why a statement did not hit its rows: gone or changed since they were read, or swallowed."""
        for change in changes:
            names = list(change.fields)
            key = self._key_now(change.ref)
            row = read_locked(self._session, self._database, change.ref.table, [key], names).get(key)
            if row is None:
                return missing(self._session, self._database, change)
            if len(changes) == 1 and (refusal := differing(self._database, change, row.values)) is not None:
                return refusal
        return not_stored(self._effort.attempt)

    def _names(self, change: RecordChange) -> list[str]:
        table = self._database.table(change.ref.table)
        return [name for name in change.fields if table.column(name).writable]

    def _ready(self, change: RecordChange, name: str) -> object:
        table, value = change.ref.table, change.fields[name].new
        if type(value) in _PLAIN or (type(value) is str and value.isascii()):
            return value
        if value is DEFAULT:
            return default_expression(self._database, table, name)
        if isinstance(value, NewKey):
            value = self._new_keys.value(table, name, value)
        return bindable(value, self._database.sa(table).c[name].type)

    def _key_after(self, change: RecordChange) -> Key:
        table = self._database.table(change.ref.table)
        old = dict(zip(table.key, stored_key(change.ref), strict=True))
        changed = [name for name in self._names(change) if name in table.key]
        new = old | {name: self._ready(change, name) for name in changed}
        columns = self._database.key_columns(table.name)
        where = [
            column == value if isinstance(value, sa.ColumnElement) else equals(column, value)
            for column, value in zip(columns, new.values(), strict=True)
        ]
        # As the database writes it: char(n), a number of fixed scale, a default.
        row = self._session.execute(sa.select(*columns).where(*where)).first()
        if row is None:
            raise RefusedError(not_stored(self._effort.attempt))
        return tuple(row)


def _is_lost(sent: object, now: object) -> bool:
    """Something else stands there, and not because it was only brought into the column's own form."""
    padded = str(sent).rstrip() == str(now).rstrip()
    return type(sent) in _AS_SENT and not as_sent(sent, now) and not padded


def _is_odd(key: Key, values: Sequence[object]) -> bool:
    """Whether anything of it cannot be sent as one row of many."""
    return not all(type(part) is int or _is_plain(part) for part in key) or not all(
        type(value) in _PLAIN or type(value) is str or not isinstance(value, sa.ClauseElement)
        for value in values
    )


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
    return not isinstance(value, RawText)
