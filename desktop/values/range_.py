"""Owns ranges: two bounds, each included or not, or open; kept as the database's own text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop.base.raw import RawText
from desktop.schema.describe import Column, Kind
from desktop.values.base import BadValue, BaseKind, quoted
from desktop.values.entries import entry_text, stored_entry, typed_entry
from desktop.values.locale import PLAIN, Locale

_BOUND = r'\s*(?:"((?:[^"\\]|\\.|"")*)"|((?:[^"\\,\[\]()]|\\.)*))\s*'
_SHAPE = re.compile(rf"([\[(]){_BOUND},{_BOUND}([\])])\Z", re.DOTALL | re.ASCII)
_ESCAPED = re.compile(r"\\(.)|\"(\")", re.DOTALL)
_ODD = re.compile(r'[\s"\\,\[\]()]|\A\Z')
_UNKNOWN = Column("", Kind.OTHER, "")
EMPTY = "empty"
"""How the database writes a range with nothing in it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range that is not empty; a bound of None is open."""

    low: str | None
    high: str | None
    low_included: bool = True
    high_included: bool = False

    @property
    def text(self) -> str:
        """As the database reads it."""
        opening, closing = "[" if self.low_included else "(", "]" if self.high_included else ")"
        return f"{opening}{_quoted(self.low)},{_quoted(self.high)}{closing}"


class RangeKind(BaseKind):
    """Ranges as ``[1,10)``: from 1, which belongs to it, to 10, which does not."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """The text of the range, or None for nothing; BadValue where it is none or a bound is wrong."""
        text = text.strip()
        if not text:
            return None
        if text.lower() == EMPTY:
            return EMPTY
        bounds = read_bounds(text)
        if bounds is None:
            raise BadValue(
                f"{quoted(text)} is not a range; write it like [1, 10) with ] where the end belongs to it."
            )
        low, high = (typed_bound(bound, column, PLAIN) for bound in (bounds.low, bounds.high))
        made = Bounds(low, high, bounds.low_included, bounds.high_included)
        check_order(made, column)
        return text if made == bounds else made.text


def read_bounds(text: str) -> Bounds | None:
    """The bounds of a range in text; None where it is empty or none."""
    match = _SHAPE.match(text.strip())
    if match is None:
        return None
    low, high = _bound(match[2], match[3]), _bound(match[4], match[5])
    return Bounds(low, high, match[1] == "[", match[6] == "]")


def shown_bound(bound: str | None, column: Column, locale: Locale) -> str:
    """A stored bound as the person writes it; nothing where it is open."""
    return "" if bound is None else entry_text(bound, column.element or _UNKNOWN, locale)


def typed_bound(text: str | None, column: Column, locale: Locale) -> str | None:
    """What the person typed as the database's text; None where nothing. Raises BadValue."""
    if text is None or not text.strip():
        return text or None
    return typed_entry(text, column.element or _UNKNOWN, locale)


def check_order(bounds: Bounds, column: Column) -> None:
    """Raises BadValue where the range ends before it begins, as far as that can be told here."""
    if bounds.low is None or bounds.high is None:
        return
    element = column.element or _UNKNOWN
    low, high = stored_entry(bounds.low, element), stored_entry(bounds.high, element)
    if isinstance(low, RawText) or isinstance(high, RawText):
        return
    if isinstance(low, int | Decimal | date) and type(low) is type(high) and high < low:  # type: ignore[operator]
        raise BadValue("The range ends before it begins.")


def _bound(in_quotes: str | None, bare: str | None) -> str | None:
    if in_quotes is not None:
        return _ESCAPED.sub(lambda match: match[1] or match[2], in_quotes)
    bare = (bare or "").rstrip(" \t\n\r\v\f")
    return _ESCAPED.sub(lambda match: match[1] or match[2], bare) or None


def _quoted(bound: str | None) -> str:
    if bound is None:
        return ""
    return '"' + bound.replace("\\", "\\\\").replace('"', '""') + '"' if _ODD.search(bound) else bound
