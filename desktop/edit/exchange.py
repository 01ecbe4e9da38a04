"""Owns how unique values are handed on within one save: who gives a value up goes before who takes it; where
that cannot be, in a circle or because foreign keys decide the order, one holds a stand-in meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.binding import equals
from desktop.edit.changes import Action, RecordChange
from desktop.edit.session import FAULTS
from desktop.edit.stored import StoredRow, stored_key
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind, Table
from desktop.schema.labels import column_heading, records_word

Place: TypeAlias = tuple[object, ...]
"""A table, the columns of a unique combination and their values."""


@dataclass(frozen=True, slots=True)
class Order:
    """Updates in the order in which they can be written, and those that must give way first."""

    changes: list[RecordChange]
    give_way: list[tuple[RecordChange, str]]
    """A record, and the column in which it holds a stand-in until its own turn."""


def watched_columns(database: Database, changes: Iterable[RecordChange]) -> dict[TableName, list[str]]:
    """The columns to read besides those to be changed: the rest of each touched unique combination."""
    found: dict[TableName, dict[str, None]] = {}
    touched = _Touched(database)
    for change in changes:
        for columns in touched.by(change):
            found.setdefault(change.ref.table, {}).update(dict.fromkeys(columns))
    return {table: list(names) for table, names in found.items()}


def in_order(
    database: Database, changes: Sequence[RecordChange], stored: Mapping[RecordRef, StoredRow]
) -> Order:
    """The updates so that each finds the unique values it wants given up already."""
    waits = _waiting(database, changes, stored)
    if not waits:
        return Order(list(changes), [])
    by_ref = {change.ref: change for change in changes}
    ordered: dict[RecordRef, None] = {}
    give_way: list[tuple[RecordChange, str]] = []
    for start in by_ref:
        path: dict[RecordRef, None] = {}
        ref: RecordRef | None = start
        while ref is not None and ref not in ordered and ref not in path:
            path[ref] = None
            ref = waits[ref][0] if ref in waits else None
        if ref is not None and ref in path:  # round in a circle: the one waited for gives way
            give_way.append((by_ref[ref], _stand_in_column(database, by_ref[ref], waits)))
        ordered.update(dict.fromkeys(reversed(path)))
    return Order([by_ref[ref] for ref in ordered], give_way)


def in_the_way(
    database: Database,
    holders: Sequence[RecordChange],
    takers: Iterable[RecordChange],
    stored: Mapping[RecordRef, StoredRow],
) -> list[tuple[RecordChange, str]]:
    """The records that are to be written later, though one that is written earlier wants what they hold, each
    with the column in which it can hold a stand-in until then."""
    touched = _Touched(database)
    held = {
        place: (change, columns)
        for change in holders
        for columns, place in _given_up(touched, change, _now(database, change, stored))
    }
    if not held:
        return []
    found: dict[tuple[RecordRef, tuple[str, ...]], tuple[RecordChange, str]] = {}
    for taker in takers:
        for _, place in _wanted(touched, taker, _now(database, taker, stored)):
            holder, columns = held.get(place, (taker, ()))
            if holder is not taker:
                found[holder.ref, columns] = (holder, _bearing(database, holder, columns))
    return list(found.values())


def give_way(session: Session, database: Database, change: RecordChange, column: str) -> object:
    """Let a record hold a stand-in in a column that it exchanges with another, and return it; RefusedError
    where the database does not have it."""
    table = database.table(change.ref.table)
    base = database.sa(table.name)
    where = map(equals, database.key_columns(table.name), stored_key(change.ref))
    try:
        with session.begin_nested():
            stand_in = _stand_in(session, base.c[column], table.column(column))
            session.execute(sa.update(base).where(*where).values({base.c[column]: stand_in}))
    except FAULTS as error:
        raise RefusedError(_cannot_exchange(table, change, column)) from error
    return stand_in


def may_give_way(database: Database, change: RecordChange) -> list[str]:
    """The columns it changes in which a record could hold a stand-in, those that bear it best first."""
    table = database.table(change.ref.table)
    pointing = {name for key in table.foreign_keys for name in key.columns}
    columns = [table.column(name) for name in change.fields if name not in table.key]
    able = [one for one in columns if one.writable and (one.nullable or one.kind in _STAND_INS)]
    return [one.name for one in sorted(able, key=lambda one: _burden(table, one, pointing))]


class _Touched(dict[tuple[TableName, tuple[str, ...]], list[tuple[str, ...]]]):
    """The unique combinations that changes of some fields of a table touch; looked up once for all alike."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database

    def __missing__(self, shape: tuple[TableName, tuple[str, ...]]) -> list[tuple[str, ...]]:
        table, fields = shape
        found = self[shape] = [
            columns
            for columns in _uniques(self._database.table(table))
            if any(name in fields for name in columns)
        ]
        return found

    def by(self, change: RecordChange) -> list[tuple[str, ...]]:
        """Of a record that is deleted, all of them."""
        if change.action is Action.DELETE:
            return _uniques(self._database.table(change.ref.table))
        return self[change.ref.table, tuple(change.fields)]


def _uniques(table: Table) -> list[tuple[str, ...]]:
    """The unique combinations, the key among them: it can be changed, too."""
    return list(dict.fromkeys((*([table.key] if table.key else []), *(one.columns for one in table.uniques))))


def _given_up(
    touched: _Touched, change: RecordChange, row: Mapping[str, object]
) -> Iterator[tuple[tuple[str, ...], Place]]:
    """What a record holds and will not any more."""
    for columns in touched.by(change):
        if all(name in row for name in columns):
            yield columns, _place(change.ref.table, columns, [row[name] for name in columns])


def _wanted(
    touched: _Touched, change: RecordChange, row: Mapping[str, object]
) -> Iterator[tuple[tuple[str, ...], Place]]:
    """What a record is to hold and does not yet."""
    for columns in touched.by(change):
        values = [change.fields[name].new if name in change.fields else row.get(name) for name in columns]
        if None not in values:
            yield columns, _place(change.ref.table, columns, values)


def _now(
    database: Database, change: RecordChange, stored: Mapping[RecordRef, StoredRow]
) -> Mapping[str, object]:
    """What is stored of the record, as far as it was read; nothing of a new one or one written as seen."""
    row = stored.get(change.ref)
    if row is None or isinstance(change.ref.key, NewKey):
        return {}
    return {**dict(zip(database.table(change.ref.table).key, change.ref.key, strict=True)), **row.values}


def _waiting(
    database: Database, changes: Sequence[RecordChange], stored: Mapping[RecordRef, StoredRow]
) -> dict[RecordRef, tuple[RecordRef, tuple[str, ...]]]:
    """Which record waits for which other to give up the unique values it wants, and in which columns."""
    touched = _Touched(database)
    rows = {change.ref: _now(database, change, stored) for change in changes if touched.by(change)}
    touching = [change for change in changes if change.ref in rows]
    held = {
        place: change.ref for change in touching for _, place in _given_up(touched, change, rows[change.ref])
    }
    return {
        change.ref: (held[place], columns)
        for change in touching
        for columns, place in _wanted(touched, change, rows[change.ref])
        if held.get(place, change.ref) != change.ref
    }


def _place(table: TableName, columns: tuple[str, ...], values: Sequence[object]) -> Place:
    return (table, columns, *(f"{type(value).__name__} {value}" for value in values))


def _stand_in_column(
    database: Database, change: RecordChange, waits: Mapping[RecordRef, tuple[RecordRef, tuple[str, ...]]]
) -> str:
    """The one that bears a stand-in best, among those another record waits for."""
    return _bearing(database, change, next(columns for ref, columns in waits.values() if ref == change.ref))


def _bearing(database: Database, change: RecordChange, columns: tuple[str, ...]) -> str:
    """The column that bears a stand-in best; of a record that stays, among those it changes itself."""
    table = database.table(change.ref.table)
    pointing = {name for key in table.foreign_keys for name in key.columns}
    own = [table.column(name) for name in columns if change.action is Action.DELETE or name in change.fields]
    return min(own, key=lambda one: _burden(table, one, pointing)).name


def _burden(table: Table, column: Column, pointing: Collection[str]) -> tuple[bool, ...]:
    return (
        column.name in table.key,
        not column.nullable,
        column.name in pointing,
        column.kind not in _STAND_INS,
    )


_STAND_INS = (Kind.INTEGER, Kind.DECIMAL, Kind.TEXT, Kind.LONG_TEXT, Kind.UUID, Kind.RANGE)
_NOWHERE = "empty"
"""A range that meets no other."""


def _stand_in(session: Session, column: sa.Column[Any], described: Column) -> object:
    """A value that nobody else has."""
    if described.nullable:
        return None
    if described.kind in (Kind.INTEGER, Kind.DECIMAL):
        return session.scalar(sa.select(sa.func.max(column) + 1))
    if described.kind is Kind.RANGE:
        return _NOWHERE
    if described.kind is Kind.UUID:
        return uuid.uuid4()
    return uuid.uuid4().hex[: described.length or None]


def _cannot_exchange(table: Table, change: RecordChange, column: str) -> Refusal:
    heading = column_heading(table, column)
    return Refusal(
        Reason.UNIQUE,
        f"Some {records_word(table, 2)} exchange their “{heading}”, which cannot be done here in one step.",
        hint="Give one of them another value and save, then give each the value it shall have."
        " Nothing was saved.",
        table=table.name,
        fields=(column,),
        record=change.ref,
    )
