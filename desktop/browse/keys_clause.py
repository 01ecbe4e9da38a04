"""Owns "these records, by key" as a condition, and the cutting of many keys into statements."""

from __future__ import annotations

import json
import operator
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice
from typing import Any, TypeGuard

import sqlalchemy as sa

from desktop.base.keys import Key, TableName
from desktop.base.raw import RawText
from desktop.browse.binding import equals
from desktop.browse.conditions import view_conditions
from desktop.browse.filters import Clause
from desktop.browse.selection import ChosenKeys, Selection
from desktop.schema.database import Database
from desktop.values.locale import PLAIN, Locale

CHUNK = 5_000
"""Most keys in one statement: more brings no speed (measured), only long statements."""
_TOO_LARGE = 2**63


def selection_clause(database: Database, selection: Selection, locale: Locale = PLAIN) -> Clause:
    """The condition that picks the selected records out of their table.

    For chosen keys that are more than one statement can take, use ``key_chunks`` and ``keys_clause``.
    """
    if isinstance(selection, ChosenKeys):
        return keys_clause(database, selection.table, selection.keys)
    return sa.and_(sa.true(), *view_conditions(database, selection.view, locale))


def keys_clause(database: Database, table: TableName, keys: Sequence[Key]) -> Clause:
    """The condition that picks these records; at most one chunk of them."""
    if not keys:
        return sa.false()
    columns = database.key_columns(table)
    if len(columns) == 1 and (numbers := _whole_numbers(keys)) is not None:
        return _numbers_clause(database, columns[0], numbers)
    odd = [key for key in keys if not _is_plain(key)]
    plain = [key for key in keys if _is_plain(key)]
    clauses = [sa.and_(*map(equals, columns, key)) for key in odd]
    if plain:
        clauses.append(_plain_clause(database, columns, plain))
    return sa.or_(*clauses)


def key_chunks(database: Database, keys: Sequence[Key]) -> Iterator[list[Key]]:
    """The keys in ascending order (which is how the table lies on disk), as many as one statement takes."""
    ordered = _in_order(keys)
    width = len(ordered[0]) if ordered else 1
    # Half of the parameters are left to the rest of the statement.
    size = max(1, min(CHUNK, database.capabilities.max_parameters // (2 * width)))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def _plain_clause(database: Database, columns: Sequence[sa.Column[Any]], keys: Sequence[Key]) -> Clause:
    if len(columns) == 1:
        column, values = columns[0], [key[0] for key in keys]
        if database.capabilities.arrays and _fits_array(column.type, values):
            return column == sa.any_(sa.literal(values, sa.ARRAY(column.type)))
        return column.in_(values)
    if database.capabilities.row_values and all(_is_simple(column.type) for column in columns):
        return sa.tuple_(*columns).in_([tuple(key) for key in keys])
    return sa.or_(*(sa.and_(*map(equals, columns, key)) for key in keys))


def _numbers_clause(database: Database, column: sa.Column[Any], numbers: Sequence[object]) -> Clause:
    if database.capabilities.arrays and _fits_array(column.type, numbers):
        return column == sa.any_(sa.literal(numbers, sa.ARRAY(column.type)))
    return column.in_(_json_list(numbers) if database.capabilities.json_lists else numbers)


def _in_order(keys: Collection[Key]) -> list[Key]:
    numbers = _whole_numbers(keys)
    if numbers is not None:
        if all(map(operator.lt, numbers, islice(numbers, 1, None))):
            return list(keys)  # as a table gives them; a million are sorted in no time that others can have
        return list(zip(sorted(set(numbers))))  # keys of one column
    return sorted(set(keys), key=_sort_key)


def _whole_numbers(keys: Collection[Key]) -> list[int] | None:
    """The keys, where each is one whole number of 64 bits: by far the most usual, and worth a shorter way."""
    if set(map(len, keys)) != {1}:
        return None
    numbers: list[Any] = list(chain.from_iterable(keys))
    if set(map(type, numbers)) != {int} or min(numbers) < -_TOO_LARGE or max(numbers) >= _TOO_LARGE:
        return None
    return numbers


def _json_list(numbers: Sequence[object]) -> sa.Select[Any]:
    """The numbers as rows of one bound parameter: to bind thousands costs more than the statement."""
    listed = sa.func.json_each(sa.bindparam(None, json.dumps(numbers), sa.Text())).table_valued("value")
    return sa.select(listed.c.value)


def _fits_array(type_: sa.types.TypeEngine[Any], values: Sequence[object]) -> bool:
    if isinstance(type_, sa.BigInteger):
        return all(type(value) is int for value in values)
    return isinstance(type_, sa.Uuid) or type(type_) is sa.Text


def _is_simple(type_: sa.types.TypeEngine[Any]) -> bool:
    """Types whose bound values need no cast around them, which a list of tuples could not hold."""
    return type(type_).bind_expression is sa.types.TypeEngine.bind_expression or (
        isinstance(type_, sa.types.TypeDecorator)
        and type(type_).bind_expression is sa.types.TypeDecorator.bind_expression
    )


def _is_plain(key: Key) -> bool:
    """Whether every value can be bound in a list: no NULL, no stand-in, no undecodable text."""
    return all(_is_plain_value(value) for value in key)


def _is_plain_value(value: object) -> TypeGuard[object]:
    if value is None or isinstance(value, RawText):
        return False
    return not (isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value))


def _sort_key(key: Key) -> tuple[tuple[str, Any], ...]:
    return tuple(_sortable(value) for value in key)


def _sortable(value: object) -> tuple[str, Any]:
    """Keys of one column are nearly always of one type; others only need some fixed order."""
    if isinstance(value, int):
        return ("", value)
    return (type(value).__name__, value if isinstance(value, (str, bytes)) else str(value))
