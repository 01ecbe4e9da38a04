"""Owns numbering many new records before they are inserted, so that one statement can take them all.

Left to the database, each key would have to be fetched row by row. Whoever inserts must look afterwards
whether the records are there: a trigger may have given them other keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import TableName
from desktop.edit.expressions import default_expression
from desktop.schema.database import Database
from desktop.schema.mapping import attribute
from desktop.schema.reflect import LEFT_OUT


def number_ahead(session: Session, database: Database, table: TableName, records: Sequence[object]) -> None:
    """Give new objects of a table the keys that the database would give them, where it can be asked."""
    stored = database.sa(table).c
    for column in database.table(table).key:
        if stored[column].info.get(LEFT_OUT):
            continue  # nobody but the database may number them
        name = attribute(type(records[0]), column)
        unnumbered = [record for record in records if name not in record.__dict__]
        values = _values(session, database, table, column, len(unnumbered)) if unnumbered else ()
        for record, value in zip(unnumbered, values, strict=False):  # none where it cannot be asked
            setattr(record, name, value)


def _values(
    session: Session, database: Database, name: TableName, column: str, count: int
) -> Sequence[object]:
    """So many values for a key column; none where the database numbers it in the statement itself."""
    table = database.table(name)
    if table.key_is_rowid or (table.column(column).identity and not table.column(column).default_text):
        return (
            _next_numbers(session, database, name, column, count) if database.capabilities.whole_lock else ()
        )
    if not table.column(column).default_text:
        return ()
    numbers = sa.select(sa.literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.n + 1).where(numbers.c.n < count))
    default = default_expression(database, name, column)
    typed = sa.type_coerce(default, database.sa(name).c[column].type)
    return session.execute(sa.select(typed).select_from(numbers)).scalars().all()


_LAST_NUMBER = sa.text("SELECT max(seq) FROM sqlite_sequence WHERE name = :table COLLATE NOCASE")
_KEEPS_COUNT = sa.text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
_LARGEST = 2**63 - 1


def _next_numbers(
    session: Session, database: Database, name: TableName, column: str, count: int
) -> Sequence[object]:
    """The row numbers after the largest: nobody else can take them while the database is locked."""
    stored: sa.Column[Any] = database.sa(name).c[column]
    largest = session.scalar(sa.select(sa.func.max(sa.type_coerce(stored, sa.BigInteger)))) or 0
    if session.scalar(_KEEPS_COUNT):
        largest = max(largest, session.scalar(_LAST_NUMBER, {"table": name.name}) or 0)
    return range(largest + 1, largest + 1 + count) if largest <= _LARGEST - count else ()
