"""Owns what a picker offers: records of another table found by their name or number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, TableName
from desktop.browse.conditions import deleted_clause
from desktop.browse.filter_text import TEXT_KINDS, check_text
from desktop.browse.filter_tree import Contains
from desktop.browse.filters import Clause, as_text, text_clause
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.browse.reading import fetch, reading
from desktop.browse.rows import Candidate
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind, Table
from desktop.schema.labels import label_expression
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import PLAIN, Locale

_EXTRA = 2


def lookup(
    database: Database,
    target: TableName,
    value_column: str | None,
    text: str,
    *,
    limit: int = 50,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
) -> list[Candidate]:
    """Records whose name starts with the text, then those that contain it; the first by name for no text.

    ``value_column``: the column a foreign key refers to; None for the key. Soft-deleted records are left out.
    """
    check_text(text, value_column or "")
    token = token or CancelToken()
    table, base = database.table(target), database.sa(target)
    label = label_expression(database, target, base)
    value = base.c[value_column or table.key[0]]
    extra = _extra_columns(table)
    statement: sa.Select[Any] = sa.select(
        value.label("value"),
        label.label("label"),
        *(column.label(f"k{i}") for i, column in enumerate(database.key_columns(target))),
        *(base.c[column.name].label(f"x{i}") for i, column in enumerate(extra)),
    )
    gone = deleted_clause(database, table)
    if gone is not None:
        statement = statement.where(sa.not_(gone))
    words = text.split()
    order: list[sa.ColumnElement[Any]] = [label, *database.key_columns(target)]
    if words:
        fold = database.capabilities.fold
        hits = sa.and_(*(text_clause(Contains((word,)), label, fold) for word in words))
        starts = text_clause(Contains((text.strip(),), from_start=True), label, fold)
        number = _same_value(table, value, text, locale)
        statement = statement.where(hits if number is None else sa.or_(hits, number))
        first = [] if number is None else [(number, 0)]
        order.insert(0, sa.case(*first, (starts, 1), else_=2))
    rows = fetch(database, statement.order_by(*order).limit(limit), token)
    width = len(table.key)
    return [_candidate(row, width, extra, locale) for row in rows]


def labels_of(
    database: Database, target: TableName, keys: Sequence[Key], *, token: CancelToken | None = None
) -> Mapping[Key, str]:
    """The names of the records that still exist."""
    base = database.sa(target)
    label = label_expression(database, target, base).label("label")
    key = [column.label(f"k{i}") for i, column in enumerate(database.key_columns(target))]
    found: dict[Key, str] = {}
    with reading(database, token or CancelToken()) as connection:
        for chunk in key_chunks(database, keys):
            statement = sa.select(*key, label).where(keys_clause(database, target, chunk))
            for row in connection.execute(statement):
                found[tuple(row[:-1])] = row[-1] if row[-1] is not None else ", ".join(map(str, row[:-1]))
    return found


def _same_value(table: Table, value: sa.ColumnElement[Any], text: str, locale: Locale) -> Clause | None:
    """Whether the text is the referred value itself, such as a number; None where it cannot be."""
    column = next((c for c in table.columns if c.name == value.key), None)
    if column is None:
        return None
    if column.kind in TEXT_KINDS:
        return as_text(value) == sa.literal(text.strip(), sa.Text())
    try:
        parsed = kind_for(column).parse(text, column, locale)
    except BadValue:
        return None
    if isinstance(parsed, int) and not -(2**63) <= parsed < 2**63:
        return None
    return value == sa.literal(parsed, value.type)


def _extra_columns(table: Table) -> list[Column]:
    """What tells namesakes apart: unique columns first, then short texts."""
    unique = {u.columns[0] for u in table.uniques if len(u.columns) == 1}
    taken = {*table.label.columns, *table.key}
    free = [
        c
        for c in table.columns
        if c.name not in taken and c.kind in (Kind.TEXT, Kind.CHOICE) and not table.foreign_key_on(c.name)
    ]
    return sorted(free, key=lambda c: c.name not in unique)[:_EXTRA]


def _candidate(row: Sequence[Any], width: int, extra: Sequence[Column], locale: Locale) -> Candidate:
    key = tuple(row[2 : 2 + width])
    values = row[2 + width :]
    texts = (
        kind_for(column).show(value, column, locale)
        for column, value in zip(extra, values, strict=True)
        if value is not None
    )
    label = row[1] if row[1] is not None else ", ".join(map(str, key))
    return Candidate(key, row[0], label, tuple(text for text in texts if text))
