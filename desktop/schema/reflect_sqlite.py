"""Owns the reading of SQLite's catalogue; knows nothing of mapped classes or of other backends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.schema import ddl_text
from desktop.schema.describe import Broken, Check, Unique
from desktop.schema.found import (
    KEYLESS,
    VIEW,
    Findings,
    FoundColumn,
    FoundForeignKey,
    FoundTable,
    unusable,
)
from desktop.schema.kinds_sqlite import describe_column

_LIST = sa.text(
    "SELECT l.name, l.type, l.wr AS without_rowid, s.sql FROM pragma_table_list AS l"
    " JOIN sqlite_schema AS s ON s.name = l.name AND s.type IN ('table', 'view')"
    " WHERE l.schema = 'main' AND l.type IN ('table', 'view', 'virtual')"
    " AND substr(l.name, 1, 7) <> 'sqlite_' ORDER BY l.name"
)
_COLUMNS = sa.text(
    'SELECT name, type, "notnull" AS required, dflt_value, pk, hidden FROM pragma_table_xinfo(:table)'
)
_KEYS = sa.text(
    'SELECT id, seq, "table" AS target, "from" AS here, "to" AS there, on_delete'
    " FROM pragma_foreign_key_list(:table) ORDER BY id, seq"
)
_INDEXES = sa.text(
    "SELECT i.name AS index_name, i.origin, c.cid, c.name AS column_name"
    " FROM pragma_index_list(:table) AS i, pragma_index_xinfo(i.name) AS c"
    ' WHERE i."unique" AND NOT i.partial AND c."key" ORDER BY i.seq DESC, c.seqno'
)
_ROWID_NAMES = ("rowid", "_rowid_", "oid")
_HIDDEN_ARGUMENT = 1


def read(connection: sa.Connection, token: CancelToken) -> Findings:
    """Every table and view of the file; shadow tables of virtual ones and SQLite's own are left out."""
    found = Findings()
    for row in connection.execute(_LIST).all():
        token.check()
        name = TableName(None, row.name)
        try:
            found.tables.append(_Reader(connection, row).table())
        except (sa.exc.DatabaseError, _BrokenError) as error:
            found.broken.append(Broken(name, _reason(row.type == "view", error)))
    return found


class _BrokenError(Exception):
    """The table cannot be opened; the text says why."""


class _Reader:
    """Reads one table."""

    def __init__(self, connection: sa.Connection, listed: sa.Row[Any]) -> None:
        self._connection = connection
        self._name: str = listed.name
        self._is_view = listed.type == "view"
        self._is_virtual = listed.type == "virtual"
        self._without_rowid = bool(listed.without_rowid)
        self._sql: str = listed.sql or ""
        self._columns = [c for c in self._ask(_COLUMNS) if c.hidden != _HIDDEN_ARGUMENT]
        self._indexes = self._ask(_INDEXES)

    def _ask(self, statement: sa.TextClause) -> Sequence[sa.Row[Any]]:
        return self._connection.execute(statement, {"table": self._name}).all()

    def table(self) -> FoundTable:
        reason = unusable([c.name for c in self._columns])
        if reason:
            raise _BrokenError(reason)
        key, number = self._primary_key(), self._row_number()
        rowid = "" if key and not self._has_empty_keys(key) else number
        return FoundTable(
            name=TableName(None, self._name),
            columns=self._found_columns(),
            primary_key=key,
            rowid=rowid,
            row_number=number,
            is_view=self._is_view,
            read_only_reason=VIEW if self._is_view else "" if key or rowid else KEYLESS,
            uniques=self._uniques(key),
            checks=self._checks(),
            foreign_keys=self._foreign_keys(),
        )

    def _primary_key(self) -> tuple[str, ...]:
        parts = sorted((c for c in self._columns if c.pk), key=lambda c: c.pk)
        return tuple(c.name for c in parts)

    def _is_rowid_alias(self, key: tuple[str, ...]) -> bool:
        """``INTEGER PRIMARY KEY`` is the rowid itself and needs no index of its own."""
        declared = [c.type.upper() for c in self._columns if c.pk]
        return (
            declared == ["INTEGER"]
            and len(key) == 1
            and not self._without_rowid
            and all(i.origin != "pk" for i in self._indexes)
        )

    def _row_number(self) -> str:
        """The name under which the rowid can be had; empty where there is none, or columns have taken it."""
        if self._is_view or self._without_rowid:
            return ""
        taken = {c.name.casefold() for c in self._columns}
        free = next((name for name in _ROWID_NAMES if name not in taken), "")
        if free and self._is_virtual:
            # It need not have a rowid, and asking for one tells.
            source = sa.table(self._name, sa.column(free))
            try:
                self._connection.execute(sa.select(source.c[free]).limit(0))
            except sa.exc.OperationalError:
                return ""
        return free

    def _has_empty_keys(self, key: tuple[str, ...]) -> bool:
        """A key that is not an INTEGER PRIMARY KEY may hold NULL, by an old mistake SQLite keeps."""
        if self._is_rowid_alias(key):
            return False
        source = sa.table(self._name, *(sa.column(c.name) for c in self._columns))
        loose = [source.c[c.name].is_(None) for c in self._columns if c.pk and not c.required]
        if not loose:
            return False
        found = sa.select(sa.literal(1)).select_from(source).where(sa.or_(*loose)).limit(1)
        return self._connection.scalar(found) is not None

    def _found_columns(self) -> tuple[FoundColumn, ...]:
        key = self._primary_key()
        alias = self._is_rowid_alias(key)
        choices: dict[str, tuple[str, ...]] = {}
        for _, text in ddl_text.table_checks(self._sql):
            allowed = ddl_text.choices_in(text)
            if allowed:
                choices[allowed[0].casefold()] = allowed[1]
        return tuple(
            describe_column(
                c.name,
                c.type,
                nullable=not (c.required or c.pk),
                default=c.dflt_value,
                generated=c.hidden > _HIDDEN_ARGUMENT,
                identity=alias and bool(c.pk),
                choices=choices.get(c.name.casefold(), ()),
            )
            for c in self._columns
        )

    def _uniques(self, key: tuple[str, ...]) -> tuple[Unique, ...]:
        by_index: dict[str, list[str | None]] = {}
        for i in self._indexes:
            by_index.setdefault(i.index_name, []).append(i.column_name if i.cid >= 0 else None)
        found = {
            tuple(c for c in columns if c is not None): name
            for name, columns in by_index.items()
            if None not in columns
        }
        if key:
            found.setdefault(key, "")
        return tuple(Unique(name, columns) for columns, name in found.items())

    def _checks(self) -> tuple[Check, ...]:
        names = [c.name for c in self._columns]
        return tuple(
            Check(name, text, ddl_text.columns_in(text, names))
            for name, text in ddl_text.table_checks(self._sql)
        )

    def _foreign_keys(self) -> tuple[FoundForeignKey, ...]:
        by_id: dict[int, list[sa.Row[Any]]] = {}
        for part in self._ask(_KEYS):
            by_id.setdefault(part.id, []).append(part)
        return tuple(
            FoundForeignKey(
                name="",
                columns=tuple(p.here for p in parts),
                target=TableName(None, parts[0].target),
                target_columns=tuple(p.there for p in parts if p.there),
                on_delete=parts[0].on_delete,
            )
            for _, parts in sorted(by_id.items(), reverse=True)
        )


def _reason(is_view: bool, error: Exception) -> str:
    if isinstance(error, _BrokenError):
        return str(error)
    said = str(error.orig) if isinstance(error, sa.exc.DBAPIError) else str(error)
    what = "This view cannot be read" if is_view else "This table cannot be read"
    return f"{what}: {said}."
