"""Owns updates of very many records whose own statement compares each with what was seen, so that none has to
be read before it is written; whatever it is not sure of is left to the way that locks and reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, RecordRef, TableName
from desktop.base.refusal import RefusedError
from desktop.edit.changes import RecordChange
from desktop.edit.exchange import watched_columns
from desktop.edit.explain import Attempt
from desktop.edit.rows import execute_many
from desktop.edit.session import Effort, not_stored
from desktop.edit.stored import can_lock
from desktop.schema import types_sqlite as sqlite
from desktop.schema.database import Database
from desktop.schema.types import Tolerant

_Shape: TypeAlias = tuple[TableName, tuple[str, ...]]
MANY = 50
"""Fewer are read, which also tells what else the database changes in them."""

_SENT = frozenset((str, int, bool, float, type(None), Decimal, date, datetime, time, UUID, bytes))
"""Whose values go as they are: no expression, no stand-in, no preview, nothing unreadable."""
_REF, _FIELDS, _OLD, _NEW = map(attrgetter, ("ref", "fields", "base", "new"))
_TABLE, _KEY = (itemgetter(RecordRef._fields.index(name)) for name in ("table", "key"))
"""To ask ten thousand changes the same without a line of ours for each."""
_TEXTS = (sa.Text, sqlite.SqliteText)
_TELLING = frozenset((
    sa.BigInteger, sa.Boolean, sa.Double, sa.Uuid, sqlite.SqliteInteger, sqlite.SqliteBoolean,
    sqlite.SqliteFloat, sqlite.SqliteDecimal, sqlite.SqliteDate, sqlite.SqliteTime, sqlite.SqliteDatetime,
    sqlite.SqliteBytes,
))  # fmt: skip
"""Types whose own comparison tells any two stored values apart that are read as different ones."""
_TELLING_NATIVE = (sa.Date, sa.DateTime, sa.Time)


@dataclass(frozen=True, slots=True)
class Alike:
    """Updates of the same fields of one table, in the order of their keys."""

    table: TableName
    names: tuple[str, ...]
    changes: Sequence[RecordChange]
    keys: list[Key]
    old: Sequence[list[object]]
    """What was seen in each field, a value per record."""
    new: Sequence[list[object]]
    """What is wanted in it."""


def alike(
    database: Database, updates: Sequence[RecordChange], quiet: Callable[[TableName], bool]
) -> tuple[list[Alike], list[RecordChange]]:
    """The updates that can be written so, and the others. ``quiet``: whether nothing else happens when a row
    of the table is written."""
    found: list[Alike] = []
    others: list[RecordChange] = []
    for (table, names), changes in _by_shape(updates).items():
        plain = len(changes) > MANY and _is_plain(database, changes[0]) and quiet(table)
        group = _group(table, names, changes) if plain else None
        if group is None:
            others += changes
        else:
            found.append(group)
    return found, others


def _by_shape(updates: Sequence[RecordChange]) -> Mapping[_Shape, Sequence[RecordChange]]:
    """Those of the same fields of one table."""
    tables, names = set(map(_TABLE, map(_REF, updates))), set(map(tuple, map(_FIELDS, updates)))
    if len(tables) == len(names) == 1:  # as nearly always
        return {(tables.pop(), names.pop()): updates}
    groups: dict[_Shape, list[RecordChange]] = {}
    for change in updates:
        groups.setdefault((change.ref.table, tuple(change.fields)), []).append(change)
    return groups


def write_as_seen(session: Session, database: Database, group: Alike, effort: Effort) -> None:
    """Write them in one statement; RefusedError where one of them is not there as it was seen."""
    table, first = database.sa(group.table), group.changes[0]
    effort.attempt = Attempt(group.table, first.ref, first.values, "update")
    columns = [table.c[name] for name in group.names]
    where = [
        column == sa.bindparam(f"key_{at}", type_=column.type)
        for at, column in enumerate(database.key_columns(group.table))
    ]
    where += [
        _comparable(database, column).is_not_distinct_from(sa.bindparam(f"old_{at}", type_=column.type))
        for at, column in enumerate(columns)
    ]
    new = {column: sa.bindparam(f"new_{at}", type_=column.type) for at, column in enumerate(columns)}
    statement = sa.update(table).where(*where).values(new)
    bound: dict[str, Sequence[object]] = {
        f"key_{at}": values for at, values in enumerate(zip(*group.keys, strict=True))
    }
    bound |= {f"old_{at}": values for at, values in enumerate(group.old)}
    bound |= {f"new_{at}": values for at, values in enumerate(group.new)}
    if execute_many(session.connection(), statement, bound, plain=True) != len(group.changes):
        raise RefusedError(not_stored(effort.attempt))


def _is_plain(database: Database, change: RecordChange) -> bool:
    """Whether the fields are no more than values of their own, in a table where nothing is computed."""
    name = change.ref.table
    table, columns = database.table(name), database.sa(name).c
    return (
        bool(change.fields)
        and can_lock(database, name)
        and not any(column.generated for column in table.columns)
        and not any(field in table.key or not table.column(field).writable for field in change.fields)
        and not watched_columns(database, [change])
        and all(_tells(columns[field].type) for field in change.fields)
    )


def _tells(type_: sa.types.TypeEngine[Any]) -> bool:
    if isinstance(type_, Tolerant):
        return isinstance(type_.native, _TELLING_NATIVE)
    return type(type_) in _TELLING or type(type_) in _TEXTS


def _comparable(database: Database, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Text is compared letter by letter, whatever the column's own collation holds for the same."""
    return sa.collate(column, database.capabilities.bytewise) if type(column.type) in _TEXTS else column


def _group(table: TableName, names: tuple[str, ...], changes: Sequence[RecordChange]) -> Alike | None:
    """None where a value or a key is not quite plain."""
    keys: list[Any] = list(map(_KEY, map(_REF, changes)))
    parts = list(zip(*keys, strict=True))
    if any(set(map(type, part)) not in ({int}, {str}) for part in parts):
        return None
    ordered = sorted(keys)  # one order for all, so that nobody waits in a circle
    if keys != ordered:
        by_key = dict(zip(keys, changes, strict=True))
        keys, changes = ordered, [by_key[key] for key in ordered]
    staged, values = list(map(_FIELDS, changes)), []
    for name in names:
        fields = list(map(itemgetter(name), staged))
        for ask in (_OLD, _NEW):
            column = list(map(ask, fields))
            if not _can_be_sent(column):  # asked at once, while the values are near
                return None
            values.append(column)
    plain = all(map(_can_be_sent, parts))
    return Alike(table, names, changes, keys, values[::2], values[1::2]) if plain else None


def _can_be_sent(values: Sequence[object]) -> bool:
    kinds = set(map(type, values))
    if not kinds <= _SENT:
        return False
    if str not in kinds:
        return True
    texts = cast(Sequence[str], values if kinds == {str} else list(filter(_is_text, values)))
    try:  # text that is not valid Unicode needs an expression around it
        return all(map(str.isascii, texts)) or bool("".join(texts).encode())
    except UnicodeEncodeError:
        return False


def _is_text(value: object) -> bool:
    return type(value) is str
