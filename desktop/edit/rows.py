"""Owns sending one statement for very many rows; must not decide what the rows hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from desktop.base.raw import RawText
from desktop.schema.types_sqlite import Lossless


def execute_many(
    connection: sa.Connection,
    statement: sa.UpdateBase,
    bound: Mapping[str, Sequence[object]],
    *,
    plain: bool = False,
) -> int:
    """Run the statement once for each row, whose values stand by the names of the bound parameters, column by
    column; how many rows of the table were hit.

    The statement is rendered once and the values are prepared column by column: to have that done for every
    row apart costs more than the writing. ``plain``: none is RawText, as is known already.
    """
    rendered = statement.compile(dialect=connection.dialect)
    assert isinstance(rendered, SQLCompiler)
    several = len(next(iter(bound.values()))) > 1
    sent = _prepared(connection.dialect, rendered, bound, plain) if several else None
    if sent is None:
        return connection.execute(statement, _by_name(bound)).rowcount
    order = rendered.positiontup
    if order is None:
        return connection.exec_driver_sql(rendered.string, _by_name(sent)).rowcount
    in_place = list(zip(*(sent[name] for name in order), strict=True))
    return connection.exec_driver_sql(rendered.string, in_place).rowcount


def _by_name(bound: Mapping[str, Sequence[object]]) -> list[dict[str, object]]:
    return [dict(zip(bound, row, strict=True)) for row in zip(*bound.values(), strict=True)]


def _prepared(
    dialect: sa.Dialect, rendered: SQLCompiler, bound: Mapping[str, Sequence[object]], plain: bool
) -> Mapping[str, Sequence[object]] | None:
    """The values as the driver takes them, by name; None where the usual way has to say what is wrong."""
    if rendered.binds.keys() != bound.keys():
        return None
    sent: dict[str, Sequence[object]] = {}
    for name, values in bound.items():
        type_ = rendered.binds[name].type.dialect_impl(dialect)
        prepare = None if _binds_as_is(type_, values, plain) else type_.bind_processor(dialect)
        try:
            sent[name] = values if prepare is None else [prepare(value) for value in values]
        except (TypeError, ValueError, ArithmeticError, AttributeError):
            return None
    return sent


def _binds_as_is(type_: sa.types.TypeEngine[Any], values: Sequence[object], plain: bool) -> bool:
    if not isinstance(type_, Lossless) or not type_.binds_as_is:
        return False
    return plain or RawText not in set(map(type, values))
