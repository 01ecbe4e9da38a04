"""Owns the statements that read one page of lines each; decides neither its size nor what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from desktop.browse.select import CompiledView
from desktop.connect.sqlite import values_below


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of so many rows."""

    text: bytes
    rows: int
    last: object
    """The last key among them."""
    full: bool
    """As many rows as were asked for: there may be more."""


class PageStatements:
    """The statements of a table's pages, each rendered once: to have one recognised again for each page costs
    more than to run it on fewer rows at a time, which stay in the processor's own memory."""

    def __init__(self, compiled: CompiledView, lines: sa.Select[Any], dialect: sa.Dialect) -> None:
        term = compiled.terms[0]
        key = term.expression
        rows = sa.bindparam("rows", type_=sa.Integer)
        last_key = sa.bindparam("last", type_=key.type)
        further = key < last_key if term.descending else key > last_key
        lines = lines.add_columns(key.label("key")).limit(rows)
        keys = sa.select(key).select_from(compiled.source).where(*compiled.where, further)
        keys = keys.order_by(term.ordered).limit(1).offset(rows)
        self._first = _Statement(_joined(lines, term.descending), dialect)
        self._following = _Statement(_joined(lines.where(further), term.descending), dialect)
        self._last_of = _Statement(keys, dialect)

    def page(self, connection: sa.Connection, rows: int, after: object, most: int) -> Page:
        """The page behind a key, or behind None the first; DBAPIError (too long) for more bytes than most."""
        statement = self._first if after is None else self._following
        with values_below(connection, most):
            text, found, last = tuple(statement.run(connection, rows, after).one())
        return Page(text, found, last, found == rows)

    def last_of(self, connection: sa.Connection, rows: int, after: int) -> object:
        """The key that ends the page behind a key; None where fewer records are left."""
        return self._last_of.run(connection, rows - 1, after).scalar()


class _Statement:
    """A statement for the driver; ``rows`` and ``last`` are bound each time."""

    def __init__(self, statement: sa.SelectBase, dialect: sa.Dialect) -> None:
        rendered = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        assert isinstance(rendered, SQLCompiler)
        self._text, self._order = rendered.string, tuple(rendered.positiontup or ())
        given = rendered.params.items()
        self._bound = {name: _sent(rendered, name, value, dialect) for name, value in given}

    def run(self, connection: sa.Connection, rows: int, last: object) -> sa.CursorResult[Any]:
        bound = self._bound | {"rows": rows, "last": last}
        return connection.exec_driver_sql(self._text, tuple(bound[name] for name in self._order))


def _sent(rendered: SQLCompiler, name: str, value: object, dialect: sa.Dialect) -> object:
    """The value as the driver takes it."""
    prepare = rendered.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
    return value if prepare is None or value is None else prepare(value)


def _joined(lines: sa.Select[Any], descending: bool) -> sa.SelectBase:
    page = lines.subquery("page")
    text = sa.func.group_concat(page.c.line, sa.literal_column("x'0d0a'"), type_=sa.LargeBinary)
    last = (sa.func.min if descending else sa.func.max)(page.c.key)
    return sa.select(sa.cast(text, sa.LargeBinary), sa.func.count(), last)
