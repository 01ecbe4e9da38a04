"""Owns cutting bulk work into statements, so that it can be told how far it is; runs none of them.

All that match a view are cut into stretches along the table, as its rows lie or by its key, where that
changes neither what is hit nor how it is found: a statement for all says nothing before its end.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.browse.keys_clause import selection_clause
from desktop.browse.selection import AllMatching, Selection
from desktop.edit.counting import parts, size
from desktop.schema.database import Database
from desktop.schema.describe import Kind, Table
from desktop.values.locale import PLAIN, Locale

Clause: TypeAlias = sa.ColumnElement[bool]

FEW = 20_000
"""Records that are done before anybody asks how far it is: one statement for them."""
_FIRST, _MOST = 10_000, 500_000
_LONG = 0.2
"""Seconds a stretch may take; the next ones grow or shrink towards it."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """What one statement does."""

    clause: Clause
    """Which records."""
    size: int
    """How many keys were chosen; 0 for what matches a view."""


def stretches(
    session: Session,
    database: Database,
    selection: Selection,
    expected: int,
    *,
    locale: Locale = PLAIN,
    whole: bool = False,
    changing: Collection[str] = (),
) -> Iterator[Stretch]:
    """The selection piece by piece, each to be done before the next is asked for.

    ``whole`` keeps together what one statement can do, ``changing`` names the columns that are written.
    """
    for part in parts(database, selection, whole=whole):
        clause = selection_clause(database, part, locale)
        way = None if whole or expected < FEW else _walked(session, database, part, clause, changing)
        if way is None:
            yield Stretch(clause, size(part))
        else:
            for within in _ranges(session, database.sa(part.table), way):
                yield Stretch(sa.and_(clause, *within), 0)


def _walked(
    session: Session, database: Database, part: Selection, clause: Clause, changing: Collection[str]
) -> sa.Column[int] | None:
    """The number to go along; None where a statement for all finds its records sooner, or where what the
    first ones do could change which of the later ones match: by a trigger, or where other records are looked
    at."""
    table, able = database.table(part.table), database.capabilities
    unique = {name for one in table.uniques for name in one.columns}  # perhaps judged at a statement's end
    way = _way(database, table)
    if not isinstance(part, AllMatching) or way is None or (unique | {*table.key}) & {*changing}:
        return None
    if any(isinstance(inner, sa.SelectBase) for inner in sa.sql.visitors.iterate(clause)):
        return None
    connection, name = session.connection(), part.table
    if able.has_triggers(connection, name.name, name.schema):
        return None
    found = sa.select(way).select_from(database.sa(name)).where(clause)
    through = not part.view.is_filtered or able.goes_through(connection, found, name.name)
    return way if through else None


def _way(database: Database, table: Table) -> sa.Column[int] | None:
    """The whole number that tells the rows apart and leads through them soonest: by a key of its own, SQLite
    would have to look up each row. None where there is no such number."""
    if table.row_number:
        return sa.Column(table.row_number, sa.BigInteger())
    if len(table.key) == 1 and table.column(table.key[0]).kind is Kind.INTEGER:
        return database.key_columns(table.name)[0]
    return None


def _ranges(session: Session, table: sa.Table, number: sa.Column[int]) -> Iterator[tuple[Clause, ...]]:
    """Ranges of the number from its beginning to its end, found by counting along it."""
    step = _FIRST
    beyond: tuple[Clause, ...] = (number.is_not(None),)
    while True:
        started = time.monotonic()
        places = sa.select(number).select_from(table).where(*beyond).order_by(number)
        last = session.scalar(places.offset(step - 1).limit(1))
        if not isinstance(last, int):  # the end; in SQLite anything may stand in a key, behind all numbers
            yield beyond
            return
        yield (*beyond, number <= last)
        beyond, step = (number > last,), _next(step, time.monotonic() - started)


def _next(step: int, taken: float) -> int:
    if taken < _LONG / 2:
        return min(2 * step, _MOST)
    return max(step // 2, _FIRST) if taken > _LONG else step
