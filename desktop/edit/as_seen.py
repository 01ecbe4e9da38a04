"""Owns updates of very many records whose own statement compares each with what was seen, so that none has to
be read before it is written; whatever it is not sure of is left to the way that locks and reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, TableName
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

MANY = 50
"""Fewer are read, which also tells what else the database changes in them."""

_SENT = frozenset((str, int, bool, float, type(None), Decimal, date, datetime, time, UUID, bytes))
"""Whose values go as they are: no expression, no stand-in, no preview, nothing unreadable."""
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
    changes: list[RecordChange]
    keys: list[Key]
    bound: Mapping[str, Sequence[object]]
    """What is bound to the statement: ``key_0``, ``new_0`` and ``old_0`` and so on, a value per record."""

    @property
    def sent(self) -> list[tuple[object, ...]]:
        """The key and the values wanted, record by record."""
        names = (name for name in self.bound if not name.startswith("old_"))
        return list(zip(*(self.bound[name] for name in names), strict=True))


def alike(
    database: Database, updates: Iterable[RecordChange], quiet: Callable[[TableName], bool]
) -> tuple[list[Alike], list[RecordChange]]:
    """The updates that can be written so, and the others. ``quiet``: whether nothing else happens when a row
    of the table is written."""
    shapes: dict[tuple[object, ...], list[RecordChange]] = {}
    for change in updates:
        shapes.setdefault((change.ref.table, *change.fields), []).append(change)
    found, others = [], []
    for changes in shapes.values():
        table, names = changes[0].ref.table, tuple(changes[0].fields)
        plain = len(changes) > MANY and _is_plain(database, changes[0]) and quiet(table)
        group = _group(table, names, changes) if plain else None
        if group is None:
            others += changes
        else:
            found.append(group)
    return found, others


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
    if execute_many(session.connection(), statement, group.bound) != len(group.changes):
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


def _group(table: TableName, names: tuple[str, ...], changes: list[RecordChange]) -> Alike | None:
    """None where a value or a key is not quite plain."""
    keys: list[Any] = [change.ref.key for change in changes]
    width = range(len(keys[0]))
    if any({type(key[at]) for key in keys} not in ({int}, {str}) for at in width):
        return None
    ordered = sorted(keys)  # one order for all, so that nobody waits in a circle
    if keys != ordered:
        by_key = dict(zip(keys, changes, strict=True))
        keys, changes = ordered, [by_key[key] for key in ordered]
    bound: dict[str, Sequence[object]] = {f"key_{at}": [key[at] for key in keys] for at in width}
    fields = [[change.fields[name] for change in changes] for name in names]
    bound |= {f"new_{at}": [field.new for field in some] for at, some in enumerate(fields)}
    bound |= {f"old_{at}": [field.base for field in some] for at, some in enumerate(fields)}
    return Alike(table, names, changes, keys, bound) if all(map(_can_be_sent, bound.values())) else None


def _can_be_sent(values: Sequence[object]) -> bool:
    kinds = set(map(type, values))
    if not kinds <= _SENT:
        return False
    if str in kinds:
        try:  # text that is not valid Unicode needs an expression around it
            "".join(cast(Iterable[str], values if kinds == {str} else filter(_is_text, values))).encode()
        except UnicodeEncodeError:
            return False
    return True


def _is_text(value: object) -> bool:
    return type(value) is str
