"""Owns what belongs to a record elsewhere: which tables point to it, how many of their records do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.base.cancel import CancelToken
from desktop.base.keys import NewKey, RecordRef
from desktop.browse.default_view import default_view, is_long
from desktop.browse.fetch import count_up_to
from desktop.browse.rows import Record
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.schema.describe import Column, ForeignKey, Kind, Table
from desktop.schema.labels import column_heading, heading

MOST = 10_000
"""Records counted at a tab: beyond that nobody asks how many, and a count would take its time."""
_MOMENTS = (Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMP_TZ)


@dataclass(frozen=True, slots=True)
class Children:
    """The records of one table that point to a record by one foreign key."""

    foreign_key: ForeignKey
    heading: str


def children_of(database: Database, table: Table) -> list[Children]:
    """What may point to a record of the table, by heading; tables that only link two others are left out,
    the form shows those as links."""
    through = {link.through for link in table.links}
    keys = [
        key
        for key in database.incoming(table.name)
        if key.table in database.schema.tables and key.table not in through
    ]
    tables = [key.table for key in keys]
    found = []
    for key in keys:
        words = heading(key.table.name)
        if tables.count(key.table) > 1 or key.table == table.name:
            by = " and ".join(column_heading(database.table(key.table), name) for name in key.columns)
            words = f"{words} by {by}"
        found.append(Children(key, words))
    return sorted(found, key=lambda one: one.heading.casefold())


def view_of(database: Database, key: ForeignKey, record: Record) -> View | None:
    """The view of the records that point to this one, which may be staged only; None where nothing can."""
    values = _pointed_at(key, record)
    if any(value is None for value in values):
        return None
    table = database.table(key.table)
    view = default_view(table)
    columns = [
        name
        for name in view.columns
        if name not in key.columns and _says_something(table, table.column(name))
    ]
    # What a record says comes before when it was said: there is room for two columns or three.
    columns.sort(key=lambda name: table.column(name).kind in _MOMENTS)
    pinned = tuple(zip(key.columns, values, strict=True))
    return replace(view, columns=tuple(columns) or view.columns, links=(), pinned=pinned)


def _says_something(table: Table, column: Column) -> bool:
    """Whether it is shown beside others; a key is where a person has to fill it in, as the
    product of an order line."""
    return (column.kind is Kind.LONG_TEXT or not is_long(column)) and (
        column.name not in table.key or not (column.identity or column.has_default or column.generated)
    )


def child_of(key: ForeignKey, record: Record) -> Record:
    """What a new record that points to this one begins with."""
    values = dict(zip(key.columns, _pointed_at(key, record), strict=True))
    labels = {key.columns[-1]: record.label}
    return Record(RecordRef(key.table, ()), "", values, labels)


def _pointed_at(key: ForeignKey, record: Record) -> tuple[object, ...]:
    """What the foreign key must hold to point to the record: of one that is only staged, its NewKey."""
    if isinstance(record.ref.key, NewKey):
        return (record.ref.key,) * len(key.columns)
    return tuple(record.values.get(name) for name in key.target_columns)


def count_children(database: Database, views: Sequence[View | None], token: CancelToken) -> list[int]:
    """How many records each view has, one read each; MOST + 1 stands for more than MOST.

    Raises RefusedError and CancelledError.
    """
    return [
        0 if view is None or view.only_staged else count_up_to(database, view, MOST, token=token)
        for view in views
    ]
