"""Owns whole numbers: exact at any size, grouped when shown."""

from __future__ import annotations

from desktop.schema.describe import Column
from desktop.schema.words import is_numbered
from desktop.values.base import BadValue, BaseKind, one_line, quoted
from desktop.values.locale import Locale
from desktop.values.numbers import grouped, plain_number

_MOST_DIGITS = 1000


class IntegerKind(BaseKind):
    """Python ints."""

    right_aligned = True

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """An int, or None for nothing; BadValue for anything else."""
        if not text.strip():
            return None
        plain = plain_number(text, locale)
        if plain is None or "e" in plain or len(plain) > _MOST_DIGITS:
            raise BadValue(f"{quoted(text)} is not a whole number.")
        whole, _, rest = plain.partition(".")
        if rest.strip("0"):
            raise BadValue(f"{quoted(text)} is not a whole number.")
        return int(whole)

    def _show(self, value: object, column: Column, locale: Locale) -> str:
        # Numbers of records are names, not amounts: 18,422 as an id would only be in the way.
        if isinstance(value, int) and not isinstance(value, bool):
            names = column.identity or is_numbered(column.name)
            return str(value) if names else grouped(str(value), locale)
        return one_line(str(value))
