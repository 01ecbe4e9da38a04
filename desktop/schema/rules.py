"""Owns the rules that a value breaks before the database is asked; not all that it will refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from desktop.base.raw import RawText
from desktop.schema.check_rules import OrderRule
from desktop.schema.describe import Column, Kind, Table
from desktop.schema.labels import column_heading
from desktop.schema.words import heading


def check_value(column: Column, value: object, title: str | None = None) -> str | None:
    """One sentence if the database would refuse (or silently alter) the value, else None.

    ``title`` is the field's name to people; by default the column's name as a heading.
    """
    title = title or heading(column.name)
    if value is None:
        return _empty(column, title)
    if isinstance(value, RawText | bool):
        return None
    if isinstance(value, str):
        problem = _choice(column, value, title) or _length(column, value, title)
    elif isinstance(value, int):
        problem = _range(column, value, title) or _precision(column, Decimal(value), title)
    else:
        problem = _precision(column, value, title) if isinstance(value, Decimal) else None
    return problem or _checked(column, value, title)


def check_record(
    table: Table, values: Mapping[str, object], *, only: OrderRule | None = None
) -> list[tuple[str, str]]:
    """Column and sentence of each simple CHECK on two fields that these values of a record break."""
    found = []
    for rule in table.orders if only is None else (only,):
        if rule.broken_by(values):
            left, right = column_heading(table, rule.left), column_heading(table, rule.right)
            dates = isinstance(values.get(rule.left), date)
            found.append((rule.left, rule.sentence(left, right, dates=dates)))
    return found


def _checked(column: Column, value: object, title: str) -> str | None:
    """What the column's simple CHECKs say; a text too long for its column is cut or refused before that."""
    if isinstance(value, str) and column.length is not None and len(value) > column.length:
        return None
    return next((rule.sentence(title) for rule in column.rules if rule.broken_by(value)), None)


def _empty(column: Column, title: str) -> str | None:
    if column.nullable or column.identity or column.generated:
        return None
    return f"{title} must be filled in."


def _choice(column: Column, value: str, title: str) -> str | None:
    if not column.choices or value in column.choices:
        return None
    return f"{title} must be {_either([f'“{choice}”' for choice in column.choices])}."


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _length(column: Column, value: str, title: str) -> str | None:
    if column.length is None or len(value) <= column.length:
        return None
    return f"{title} may have {_count(column.length, 'character')} at most; this has {len(value):,}."


def _range(column: Column, value: int, title: str) -> str | None:
    if column.minimum is None or column.maximum is None or column.minimum <= value <= column.maximum:
        return None
    return f"{title} must lie between {column.minimum:,} and {column.maximum:,}."


def _precision(column: Column, value: Decimal, title: str) -> str | None:
    if column.kind is not Kind.DECIMAL or column.precision is None or not value.is_finite():
        return None
    scale = column.scale or 0
    whole = column.precision - scale
    if value.copy_abs() >= Decimal(10) ** whole:
        return f"{title} may have {_count(max(whole, 0), 'digit')} before the decimal point at most."
    if _lowest_place(value) < -scale:
        return f"{title} may have {_count(max(scale, 0), 'digit')} after the decimal point at most."
    return None


def _lowest_place(value: Decimal) -> int:
    """The power of ten of the last digit that is not zero; exact, which Decimal's own rounding is not."""
    _, digits, exponent = value.as_tuple()
    text = "".join(str(digit) for digit in digits)
    return int(exponent) + len(text) - len(text.rstrip("0")) if text.strip("0") else 0


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
