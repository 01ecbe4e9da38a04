"""Owns binary floating-point numbers: the shortest text that reads back as the same number."""

from __future__ import annotations

import math

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, one_line, quoted
from desktop.values.locale import Locale
from desktop.values.numbers import grouped, plain_number

_WORDS = {
    "nan": math.nan,
    "infinity": math.inf,
    "inf": math.inf,
    "-infinity": -math.inf,
    "-inf": -math.inf,
}


class FloatKind(BaseKind):
    """Python floats."""

    right_aligned = True

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """A float, or None for nothing; BadValue for anything else and for what a float cannot hold."""
        if not text.strip():
            return None
        word = _WORDS.get(text.strip().lower())
        if word is not None:
            return word
        plain = plain_number(text, locale)
        if plain is None:
            raise BadValue(f"{quoted(text)} is not a number.")
        number = float(plain)
        if math.isinf(number):
            raise BadValue(f"{quoted(text)} is too large.")
        return number

    def _show(self, value: object, column: Column, locale: Locale) -> str:
        plain = repr(value) if isinstance(value, (int, float)) else str(value)
        plain = plain.removesuffix(".0")
        if not plain.lstrip("-").replace(".", "", 1).isdigit():
            return one_line(plain.replace(".", locale.decimal) if isinstance(value, float) else plain)
        return grouped(plain, locale)

    def _edit_text(self, value: object, column: Column, locale: Locale) -> str:
        return repr(value).replace(".", locale.decimal) if isinstance(value, float) else str(value)

    def _same(self, a: object, b: object) -> bool:
        if isinstance(a, float) and isinstance(b, float) and math.isnan(a):
            return math.isnan(b)
        return a == b
