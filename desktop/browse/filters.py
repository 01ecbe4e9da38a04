"""Owns how a filter tree becomes a condition on one column; it joins nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeAlias

import sqlalchemy as sa

from desktop.base.raw import RawText
from desktop.browse.default_view import default_view
from desktop.browse.filter_text import parse_filter
from desktop.browse.filter_times import TIME_KINDS
from desktop.browse.filter_tree import (
    Always,
    AnyOf,
    BadFilter,
    Compare,
    Contains,
    Empty,
    Filter,
    Named,
    Not,
    Operator,
    Within,
)
from desktop.schema.describe import Column, Kind
from desktop.schema.types import AsText, CastText, is_orderable
from desktop.schema.types_sqlite import SqliteAny, SqliteDatetime

__all__ = ["BadFilter", "Filter", "combine", "default_view", "filter_clause", "parse_filter", "text_clause"]

Clause: TypeAlias = sa.ColumnElement[bool]
Fold: TypeAlias = Callable[[sa.ColumnElement[str]], sa.ColumnElement[str]]
Leaf: TypeAlias = Contains | Compare | Within | Empty | Named

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
_ESCAPE = "/"
_OWN_TEXT = frozenset({Kind.TEXT, Kind.LONG_TEXT})
_COMPARED_AS_IS = frozenset({Kind.INTERVAL, Kind.ARRAY, Kind.RANGE, Kind.NETWORK})
"""Sent as text and compared by the database as what they are: 60 minutes are one hour."""


@dataclass(frozen=True, eq=False)
class Field:
    """The column a filter speaks of."""

    column: Column
    expression: sa.ColumnElement[Any]
    fold: Fold
    by_name: Callable[[Filter], Clause] | None = None
    """For a foreign key: the condition on the name of the record pointed to."""


def filter_clause(tree: Filter, field: Field) -> Clause:
    """The condition for ``WHERE``."""
    return combine(tree, lambda leaf: _leaf(leaf, field))


def combine(tree: Filter, leaf: Callable[[Leaf], Clause]) -> Clause:
    """Joins the conditions of the leaves as the tree says."""
    match tree:
        case Always():
            return sa.true()
        case AnyOf(parts):
            return sa.or_(*(combine(part, leaf) for part in parts))
        case Not(Empty() as part):
            return sa.not_(leaf(part))
        case Not(part):
            return sa.not_(sa.func.coalesce(combine(part, leaf), sa.false()))
        case _:
            return leaf(tree)


def text_clause(tree: Filter, text: sa.ColumnElement[str], fold: Fold) -> Clause:
    """The condition on an expression that is text already, such as the name of a record."""
    column = Column("", Kind.TEXT, "")
    return filter_clause(tree, Field(column, text, fold))


def as_text(expression: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The column as text that can be searched."""
    if isinstance(expression.type, sa.String) or _is_plain_text(expression):
        return sa.type_coerce(expression, sa.Text())
    return sa.cast(expression, sa.Text())


def contains(text: sa.ColumnElement[str], word: str, fold: Fold) -> Clause:
    """Whether the word occurs, whatever the case."""
    return _like(text, Contains((word,)), fold)


def _leaf(leaf: Leaf, field: Field) -> Clause:
    match leaf:
        case Named(name, own):
            return _named(name, own, field)
        case Empty():
            return _empty(field)
        case Contains():
            return _like(as_text(field.expression), leaf, field.fold)
        case Compare(operator, value):
            return _compare(operator, value, field)
        case Within(low, high, half_open):
            bounds = []
            if low is not None:
                bounds.append(_compare(">=", low, field))
            if high is not None:
                bounds.append(_compare("<" if half_open else "<=", high, field))
            return sa.and_(*bounds) if bounds else field.expression.is_not(None)


def _named(name: Filter | None, own: Filter | None, field: Field) -> Clause:
    clauses = []
    if name is not None and field.by_name is not None:
        clauses.append(field.by_name(name))
    if own is not None:
        clauses.append(filter_clause(own, field))
    return sa.or_(*clauses)


def _empty(field: Field) -> Clause:
    null = field.expression.is_(None)
    if field.column.kind in _OWN_TEXT:
        return sa.or_(null, _comparable_text(field.expression) == "")
    return null


def _like(text: sa.ColumnElement[str], tree: Contains, fold: Fold) -> Clause:
    if not tree.pieces:
        return text.is_not(None)
    pattern = "%".join(_escaped(piece) for piece in tree.pieces)
    pattern = ("" if tree.from_start else "%") + pattern + ("" if tree.to_end else "%")
    if pattern.isascii():  # much faster on SQLite, whose own lower() knows ASCII
        return sa.func.lower(text, type_=sa.Text()).like(pattern.lower(), escape=_ESCAPE)
    return fold(text).like(fold(sa.literal(pattern, sa.Text())), escape=_ESCAPE)


def _escaped(piece: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        piece = piece.replace(special, _ESCAPE + special)
    return piece


def _compare(operator: Operator, value: object, field: Field) -> Clause:
    kind, expression = field.column.kind, field.expression
    if kind in TIME_KINDS:
        return _compare_time(operator, value, expression)
    if kind is Kind.INTEGER and isinstance(value, int):
        return _compare_integer(operator, value, expression)
    if kind is Kind.BYTES:
        return _operate(operator, sa.func.length(expression), sa.literal(value, sa.BigInteger()))
    if kind in _COMPARED_AS_IS and is_orderable(expression):
        return _operate(operator, expression, sa.literal(value, expression.type))
    if kind in _OWN_TEXT or isinstance(expression.type, AsText):
        return _operate(operator, _comparable_text(expression), sa.literal(value, sa.Text()))
    return _operate(operator, expression, sa.literal(value, expression.type))


def _compare_integer(operator: Operator, value: int, expression: sa.ColumnElement[Any]) -> Clause:
    """Numbers no 64-bit integer can hold are beyond every stored one; the driver would refuse them."""
    if _LOWEST <= value <= _HIGHEST:
        return _operate(operator, expression, sa.literal(value, sa.BigInteger()))
    holds = operator.startswith("<") if value > 0 else operator.startswith(">")
    return expression.is_not(None) if holds else sa.false()


def _compare_time(operator: Operator, value: object, expression: sa.ColumnElement[Any]) -> Clause:
    """Against text as short as it can be: where moments are text, it sorts before all longer forms."""
    text = _time_text(value)
    if isinstance(expression.type, SqliteDatetime) and ":" in text:
        plain = sa.func.replace(expression, "T", " ", type_=sa.Text())
        return _operate(operator, plain, sa.literal(text, sa.Text()))
    return _operate(operator, expression, sa.literal(RawText(text), expression.type))


def _time_text(value: object) -> str:
    if isinstance(value, datetime):
        clock = value.time()
        return value.date().isoformat() + (f" {_clock_text(clock)}" if clock != time() else "")
    if isinstance(value, time):
        return _clock_text(value)
    assert isinstance(value, date)
    return value.isoformat()


def _clock_text(value: time) -> str:
    return value.isoformat("auto" if value.second or value.microsecond else "minutes")


def _operate(operator: Operator, left: sa.ColumnElement[Any], right: sa.ColumnElement[Any]) -> Clause:
    match operator:
        case "=":
            return left == right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right


def _comparable_text(expression: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    if isinstance(expression.type, (AsText, CastText, SqliteAny)):
        return sa.cast(expression, sa.Text())
    return sa.type_coerce(expression, sa.Text())


def _is_plain_text(expression: sa.ColumnElement[Any]) -> bool:
    """Text by a type that adds nothing in SQL."""
    type_ = expression.type
    return (
        isinstance(type_, sa.types.TypeDecorator)
        and isinstance(type_.impl_instance, sa.String)
        and not isinstance(type_, (AsText, CastText))
    )
