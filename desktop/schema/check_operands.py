"""Owns the two sides of a comparison in a CHECK, and the rule they make where it is certain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from desktop.schema.check_rules import Bound, Differs, Length, OrderRule, ValueRule
from desktop.schema.describe import Column, Kind

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)
_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)
_ORDERED = (Kind.INTEGER, Kind.DATE, Kind.TIMESTAMP)
_NUMBER_CASTS = ("INTEGER", "BIGINT", "SMALLINT", "NUMERIC")
_TEXT_CASTS = ("TEXT", "CHARACTER VARYING", "VARCHAR")


class NotSimpleError(Exception):
    """The CHECK says something that is not read here."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison: a column (perhaps its length, perhaps trimmed) or a literal."""

    column: Column | None = None
    length: bool = False
    trimmed: bool = False
    number: Decimal | None = None
    text: str | None = None
    cast: str = ""


def comparison(left: Operand, sign: str, right: Operand) -> tuple[str, ValueRule | OrderRule]:
    if left.column is None:
        left, sign, right = right, _MIRRORED[sign], left
    column = left.column
    if column is None:
        raise NotSimpleError
    if right.column is not None:
        return column.name, _order(left, sign, right)
    if left.length and right.number is not None and right.number == int(right.number):
        return column.name, Length(sign, int(right.number), left.trimmed)
    if left.length:
        raise NotSimpleError
    if right.number is not None and not left.cast:
        need_number(column)
        return column.name, Bound(sign, right.number)
    if right.text is not None and column.kind is Kind.DATE and not left.cast:
        return column.name, Bound(sign, _date(right.text))
    if right.text is not None and sign == "<>":
        need_text(left)
        return column.name, Differs(right.text, left.trimmed)
    raise NotSimpleError


def _order(left: Operand, sign: str, right: Operand) -> OrderRule:
    one, other = left.column, right.column
    plain = not (left.length or right.length or left.trimmed or right.trimmed or left.cast or right.cast)
    if one is None or other is None or not plain or one.kind not in _ORDERED:
        raise NotSimpleError
    if (one.kind, one.type_name.upper()) != (other.kind, other.type_name.upper()) or one.name == other.name:
        raise NotSimpleError
    return OrderRule(one.name, sign, other.name)


def need_text(operand: Operand) -> None:
    """Text that is stored letter by letter: no padding, no turning into numbers."""
    column = operand.column
    name = column.type_name.upper() if column is not None else ""
    plain = any(word in name for word in ("VARCHAR", "VARYING", "TEXT", "CLOB")) and "INT" not in name
    if column is None or column.kind not in _TEXTS or not plain:
        raise NotSimpleError


def need_number(column: Column) -> None:
    name = column.type_name.upper()
    if column.kind not in _NUMBERS or any(word in name for word in ("CHAR", "TEXT", "CLOB")):
        raise NotSimpleError


def cast_to(operand: Operand, name: str) -> Operand:
    if operand.text is not None:
        if name in _NUMBER_CASTS:
            return Operand(number=decimal(operand.text))
        if name in (*_TEXT_CASTS, "DATE"):
            return operand
    elif operand.number is not None and name in (*_NUMBER_CASTS, "DOUBLE PRECISION", "REAL"):
        whole = operand.number == int(operand.number)
        if whole or name not in ("INTEGER", "BIGINT", "SMALLINT"):  # these would round it
            return operand
    elif operand.column is not None and name in _TEXT_CASTS and operand.column.kind in _TEXTS:
        return replace(operand, cast=name)
    raise NotSimpleError


def decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NotSimpleError from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotSimpleError from None


def unescaped(text: str) -> str:
    """PostgreSQL's E'…' holds doubled backslashes; any other escape is left alone."""
    if "\\" in text.replace("\\\\", ""):
        raise NotSimpleError
    return text.replace("\\\\", "\\")
