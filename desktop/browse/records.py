"""Owns the reading of whole records by key, with everything a form shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.raw import RawText
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.binding import equals
from desktop.browse.conditions import named_key
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.browse.links import FirstLinked, linked_records
from desktop.browse.reading import reading
from desktop.browse.rows import Linked, Record
from desktop.schema.database import Database
from desktop.schema.describe import Table
from desktop.schema.labels import label_expression

_NO_LINKS: Mapping[str, tuple[Linked, ...]] = MappingProxyType({})


def read_record(
    database: Database,
    table: TableName,
    key: Key,
    *,
    most_links: int | None = None,
    token: CancelToken | None = None,
) -> Record | None:
    """One whole record; None where it is gone."""
    found = read_records(database, table, [key], most_links=most_links, token=token)
    return found[0] if found else None


def read_records(
    database: Database,
    table: TableName,
    keys: Sequence[Key],
    *,
    columns: Collection[str] | None = None,
    most_links: int | None = None,
    token: CancelToken | None = None,
) -> list[Record]:
    """The whole records that still exist, in the order of ``keys``; soft-deleted ones too.

    With ``columns`` only these of them, without links, and the key in place of the record's own name;
    with ``most_links`` no more than the first so many links of each relation.
    """
    token = token or CancelToken()
    found: dict[Key, Record] = {}
    with reading(database, token) as connection:
        for chunk in key_chunks(database, keys):
            token.check()
            for record in _read(connection, database, table, chunk, columns, most_links):
                assert not isinstance(record.ref.key, NewKey)
                found[record.ref.key] = record
    ordered = [found.pop(key) for key in dict.fromkeys(keys) if key in found]
    return ordered + list(found.values())  # a key the database writes otherwise (char(n), 1 and 1.0)


def key_where(
    database: Database, table: TableName, values: Mapping[str, object], *, token: CancelToken | None = None
) -> Key | None:
    """The key of the record that holds these values, which must be unique; None where there is none."""
    base = database.sa(table)
    same = [equals(base.c[name], value) for name, value in values.items()]
    with reading(database, token or CancelToken()) as connection:
        found = connection.execute(sa.select(*database.key_columns(table)).where(*same)).first()
    return None if found is None else tuple(found)


def read_blob(
    database: Database, table: TableName, key: Key, column: str, *, token: CancelToken | None = None
) -> bytes | str:
    """The whole value of one field; RefusedError where the record is gone or the field is empty."""
    picked = map(equals, database.key_columns(table), key)
    statement = sa.select(database.sa(table).c[column]).where(*picked)
    with reading(database, token or CancelToken()) as connection:
        row = connection.execute(statement).first()
    if row is None:
        raise RefusedError(
            Refusal(Reason.GONE, "This record does not exist any more.", record=RecordRef(table, key))
        )
    value = row[0].bind if isinstance(row[0], RawText) else row[0]
    if value is None:
        raise RefusedError(Refusal(Reason.OTHER, "This field is empty.", table=table, fields=(column,)))
    return value if isinstance(value, (bytes, str)) else str(value)


def _read(
    connection: sa.Connection,
    database: Database,
    name: TableName,
    keys: Sequence[Key],
    only: Collection[str] | None,
    most_links: int | None,
) -> list[Record]:
    table, base = database.table(name), database.sa(name)
    names = [column.name for column in table.columns if only is None or column.name in only]
    columns = [base.c[column].label(f"v{i}") for i, column in enumerate(names)]
    own_key = [column.label(f"k{i}") for i, column in enumerate(database.key_columns(name))]
    source, labels = _named(database, table, base, names)
    own = label_expression(database, name, base) if only is None else sa.null()
    statement: sa.Select[Any] = (
        sa.select(*columns, *own_key, own.label("own"), *labels.values())
        .select_from(source)
        .where(keys_clause(database, name, keys))
    )
    fetched = connection.execute(statement).all()
    links: dict[str, Mapping[Key, FirstLinked]] = {}
    width = len(names), len(table.key)
    if only is None and table.links and most_links != 0:
        keys = [_key(row, *width) for row in fetched]
        links = _links(connection, database, table, keys, most_links)
    return [
        _record(row, _key(row, *width), table, names, tuple(labels), links) for row in map(tuple, fetched)
    ]


def _named(
    database: Database, table: Table, base: sa.Table, columns: Sequence[str]
) -> tuple[sa.FromClause, dict[str, sa.Label[Any]]]:
    """The table joined to the records it points to, and their names by column."""
    source: sa.FromClause = base
    labels: dict[str, sa.Label[Any]] = {}
    for column in columns:
        key = named_key(database, table, column)
        if key is None:
            continue
        target = database.sa(key.target).alias()
        pairs = zip(key.target_columns, key.columns, strict=True)
        source = source.outerjoin(target, sa.and_(*(target.c[n] == base.c[own] for n, own in pairs)))
        labels[column] = label_expression(database, key.target, target).label(f"n{len(labels)}")
    return source, labels


def _links(
    connection: sa.Connection, database: Database, table: Table, keys: Sequence[Key], most: int | None
) -> dict[str, Mapping[Key, FirstLinked]]:
    if not keys:
        return {}
    return {link.name: linked_records(connection, database, link, keys, most) for link in table.links}


def _key(row: Sequence[Any], first: int, width: int) -> Key:
    return tuple(row[first : first + width])


def _record(
    row: tuple[Any, ...],
    key: Key,
    table: Table,
    columns: Sequence[str],
    named: Sequence[str],
    links: dict[str, Mapping[Key, FirstLinked]],
) -> Record:
    after = len(columns) + len(key)
    own, names = row[after], row[after + 1 :]
    return Record(
        RecordRef(table.name, key),
        own if own is not None else ", ".join(map(str, key)),
        dict(zip(columns, row, strict=False)),
        {column: label for column, label in zip(named, names, strict=True) if label is not None},
        {name: found[key].linked if key in found else () for name, found in links.items()} or _NO_LINKS,
        {name: found[key].more for name, found in links.items() if key in found and found[key].more},
    )
