"""Owns the questions asked after a refusal: who holds the value, what is missing, what still belongs to it.

Every question has a connection of its own and a few seconds; an answer that cannot be had only makes
the sentence shorter. Ask after the failed transaction has ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.browse.binding import equals
from desktop.browse.keys_clause import selection_clause
from desktop.browse.selection import ChosenKeys, Selection
from desktop.connect.backend import wanted_by
from desktop.connect.faults import FaultKind, read_fault
from desktop.connect.running import running
from desktop.edit.counting import parts
from desktop.edit.explain_words import Verb
from desktop.schema.database import Database
from desktop.schema.describe import Column, ForeignKey
from desktop.schema.labels import label_expression
from desktop.schema.types import NamedType
from desktop.values.locale import PLAIN, Locale
from desktop.values.special import DEFAULT, BlobSize, Clipped

T = TypeVar("T")

PATIENCE = 3.0
"""Seconds for one question."""
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Attempt:
    """What was being done when the database refused."""

    table: TableName
    ref: RecordRef | None
    """The record, where it is one."""
    values: Mapping[str, object]
    """What was sent, by column name."""
    verb: Verb
    selection: Selection | None = None
    """The records, where they are several at once."""
    locale: Locale = PLAIN
    """How the selection's filters were typed."""

    @property
    def parents(self) -> Selection | None:
        """The stored records at hand, one or several."""
        own = _own_key(self.table, self)
        return self.selection if own is None else ChosenKeys(self.table, (own,))

    @property
    def single(self) -> bool:
        """It is one record, as far as is known here."""
        few = isinstance(self.selection, ChosenKeys) and len(self.selection.keys) == 1
        return self.ref is not None or few


@dataclass(frozen=True)
class Found:
    """A record worth opening."""

    ref: RecordRef
    label: str


@dataclass(frozen=True)
class Dependents:
    """Records of one table that still point to the records at hand."""

    foreign_key: ForeignKey
    count: int
    first: Found | None


def asking(database: Database, question: Callable[[sa.Connection], T]) -> T | None:
    """The answer, or None where the database did not give one in time."""
    token = CancelToken()
    timer = threading.Timer(PATIENCE, token.cancel)
    timer.daemon = True
    timer.start()
    try:
        with wanted_by(token), database.engine.connect() as connection, running(connection, token):
            return question(connection)
    except (sa.exc.SQLAlchemyError, CancelledError, OverflowError, UnicodeError):
        return None  # the refusal itself is told all the same
    finally:
        timer.cancel()


def is_plain(value: object) -> bool:
    """A value that was really sent as such: no stand-in, no expression, nothing staged."""
    return not isinstance(value, NewKey | Clipped | BlobSize | sa.ClauseElement) and value is not DEFAULT


def holder(database: Database, table: TableName, columns: Sequence[str], attempt: Attempt) -> Found | None:
    """The other record that already has the attempted values in these columns."""
    if not columns or not database.table(table).key:
        return None

    def look(connection: sa.Connection) -> Found | None:
        wanted = _values(connection, database, table, columns, attempt)
        if wanted is None or any(value is None for value in wanted.values()):
            return None
        rows = database.sa(table).alias()
        same = [equals(rows.c[name], value) for name, value in wanted.items()]
        exact = list(_found(connection, database, table, rows, same, attempt, 1))
        if exact:
            return exact[0]
        # A unique index over lower(…) or the like: a record equal but for case, if it is the only one.
        fold = database.capabilities.fold
        alike = [
            fold(rows.c[name]) == fold(sa.literal(value)) if isinstance(value, str) else rows.c[name] == value
            for name, value in wanted.items()
        ]
        near = list(_found(connection, database, table, rows, alike, attempt, 2))
        return near[0] if len(near) == 1 else None

    return asking(database, look)


def collided(
    database: Database, table: TableName, columns: Sequence[str], operators: Sequence[str], attempt: Attempt
) -> Found | None:
    """The record that an exclusion constraint found in the way."""
    if not columns or len(operators) != len(columns) or not database.table(table).key:
        return None

    def look(connection: sa.Connection) -> Found | None:
        wanted = _values(connection, database, table, columns, attempt)
        if wanted is None or any(value is None for value in wanted.values()):
            return None
        rows = database.sa(table).alias()
        clash = [
            rows.c[name].op(operator, is_comparison=True)(wanted[name])
            for name, operator in zip(columns, operators, strict=True)
        ]
        return next(_found(connection, database, table, rows, clash, attempt, 1), None)

    return asking(database, look)


def missing_parents(
    database: Database, attempt: Attempt, among: Sequence[ForeignKey]
) -> tuple[tuple[ForeignKey, Mapping[str, object]], ...]:
    """Which of the foreign keys would point to nothing, with the attempted values."""

    def look(connection: sa.Connection) -> tuple[tuple[ForeignKey, Mapping[str, object]], ...]:
        return tuple(_without_parent(connection, database, attempt, among))

    return asking(database, look) or ()


def _without_parent(
    connection: sa.Connection, database: Database, attempt: Attempt, among: Sequence[ForeignKey]
) -> Iterator[tuple[ForeignKey, Mapping[str, object]]]:
    for key in among:
        if not any(name in attempt.values for name in key.columns):
            continue
        values = _values(connection, database, attempt.table, key.columns, attempt)
        if values is None or any(value is None for value in values.values()):
            continue
        target = database.sa(key.target)
        same = [
            equals(target.c[there], values[here])
            for here, there in zip(key.columns, key.target_columns, strict=True)
        ]
        if not connection.scalar(sa.select(sa.exists().where(*same))):
            yield key, values


def dependents(database: Database, attempt: Attempt, among: Sequence[ForeignKey]) -> tuple[Dependents, ...]:
    """How many records point to those at hand by each of the foreign keys; those with none are left out."""
    found = []
    for key in among:
        answer = asking(database, lambda connection, key=key: _count(connection, database, attempt, key))  # type: ignore[misc]
        if answer is not None and answer.count:
            found.append(answer)
    return tuple(found)


def _count(
    connection: sa.Connection, database: Database, attempt: Attempt, key: ForeignKey
) -> Dependents | None:
    assert attempt.parents is not None
    divided = list(parts(database, attempt.parents, whole=True))
    if len(divided) > 1 and key.table == key.target:
        return None  # which of them stay could only be told by looking at all parts at once
    rows = database.sa(key.table).alias()
    count, first = 0, None
    for part in divided:
        where = _pointing(database, rows, part, attempt, key)
        few = sa.select(sa.literal(1)).select_from(rows).where(*where).limit(MOST_COUNTED + 1).subquery()
        count += connection.scalar(sa.select(sa.func.count()).select_from(few)) or 0
        if count and first is None:
            nothing = Attempt(key.table, None, {}, "delete")
            first = next(_found(connection, database, key.table, rows, where, nothing, 1), None)
        if count > MOST_COUNTED:
            break
    return Dependents(key, count, first)


def _pointing(
    database: Database, rows: sa.FromClause, part: Selection, attempt: Attempt, key: ForeignKey
) -> list[sa.ColumnElement[bool]]:
    """The conditions for rows that point to a record of the part, and would stay when it goes."""
    parent = database.sa(part.table)
    picked = sa.select(sa.literal(1)).select_from(parent)
    picked = picked.where(selection_clause(database, part, attempt.locale))
    pairs = zip(key.columns, key.target_columns, strict=True)
    where: list[sa.ColumnElement[bool]] = [
        picked.where(*(rows.c[here] == parent.c[there] for here, there in pairs)).exists()
    ]
    if key.table == part.table and attempt.verb == "delete":
        own = database.table(part.table).key
        where.append(sa.not_(picked.where(*(rows.c[name] == parent.c[name] for name in own)).exists()))
    return where


def unfit_values(
    database: Database, attempt: Attempt, columns: Sequence[Column]
) -> tuple[tuple[str, FaultKind], ...]:
    """Which attempted values the server cannot read as the column's type, each tried by itself."""
    if not database.capabilities.schemas:  # where any column takes any value a cast proves nothing
        return ()

    def look(connection: sa.Connection) -> tuple[tuple[str, FaultKind], ...]:
        found = []
        for column in columns:
            bound = sa.bindparam(
                None, attempt.values[column.name], type_=database.sa(attempt.table).c[column.name].type
            )
            kind = _tried(connection, sa.select(sa.cast(bound, NamedType(column.type_name))))
            if kind is not None:
                found.append((column.name, kind))
        return tuple(found)

    return asking(database, look) or ()


def forbidden_fields(database: Database, attempt: Attempt) -> tuple[str, ...]:
    """Which of the fields sent the person has no right to, where others of the table may be written."""
    if not database.capabilities.schemas or attempt.verb not in _RIGHTS:
        return ()

    def look(connection: sa.Connection) -> tuple[str, ...]:
        right = _RIGHTS[attempt.verb]
        table = connection.dialect.identifier_preparer.format_table(database.sa(attempt.table))
        names = list(attempt.values)
        allowed = (sa.func.has_column_privilege(table, name, right) for name in names)
        any_, *each = connection.execute(
            sa.select(sa.func.has_any_column_privilege(table, right), *allowed)
        ).one()
        return tuple(name for name, may in zip(names, each, strict=True) if not may) if any_ else ()

    return asking(database, look) or ()


_RIGHTS: Mapping[Verb, str] = {"insert": "INSERT", "update": "UPDATE", "bulk update": "UPDATE"}
_OF_THE_VALUE = (FaultKind.BAD_VALUE, FaultKind.OUT_OF_RANGE, FaultKind.TOO_LONG, FaultKind.CHECK)


def _tried(connection: sa.Connection, cast: sa.Select[tuple[str]]) -> FaultKind | None:
    try:
        connection.execute(cast)
    except (sa.exc.StatementError, OverflowError, UnicodeError) as error:
        connection.rollback()
        kind = read_fault(error).kind
        return kind if kind in _OF_THE_VALUE else None
    return None


def _found(
    connection: sa.Connection,
    database: Database,
    table: TableName,
    rows: sa.FromClause,
    conditions: Sequence[sa.ColumnElement[bool]],
    attempt: Attempt,
    most: int,
) -> Iterator[Found]:
    """Records that meet the conditions, without the attempted one itself."""
    key = [rows.c[name] for name in database.table(table).key]
    if not key:
        return
    query = sa.select(*key, label_expression(database, table, rows)).where(*conditions).limit(most)
    own = _own_key(table, attempt)
    if own is not None:
        query = query.where(sa.not_(sa.and_(*(c == v for c, v in zip(key, own, strict=True)))))
    for row in connection.execute(query):
        *values, label = row
        yield Found(RecordRef(table, tuple(values)), str(label or ""))


def _own_key(table: TableName, attempt: Attempt) -> Key | None:
    ref = attempt.ref
    if ref is None or ref.table != table or isinstance(ref.key, NewKey):
        return None
    return ref.key


def _values(
    connection: sa.Connection,
    database: Database,
    table: TableName,
    columns: Sequence[str],
    attempt: Attempt,
) -> dict[str, object] | None:
    """The attempted values of these columns, completed from the stored record; None where one is unknown."""
    sent = attempt.values if attempt.table == table else {}
    values = {name: sent[name] for name in columns if name in sent}
    if not values or not all(is_plain(value) for value in values.values()):
        return None
    rest = [name for name in columns if name not in values]
    if rest:
        stored = _stored(connection, database, attempt.ref, rest) if _own_key(table, attempt) else None
        if stored is None:
            return None
        values.update(stored)
    return {name: values[name] for name in columns}


def _stored(
    connection: sa.Connection, database: Database, ref: RecordRef | None, columns: Sequence[str]
) -> Mapping[str, object] | None:
    """These columns of the stored record; None where it is gone."""
    if ref is None or isinstance(ref.key, NewKey):
        return None
    table = database.sa(ref.table)
    key = zip(database.key_columns(ref.table), ref.key, strict=True)
    query = sa.select(*(table.c[name] for name in columns)).where(*(column == value for column, value in key))
    row = connection.execute(query).first()
    return None if row is None else dict(zip(columns, row, strict=True))
