"""Owns taking a save back: the reverse of its row changes as a unit, after a look at what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.binding import bind, equals
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.edit.changes import Action, ChangeSet, FieldChange, RecordChange
from desktop.edit.compare import same_value
from desktop.edit.explain import Attempt
from desktop.edit.recorded_rows import read_rows
from desktop.edit.save_log import Recorder, RowChange, Values
from desktop.edit.saved import Saved
from desktop.edit.session import not_stored
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey
from desktop.schema.types_sqlite import bindable

_Held: TypeAlias = tuple[TableName, tuple[str, ...], tuple[object, ...]]


class Why(Enum):
    """What stands in the way of taking a row's change back."""

    CHANGED = "changed"
    GONE = "gone"
    BACK = "back"
    """A removed row is there again."""
    USED = "used"
    """Other records point to a row that the save had made."""
    UNKNOWN = "unknown"
    """Its table or one of its columns is not there any more."""


@dataclass(frozen=True, slots=True)
class Since:
    """One row that somebody changed after the save."""

    row: RowChange
    why: Why
    columns: tuple[str, ...] = ()
    now: Values | None = None
    """The values of those columns now."""
    by: TableName | None = None
    """Of USED: the table whose records point to it."""


class ChangedSinceError(RefusedError):
    """Somebody has changed since what the save changed; nothing was written."""

    def __init__(self, since: Sequence[Since]) -> None:
        first = since[0].row
        super().__init__(
            Refusal(
                Reason.CONFLICT,
                "Some of what this save changed was changed again since.",
                hint="Nothing was written.",
                table=first.table,
            )
        )
        self.since = tuple(since)


def take_back(
    database: Database,
    rows: Sequence[RowChange],
    *,
    recorder: Recorder | None = None,
    token: CancelToken | None = None,
) -> Saved:
    """Put removed rows back, take made rows away, return old values: one verified save.

    Raises ChangedSinceError, with nothing written, where a row is not as the save left it; RefusedError as
    every save does.
    """
    unknown = [Since(row, Why.UNKNOWN) for row in rows if not _known(database, row)]
    if unknown:
        raise ChangedSinceError(unknown)
    changes, late = reverse(database, rows)
    unit = Unit(database, changes, recorder, partial(_look, database, rows), partial(_close, database, late))
    return unit.save(token)


@dataclass(frozen=True, slots=True)
class Late:
    """Fields of a row put back that point to one put back after it."""

    table: TableName
    key: Key
    values: Values


def reverse(database: Database, rows: Sequence[RowChange]) -> tuple[ChangeSet, list[Late]]:
    """What must be staged to undo these changes: parents before their children, made rows the other way.
    Where records point to each other in a circle, what is to be written when all of them are there."""
    changes, late = ChangeSet(), []
    removed = _parents_first(database, [row for row in rows if row.key_after is None])
    for row, names in zip(removed, _pointing_ahead(database, removed), strict=True):
        values = _values(database, row)
        changes.insert(row.table, {name: None if name in names else value for name, value in values.items()})
        if names and row.key_before is not None:
            late.append(Late(row.table, row.key_before, {name: values[name] for name in names}))
    for row in rows:
        if row.key_before is not None and row.key_after is not None:
            ref = RecordRef(row.table, row.key_after)
            fields = {name: FieldChange(row.after[name], row.before[name]) for name in row.before}
            changes.put(RecordChange(ref, Action.UPDATE, fields))
    for row in reversed(_parents_first(database, [row for row in rows if row.key_before is None])):
        assert row.key_after is not None
        changes.delete(RecordRef(row.table, row.key_after))
    return changes, late


def _pointing_ahead(database: Database, ordered: Sequence[RowChange]) -> Iterator[frozenset[str]]:
    """For each row the fields that may be empty at first and point to a row that comes later."""
    coming: dict[_Held, int] = {}
    for place, row in enumerate(ordered):
        for held in _held(database, row):
            coming[held] = place
    for place, row in enumerate(ordered):
        table, names = database.table(row.table), set()
        for key in table.foreign_keys:
            free = [n for n in key.columns if table.column(n).nullable and n not in table.key]
            if free and coming.get(_wanted(key, row.before), -1) > place:
                names.update(free)
        yield frozenset(names)


def _close(database: Database, late: Sequence[Late], session: Session) -> None:
    """Close the circles; RefusedError where a row put back is not there any more."""
    for one in late:
        table = database.sa(one.table)
        same = map(equals, database.key_columns(one.table), one.key)
        values = {table.c[name]: bindable(value, table.c[name].type) for name, value in one.values.items()}
        if session.connection().execute(sa.update(table).where(*same).values(values)).rowcount != 1:
            raise RefusedError(not_stored(Attempt(one.table, RecordRef(one.table, one.key), {}, "update")))


def _known(database: Database, row: RowChange) -> bool:
    table = database.schema.tables.get(row.table)
    names = {column.name for column in table.columns} if table is not None else set()
    return table is not None and not table.read_only_reason and {*row.before, *row.after} <= names


def _values(database: Database, row: RowChange) -> dict[str, object]:
    """What a removed row is made of again: what was written into it, and every number it was given."""
    table = database.table(row.table)
    columns = ((name, value, table.column(name)) for name, value in row.before.items())
    values = {name: value for name, value, column in columns if column.writable or column.identity}
    if table.key_is_rowid and row.key_before is not None:
        values[table.key[0]] = row.key_before[0]
    return values


def _parents_first(database: Database, rows: Sequence[RowChange]) -> list[RowChange]:
    """Rows in an order in which each finds what it points to; a circle stays as it comes."""
    values = {id(row): row.before if row.key_after is None else row.after for row in rows}
    holders = {held: row for row in rows for held in _held(database, row)}
    ordered: dict[int, RowChange] = {}
    for row in rows:
        # Depth first without recursion: chains of records may be thousands long.
        stack, seen = [row], {id(row)}
        while stack:
            parents = [
                found
                for key in database.table(stack[-1].table).foreign_keys
                if (found := holders.get(_wanted(key, values[id(stack[-1])]))) is not None
                and id(found) not in ordered and id(found) not in seen
            ]  # fmt: skip
            if parents:
                seen.add(id(parents[0]))
                stack.append(parents[0])
            else:
                last = stack.pop()
                ordered[id(last)] = last
    return list(ordered.values())


def _held(database: Database, row: RowChange) -> Iterator[_Held]:
    """As what a row can be pointed to."""
    values = row.before if row.key_after is None else row.after
    for foreign_key in database.incoming(row.table):
        columns = foreign_key.target_columns
        yield row.table, columns, tuple(_hashable(values[name]) for name in columns)


def _wanted(key: ForeignKey, values: Values) -> _Held:
    return key.target, key.target_columns, tuple(_hashable(values[name]) for name in key.columns)


def _hashable(value: object) -> object:
    return value if value.__hash__ is not None else repr(value)


# what changed since


def _look(database: Database, rows: Sequence[RowChange], session: Session) -> None:
    """In the transaction, before anything is written: ChangedSinceError where a row is not as it was left."""
    left_by_it = {(row.table, row.key_after): row for row in rows if row.key_after is not None}
    since: list[Since] = []
    for table, group in _by_table(rows).items():
        left = [row for row in group if row.key_after is not None]
        stored = _stored(session, database, table, [row.key_after for row in left if row.key_after])
        for row in left:
            now = stored.get(row.key_after or ())
            found = _compare(row, now)
            if found is None and row.key_before is None:
                found = _used(session, database, row, left_by_it)
            if found is not None:
                since.append(found)
        removed = [row for row in group if row.key_after is None and not database.table(table).key_is_rowid]
        again = _stored(session, database, table, [row.key_before for row in removed if row.key_before])
        since += [Since(row, Why.BACK) for row in removed if row.key_before in again]
    if since:
        raise ChangedSinceError(since)


def _by_table(rows: Iterable[RowChange]) -> dict[TableName, list[RowChange]]:
    found: dict[TableName, list[RowChange]] = {}
    for row in rows:
        found.setdefault(row.table, []).append(row)
    return found


def _stored(
    session: Session, database: Database, table: TableName, keys: Sequence[Key]
) -> Mapping[Key, Values]:
    names = [column.name for column in database.table(table).columns]
    found: dict[Key, Values] = {}
    for chunk in key_chunks(database, keys):
        clause = keys_clause(database, table, chunk)
        found.update((key, values) for key, values, _ in read_rows(session, database, table, clause, names))
    return found


def _compare(row: RowChange, now: Values | None) -> Since | None:
    if now is None:
        return Since(row, Why.GONE)
    columns = tuple(name for name, value in row.after.items() if not same_value(now[name], value))
    if not columns:
        return None
    return Since(row, Why.CHANGED, columns, {name: now[name] for name in columns})


def _used(
    session: Session,
    database: Database,
    row: RowChange,
    left_by_it: Mapping[tuple[TableName, Key], RowChange],
) -> Since | None:
    """Records that point to a row the save had made, and that it had not led there: they would go too."""
    for foreign_key in database.incoming(row.table):
        child = foreign_key.table
        if child not in database.schema.tables:
            continue
        columns = database.sa(child).c
        clause = sa.and_(
            *(
                columns[here] == bind(row.after[there], columns[here].type)
                for here, there in zip(foreign_key.columns, foreign_key.target_columns, strict=True)
                if row.after[there] is not None
            )
        )
        for key, _, _ in read_rows(session, database, child, clause, []):
            own = left_by_it.get((child, key))
            if own is None or not (own.key_before is None or {*foreign_key.columns} <= {*own.after}):
                return Since(row, Why.USED, by=child)
    return None
