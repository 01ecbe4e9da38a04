"""Owns how one column is selected for a grid: whole, or as a preview with the size of the whole."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from desktop.schema.describe import Column, Kind
from desktop.schema.types import AsText
from desktop.values.base import SHOWN

_CUT = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.JSON, Kind.ARRAY, Kind.RANGE, Kind.OTHER})


def is_cut(column: Column) -> bool:
    """Whether values of the column may be too long for a grid."""
    return column.kind in _CUT and (column.length is None or column.length > SHOWN)


def is_whole(column: Column) -> bool:
    """Whether a grid fetches the values themselves."""
    return column.kind is not Kind.BYTES and not is_cut(column)


def preview(column: Column, expression: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """What a grid fetches: the first characters of a text, the size of bytes, else the value itself."""
    if column.kind is Kind.BYTES:
        return sa.func.length(expression, type_=sa.BigInteger())
    if not is_cut(column):
        return expression
    if isinstance(expression.type, AsText):
        expression = sa.cast(expression, sa.Text())
    too_long = sa.func.length(expression) > SHOWN
    # Only what is cut passes through substr(), which would turn a number in a text column into text.
    cut = sa.case((too_long, sa.func.substr(expression, 1, SHOWN)), else_=expression)
    return sa.type_coerce(cut, expression.type)


def whole_size(column: Column, expression: sa.ColumnElement[Any]) -> sa.ColumnElement[int | None] | None:
    """The length of a text that is cut, NULL where it is not; None where the column never is."""
    if not is_cut(column):
        return None
    if isinstance(expression.type, AsText):
        expression = sa.cast(expression, sa.Text())
    length = sa.func.length(expression, type_=sa.BigInteger())
    return sa.case((length > SHOWN, length), else_=sa.null())
