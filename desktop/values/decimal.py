"""Owns decimal numbers: exact, never through a float."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, one_line, quoted
from desktop.values.locale import Locale
from desktop.values.numbers import grouped, plain_number

_WORDS = {
    "nan": Decimal("NaN"),
    "infinity": Decimal("Infinity"),
    "inf": Decimal("Infinity"),
    "-infinity": Decimal("-Infinity"),
    "-inf": Decimal("-Infinity"),
}
_LONGEST = 400
"""Numbers beyond so many digits are shown with an exponent."""


class DecimalKind(BaseKind):
    """Python Decimals; the scale is kept as stored."""

    right_aligned = True

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """A Decimal, or None for nothing; BadValue for anything else."""
        if not text.strip():
            return None
        word = _WORDS.get(text.strip().lower())
        if word is not None:
            return word
        plain = plain_number(text, locale)
        if plain is None:
            raise BadValue(f"{quoted(text)} is not a number.")
        try:
            return Decimal(plain)
        except InvalidOperation as error:
            raise BadValue(f"{quoted(text)} is not a number.") from error

    def _show(self, value: object, column: Column, locale: Locale) -> str:
        return one_line(decimal_text(_to_scale(value, column.scale or 0), locale, group=True))

    def _edit_text(self, value: object, column: Column, locale: Locale) -> str:
        return decimal_text(value, locale, group=False)

    def _same(self, a: object, b: object) -> bool:
        if isinstance(a, Decimal) and isinstance(b, Decimal) and a.is_nan():
            return b.is_nan()
        return a == b


def _to_scale(value: object, scale: int) -> object:
    """With the zeros the column's scale asks for, which SQLite does not keep: 0.1 is 0.10."""
    if not isinstance(value, Decimal) or not value.is_finite():
        return value
    sign, digits, exponent = value.as_tuple()
    missing = scale + exponent if isinstance(exponent, int) else 0
    return Decimal((sign, (*digits, *(0,) * missing), -scale)) if 0 < missing <= scale else value


def decimal_text(value: object, locale: Locale, *, group: bool) -> str:
    """All digits of a Decimal or int in the person's writing; any other value as its own text."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        return str(value)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and abs(value.adjusted()) + abs(exponent) > 2 * _LONGEST and exponent > 0:
        return str(value).replace(".", locale.decimal)
    plain = format(value, "f")
    return grouped(plain, locale) if group else plain.replace(".", locale.decimal)
