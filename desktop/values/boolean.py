"""Owns yes and no."""

from __future__ import annotations

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, one_line, quoted
from desktop.values.locale import Locale

_YES = frozenset({"yes", "y", "true", "t", "1", "on"})
_NO = frozenset({"no", "n", "false", "f", "0", "off"})


class BooleanKind(BaseKind):
    """Python bools; NULL is a third state and nobody's default."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """A bool, or None for nothing; BadValue for anything else."""
        word = text.strip().lower()
        if not word:
            return None
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise BadValue(f"{quoted(text)} is neither yes nor no.")

    def _show(self, value: object, column: Column, locale: Locale) -> str:
        return ("Yes" if value else "No") if isinstance(value, bool) else one_line(str(value))

    def _edit_text(self, value: object, column: Column, locale: Locale) -> str:
        return ("yes" if value else "no") if isinstance(value, bool) else str(value)

    def _same(self, a: object, b: object) -> bool:
        return type(a) is type(b) and a == b
