"""Owns reading whole rows inside the transaction of a save, with what they are called; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, RecordRef, TableName
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.edit.save_log import RowChange, Values
from desktop.edit.session import FAULTS
from desktop.edit.stored import can_lock
from desktop.schema.database import Database
from desktop.schema.labels import label_expression

MOST_ROWS: Final = 5_000
"""Of one save: what changes more rows is not kept, and so cannot be taken back."""


def read_rows(
    session: Session,
    database: Database,
    table: TableName,
    clause: sa.ColumnElement[bool],
    names: Sequence[str],
    *,
    title: bool = False,
) -> Iterator[tuple[Key, Values, str]]:
    """Key, values by column and name of the rows the clause picks, at most one more than MOST_ROWS."""
    base, keys = database.sa(table), database.key_columns(table)
    columns: list[Any] = [column.label(f"k{place}") for place, column in enumerate(keys)]
    columns += [base.c[name].label(f"v{place}") for place, name in enumerate(names)]
    if title:
        columns.append(label_expression(database, table, base).label("own"))
    query = sa.select(*columns).select_from(base).where(clause).order_by(*keys).limit(MOST_ROWS + 1)
    if database.capabilities.row_locks and can_lock(database, table):
        query = query.with_for_update(of=base)
    width = len(keys)
    for row in session.execute(query):
        own = row[-1] if title else ""
        values = dict(zip(names, row[width : width + len(names)], strict=True))
        yield tuple(row[:width]), values, "" if own is None else str(own)


def is_any(session: Session, database: Database, table: TableName, clause: sa.ColumnElement[bool]) -> bool:
    """Whether the clause picks any row."""
    query = sa.select(sa.literal(1)).select_from(database.sa(table)).where(clause).limit(1)
    return session.execute(query).first() is not None


def with_names(session: Session, database: Database, rows: Sequence[RowChange]) -> list[RowChange]:
    """The rows with what the records are called that their foreign keys point to, as far as that is known."""
    known = {
        RecordRef(row.table, key): row.title
        for row in rows
        for key in (row.key_before, row.key_after)
        if key is not None and row.title
    }
    pairs = (pair for row in rows for _, *pair in _references(database, row))
    wanted = {ref for pair in pairs for ref in pair if ref is not None}
    known.update(_names(session, database, wanted - known.keys()))
    return [_named(database, row, known) for row in rows]


def _references(
    database: Database, row: RowChange
) -> Iterator[tuple[str, RecordRef | None, RecordRef | None]]:
    """The columns that point to records by their key, and to which, before and after."""
    for foreign_key in database.table(row.table).foreign_keys:
        target = database.schema.tables.get(foreign_key.target)
        if len(foreign_key.columns) == 1 and target is not None and target.key == foreign_key.target_columns:
            name = foreign_key.columns[0]
            before, after = (
                RecordRef(target.name, (value,)) if isinstance(value := values.get(name), int | str) else None
                for values in (row.before, row.after)
            )
            if before is not None or after is not None:
                yield name, before, after


def _names(session: Session, database: Database, refs: Iterable[RecordRef]) -> dict[RecordRef, str]:
    by_table: dict[TableName, list[Key]] = {}
    for ref in refs:
        assert isinstance(ref.key, tuple)
        by_table.setdefault(ref.table, []).append(ref.key)
    found: dict[RecordRef, str] = {}
    for table, keys in by_table.items():
        try:
            with session.begin_nested():  # a table that may not be read must not end the save
                for key, title in _titles(session, database, table, keys):
                    found[RecordRef(table, key)] = title
        except FAULTS:
            continue  # its records go by their keys
    return found


def _titles(
    session: Session, database: Database, table: TableName, keys: Sequence[Key]
) -> Iterator[tuple[Key, str]]:
    base, columns = database.sa(table), database.key_columns(table)
    for chunk in key_chunks(database, keys):
        query = sa.select(*columns, label_expression(database, table, base).label("own")).select_from(base)
        for *key, own in session.execute(query.where(keys_clause(database, table, chunk))):
            if own:
                yield tuple(key), str(own)


def _named(database: Database, row: RowChange, known: Mapping[RecordRef, str]) -> RowChange:
    names = {
        name: (known.get(before, "") if before else "", known.get(after, "") if after else "")
        for name, before, after in _references(database, row)
    }
    return replace(row, names={name: pair for name, pair in names.items() if any(pair)})
