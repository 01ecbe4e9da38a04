"""Owns what a simple CHECK demands of a value, and the sentence for it; parses no SQL, asks no database.

Conservative: a value is only called wrong where the database is sure to refuse it, on every backend and for
every way the value may be stored. Where that is not certain, a rule says nothing.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "=": operator.eq,
        "<>": operator.ne,
    }
)
_LARGEST = 2**63
_EXACT_DIGITS = 15
"""SQLite keeps so many digits of a decimal as a number; more may stay text, which compares otherwise."""
_ROUNDING = Decimal("1e-5")
"""How far a float may move when it is stored with four bytes, relative to itself."""
_LONGEST = 1000
"""Characters of a text that is still held against a pattern while somebody types."""
_AMOUNT = {
    "<": "less than",
    "<=": "at most",
    ">": "more than",
    ">=": "at least",
    "=": "exactly",
    "<>": "other than",
}
_WHEN = {
    "<": "before {}",
    "<=": "{} or earlier",
    ">": "after {}",
    ">=": "{} or later",
    "=": "{}",
    "<>": "other than {}",
}


@dataclass(frozen=True, slots=True)
class Bound:
    """``col > 5``, ``col >= '2000-01-01'``."""

    operator: str
    limit: Decimal | date

    def broken_by(self, value: object) -> bool:
        if isinstance(self.limit, date):
            plain = isinstance(value, date) and not isinstance(value, datetime)
            return plain and not COMPARE[self.operator](value, self.limit)
        number = exact_number(value)
        if number is None:
            return False
        if isinstance(value, float):
            near = abs(number - self.limit) <= _ROUNDING * max(abs(number), abs(self.limit))
            return not near and not COMPARE[self.operator](number, self.limit)
        as_floats = COMPARE[self.operator](float(number), float(self.limit))
        return not as_floats and not COMPARE[self.operator](number, self.limit)

    def sentence(self, title: str) -> str:
        if isinstance(self.limit, date):
            return f"{title} must be {_WHEN[self.operator].format(self.limit.isoformat())}."
        return f"{title} must be {_AMOUNT[self.operator]} {self.limit:,f}."


@dataclass(frozen=True, slots=True)
class Among:
    """``col IN (1, 2, 3)``."""

    values: tuple[Decimal, ...]

    def broken_by(self, value: object) -> bool:
        return not isinstance(value, float) and all(Bound("=", one).broken_by(value) for one in self.values)

    def sentence(self, title: str) -> str:
        words = [f"{value:,f}" for value in self.values]
        either = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
        return f"{title} must be {either}."


@dataclass(frozen=True, slots=True)
class Length:
    """``length(col) >= 3``, ``length(trim(col)) > 0``."""

    operator: str
    limit: int
    trimmed: bool = False

    def broken_by(self, value: object) -> bool:
        if not isinstance(value, str) or "\0" in value:
            return False
        text = value.strip(" ") if self.trimmed else value
        # Blanks at the end may be dropped by the type.
        few, many = len(text.rstrip(" ")), len(text)
        if self.operator == "=":
            return not few <= self.limit <= many
        compare = COMPARE[self.operator]
        return not compare(few, self.limit) and not compare(many, self.limit)

    def sentence(self, title: str) -> str:
        if (self.operator, self.limit) in ((">", 0), (">=", 1), ("<>", 0)):
            return _not_empty(title, self.trimmed)
        characters = "character" if self.limit == 1 else "characters"
        return f"{title} must have {_AMOUNT[self.operator]} {self.limit:,} {characters}."


@dataclass(frozen=True, slots=True)
class Differs:
    """``col <> ''``, ``trim(col) <> ''``."""

    text: str
    trimmed: bool = False

    def broken_by(self, value: object) -> bool:
        if not isinstance(value, str):
            return False
        return (value.strip(" ") if self.trimmed else value) == self.text

    def sentence(self, title: str) -> str:
        return _not_empty(title, self.trimmed) if not self.text else f"{title} must not be “{self.text}”."


@dataclass(frozen=True, slots=True)
class Pattern:
    """``col LIKE 'x%'``, ``col GLOB 'x*'``, ``col ~ '^x'``."""

    regex: str
    """For Python, anchored where the pattern is."""
    words: str
    """``begin with “x”``."""
    negated: bool = False
    any_case: bool = False
    """The database may take small and capital letters as the same."""

    def broken_by(self, value: object) -> bool:
        if not isinstance(value, str) or "\0" in value or len(value) > _LONGEST:
            return False
        if self.any_case and not value.isascii():
            return False  # which letters are a pair is the database's own business
        # Told wrong must be certain: in doubt about the case a pattern matches, and a forbidden one does not.
        folds = self.any_case and not self.negated
        found = re.search(self.regex, value, re.DOTALL | (re.IGNORECASE if folds else re.NOFLAG))
        return (found is not None) is self.negated

    def sentence(self, title: str) -> str:
        return f"{title} must {'not ' if self.negated else ''}{self.words}."


ValueRule: TypeAlias = Bound | Among | Length | Differs | Pattern


@dataclass(frozen=True, slots=True)
class OrderRule:
    """``starts <= ends``: two columns of one record."""

    left: str
    operator: str
    right: str

    def broken_by(self, values: Mapping[str, object]) -> bool:
        """Whether both are there and stand the wrong way round."""
        left, right = values.get(self.left), values.get(self.right)
        if type(left) is not type(right):
            return False
        if isinstance(left, date | datetime):
            return not COMPARE[self.operator](left, right)
        first, second = exact_number(left), exact_number(right)
        if first is None or second is None or isinstance(left, float):
            return False
        return not COMPARE[self.operator](first, second)

    def sentence(self, left: str, right: str, *, dates: bool) -> str:
        """``left`` and ``right``: what the two fields are called."""
        more, less = ("later", "earlier") if dates else ("greater", "less")
        said = {
            "<=": f"must not be {more} than",
            "<": f"must be {less} than",
            ">=": f"must not be {less} than",
            ">": f"must be {more} than",
            "<>": "must differ from",
            "=": "must be the same as",
        }
        return f"{left} {said[self.operator]} {right}."


def exact_number(value: object) -> Decimal | None:
    """The number every database holds as it is; None for what may be rounded or stored as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int):
        return Decimal(value) if -_LARGEST <= value < _LARGEST else None
    number = Decimal(value)
    if not number.is_finite():
        return None
    if isinstance(value, Decimal) and len(number.as_tuple().digits) > _EXACT_DIGITS:
        return None
    return number


def _not_empty(title: str, trimmed: bool) -> str:
    return f"{title} must not be {'blank' if trimmed else 'empty'}."
