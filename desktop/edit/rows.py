"""Owns sending one statement for very many rows; must not decide what the rows hold."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler


def execute_many(
    connection: sa.Connection,
    statement: sa.UpdateBase,
    names: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> int:
    """Run the statement once for each row, whose values belong to the bound parameters ``names``; how many
    rows of the table were hit.

    The statement is rendered once and the values are prepared column by column: to have that done for every
    row apart costs more than the writing.
    """
    rendered = statement.compile(dialect=connection.dialect)
    assert isinstance(rendered, SQLCompiler)
    sent = _prepared(connection.dialect, rendered, names, rows) if len(rows) > 1 else None
    if sent is None:
        by_name = [dict(zip(names, row, strict=True)) for row in rows]
        return connection.execute(statement, by_name).rowcount
    order = rendered.positiontup
    if order is None:
        named = [dict(zip(names, row, strict=True)) for row in zip(*sent.values(), strict=True)]
        return connection.exec_driver_sql(rendered.string, named).rowcount
    in_place = list(zip(*(sent[name] for name in order), strict=True))
    return connection.exec_driver_sql(rendered.string, in_place).rowcount


def _prepared(
    dialect: sa.Dialect, rendered: SQLCompiler, names: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> dict[str, Sequence[object]] | None:
    """The values as the driver takes them, by name; None where the usual way has to say what is wrong."""
    if set(rendered.binds) != set(names):
        return None
    sent: dict[str, Sequence[object]] = {}
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        prepare = rendered.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
        try:
            sent[name] = values if prepare is None else [prepare(value) for value in values]
        except (TypeError, ValueError, ArithmeticError, AttributeError):
            return None
    return sent
