"""Owns the order of updates that hand unique values on: who gives a value up goes before who takes it, and
where they go round in a circle one of them holds a stand-in for the moment."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.binding import equals
from desktop.edit.changes import RecordChange
from desktop.edit.session import FAULTS
from desktop.edit.stored import StoredRow
from desktop.edit.update import stored_key
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind, Table
from desktop.schema.labels import column_heading, records_word


@dataclass(frozen=True, slots=True)
class Order:
    """Updates in the order in which they can be written, and those that must give way first."""

    changes: list[RecordChange]
    give_way: list[tuple[RecordChange, str]]
    """A record, and the column in which it holds a stand-in until its own turn."""


def watched_columns(database: Database, changes: Iterable[RecordChange]) -> dict[TableName, list[str]]:
    """The columns to read besides those to be changed: the rest of each touched unique combination."""
    found: dict[TableName, dict[str, None]] = {}
    for change in changes:
        for columns in _uniques(database.table(change.ref.table)):
            if any(name in change.fields for name in columns):
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


def give_way(session: Session, database: Database, change: RecordChange, column: str) -> None:
    """Let a record hold a stand-in in a column that it exchanges with another; RefusedError where the
    database does not have it."""
    table = database.table(change.ref.table)
    base = database.sa(table.name)
    where = map(equals, database.key_columns(table.name), stored_key(change.ref))
    stand_in = _stand_in(base.c[column], table.column(column))
    try:
        with session.begin_nested():
            session.execute(sa.update(base).where(*where).values({base.c[column]: stand_in}))
    except FAULTS as error:
        raise RefusedError(_cannot_exchange(table, change, column)) from error


def _uniques(table: Table) -> list[tuple[str, ...]]:
    return [unique.columns for unique in table.uniques if unique.columns != table.key]


def _waiting(
    database: Database, changes: Sequence[RecordChange], stored: Mapping[RecordRef, StoredRow]
) -> dict[RecordRef, tuple[RecordRef, tuple[str, ...]]]:
    """Which record waits for which other to give up the unique values it wants, and in which columns."""
    held: dict[tuple[object, ...], RecordRef] = {}
    wanted: list[tuple[RecordRef, tuple[str, ...], tuple[object, ...]]] = []
    uniques = {table: _uniques(database.table(table)) for table in {change.ref.table for change in changes}}
    for change in changes:
        if not uniques[change.ref.table]:
            continue
        row = stored[change.ref].values
        for columns in uniques[change.ref.table]:
            if not any(name in change.fields for name in columns):
                continue
            new = [change.fields[name].new if name in change.fields else row[name] for name in columns]
            held[_place(change, columns, [row[name] for name in columns])] = change.ref
            if None not in new:
                wanted.append((change.ref, columns, _place(change, columns, new)))
    return {
        ref: (held[place], columns) for ref, columns, place in wanted if place in held and held[place] != ref
    }


def _place(change: RecordChange, columns: tuple[str, ...], values: Sequence[object]) -> tuple[object, ...]:
    return (change.ref.table, columns, *(f"{type(value).__name__} {value}" for value in values))


def _stand_in_column(
    database: Database, change: RecordChange, waits: Mapping[RecordRef, tuple[RecordRef, tuple[str, ...]]]
) -> str:
    """The one that bears a stand-in best, among those the record changes itself."""
    table = database.table(change.ref.table)
    waiting = next(columns for ref, columns in waits.values() if ref == change.ref)
    own = [table.column(name) for name in waiting if name in change.fields]
    return min(own, key=lambda column: (not column.nullable, column.kind not in _STAND_INS)).name


_STAND_INS = (Kind.INTEGER, Kind.DECIMAL, Kind.TEXT, Kind.LONG_TEXT, Kind.UUID)


def _stand_in(column: sa.Column[Any], described: Column) -> sa.ColumnElement[Any]:
    """A value that nobody else has."""
    if described.nullable:
        return sa.null()
    if described.kind in (Kind.INTEGER, Kind.DECIMAL):
        others = column.table.alias().c[column.name]
        return sa.select(sa.func.max(others) + 1).scalar_subquery()
    if described.kind is Kind.UUID:
        return sa.literal(uuid.uuid4(), column.type)
    return sa.literal(uuid.uuid4().hex[: described.length or None], column.type)


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
