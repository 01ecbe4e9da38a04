"""Owns reading the lines of a table in pages by key, each page as one value; knows nothing of their form.

To hand out every row by itself costs a fifth of the reading. The database puts a page together where no
other thread has to wait, and only as much of it as memory allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from desktop.browse.hop import can_hop
from desktop.browse.select import CompiledView
from desktop.connect.faults import FaultKind, read_fault
from desktop.connect.sqlite import values_below
from desktop.connect.sqlite_guard import MOST_BYTES
from desktop.schema.types_sqlite import SqliteInteger
from desktop.transfer.csv_finish import UnclearError

_FIRST_ROWS, _MOST_ROWS = 100, 10_000
_USUAL_BYTES, _MOST_BYTES = 122_880, 4_194_304
"""A page is made of as many rows as the last one lets expect; more than the most bytes end it half way.
From 128 KiB on the system would take the memory of each page back and clear it for the next."""


def come_in_pages(compiled: CompiledView) -> bool:
    """Whether every page is one range of the key's index, and its last key can be bound again."""
    return can_hop(compiled) and isinstance(compiled.terms[0].expression.type, SqliteInteger)


def pages(
    connection: sa.Connection, compiled: CompiledView, lines: sa.Select[Any]
) -> Iterator[tuple[int, bytes]]:
    """How many lines, and the lines; ``lines`` selects them in the order of ``compiled``."""
    term = compiled.terms[0]
    lines = lines.add_columns(term.expression.label("key")).limit(sa.bindparam("rows"))
    last_key = sa.bindparam("last", type_=term.expression.type)
    further = term.expression < last_key if term.descending else term.expression > last_key
    first = _Page(_joined(lines, term.descending), connection.dialect)
    following = _Page(_joined(lines.where(further), term.descending), connection.dialect)
    rows, last = _FIRST_ROWS, None
    while True:
        page = first if last is None else following
        try:
            with values_below(connection, _MOST_BYTES if rows > 1 else MOST_BYTES):
                text, found, last_here = page.read(connection, rows, last)
        except sa.exc.DBAPIError as error:
            if rows == 1 or read_fault(error).kind is not FaultKind.TOO_LONG:
                raise
            rows = max(1, rows // 10)
            continue
        if found:
            yield found, text
        if found < rows:
            return
        if not isinstance(last_here, int):  # anything may stand in a key
            raise UnclearError
        last = last_here
        rows = max(1, min(_MOST_ROWS, rows * 10, rows * _USUAL_BYTES // len(text)))


class _Page:
    """The statement of a page, rendered once: to have it recognised again for each costs more than to run it
    on fewer rows at a time, which stay in the processor's own memory."""

    def __init__(self, statement: sa.Select[bytes, int, Any], dialect: sa.Dialect) -> None:
        rendered = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        assert isinstance(rendered, SQLCompiler)
        self._text, self._order = rendered.string, tuple(rendered.positiontup or ())
        given = rendered.params.items()
        self._bound = {name: _sent(rendered, name, value, dialect) for name, value in given}

    def read(self, connection: sa.Connection, rows: int, last: int | None) -> tuple[bytes, int, object]:
        """The lines, how many they are, and the last key among them."""
        bound = self._bound | {"rows": rows, "last": last}
        values = tuple(bound[name] for name in self._order)
        text, found, last_here = connection.exec_driver_sql(self._text, values).one()
        return text, found, last_here


def _sent(rendered: SQLCompiler, name: str, value: object, dialect: sa.Dialect) -> object:
    """The value as the driver takes it."""
    prepare = rendered.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
    return value if prepare is None or value is None else prepare(value)


def _joined(lines: sa.Select[Any], descending: bool) -> sa.Select[bytes, int, Any]:
    page = lines.subquery("page")
    text = sa.func.group_concat(page.c.line, sa.literal_column("x'0d0a'"), type_=sa.LargeBinary)
    last = (sa.func.min if descending else sa.func.max)(page.c.key)
    return sa.select(sa.cast(text, sa.LargeBinary), sa.func.count(), last)
