"""Owns what one pasted cell becomes in a column: a value, or an Invalid with the reason; asks no database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from desktop.schema.describe import Column, ForeignKey, Kind
from desktop.schema.rules import check_value
from desktop.staging.staged import Invalid
from desktop.transfer.clipboard import CopiedColumn, PastedCell, Typed, Written, text_of
from desktop.transfer.names import Found
from desktop.transfer.spreadsheet_days import moment_of
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import PLAIN, Locale
from desktop.values.special import DEFAULT

Value: TypeAlias = tuple[object, str | None]
"""A value (or an Invalid), and the name of the record it points to."""
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT})
_TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT})
_IN_BRACKETS = re.compile(r"\((.*)\)\Z")


@dataclass(frozen=True)
class CellReader:
    """Reads the cells of one column of the block."""

    column: Column
    heading: str
    locale: Locale
    foreign_key: ForeignKey | None = None
    copied: CopiedColumn | None = None
    """The column it was copied from, where it was copied here."""
    same_source: bool = False
    """It was copied from this very database."""
    names: Mapping[str, Found] = field(default_factory=dict)
    _known: dict[tuple[str, bool], Value] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        """Whether the values copied can be taken as they are."""
        if self.copied is None or self.copied.kind is not self.column.kind or self.copied.link:
            return False
        target = str(self.foreign_key.target) if self.foreign_key is not None else ""
        return self.copied.target == target and (self.same_source or not target)

    def name_in(self, cell: PastedCell) -> str:
        """The text of the cell that is to be looked up as a name; empty where there is none."""
        if self.foreign_key is None or (isinstance(cell, Typed) and self.exact):
            return ""
        return self._text(cell).strip()

    def beside(self, cell: PastedCell) -> Mapping[str, object]:
        """What the name in the cell says of other columns: those of the same foreign key."""
        found = self.names.get(self.name_in(cell)) if self.names else None
        return found.beside if found is not None else {}

    def read(self, cell: PastedCell, *, new: bool) -> Value:
        """The value for a new record, or one in place of another."""
        if isinstance(cell, Typed) and self.exact:
            return self._typed(cell, new=new)
        if isinstance(cell, Written) and self.column.kind in NUMBERS and self.foreign_key is None:
            value = self._parsed(cell.number, PLAIN)
            if value is not None:
                return self._checked(cell.text, value), None
        if isinstance(cell, Written) and (moment := moment_of(cell, self.column.kind)) is not None:
            return self._checked(cell.text, moment), None
        text = self._text(cell)
        found = self._known.get((text, new))
        if found is None:
            found = self._known[text, new] = self._spelled(text, new=new)
        return found

    def _typed(self, cell: Typed, *, new: bool) -> Value:
        if cell.value is DEFAULT:
            return (DEFAULT if new or self.column.has_default else None), None
        text = text_of(cell, self.locale)
        if cell.value is None and new and _filled_in(self.column):
            return DEFAULT, None
        return self._checked(text, cell.value), cell.label

    def _text(self, cell: PastedCell) -> str:
        if isinstance(cell, Typed):
            named = self.foreign_key is not None or self.column.kind in _TEXTS
            return text_of(cell if named else Typed(cell.value), self.locale)
        return cell.text if isinstance(cell, Written) else cell

    def _spelled(self, text: str, *, new: bool) -> Value:
        if not text.strip() and (not text or self.column.kind not in _TEXTS):
            return self._empty(text, new=new), None
        if self.foreign_key is not None:
            found = self.names.get(text.strip())
            if found is not None:
                return (Invalid(text, found.problem) if found.problem else found.value), found.label
        for locale in (self.locale, PLAIN):
            value = self._parsed(text, locale)
            if value is not None:
                return self._checked(text, value), None
        bare = _bare_number(text) if self.column.kind in NUMBERS else ""
        for locale in (self.locale, _separators_of(bare)) if bare else ():
            value = self._parsed(bare, locale)
            if value is not None:
                return self._checked(text, value), None
        return Invalid(text, self._why_not(text)), None

    def _empty(self, text: str, *, new: bool) -> object:
        """Nothing: NULL where that may be, else the empty text, else the default of a new record."""
        if self.column.nullable:
            return None
        if new and _filled_in(self.column):
            return DEFAULT
        return self._checked(text, text if self.column.kind in _TEXTS else None)

    def _parsed(self, text: str, locale: Locale) -> object:
        """None where it cannot be read."""
        try:
            return kind_for(self.column).parse(text, self.column, locale)
        except BadValue:
            return None

    def _why_not(self, text: str) -> str:
        try:
            kind_for(self.column).parse(text, self.column, self.locale)
        except BadValue as error:
            return error.sentence
        return f"{self.heading} cannot hold this."

    def _checked(self, text: str, value: object) -> object:
        problem = check_value(self.column, value, self.heading)
        return Invalid(text, problem) if problem else value


def _filled_in(column: Column) -> bool:
    """Whether the database has a value of its own for what is left out."""
    return column.has_default or column.identity or column.generated


def _separators_of(number: str) -> Locale:
    """``1.234,50`` and ``1,234.50`` each say for themselves which of the two signs is the decimal one."""
    comma, point = number.rfind(","), number.rfind(".")
    return Locale(decimal=",", group=".") if 0 <= point < comma else Locale(decimal=".", group=",")


def _bare_number(text: str) -> str:
    """``€ 1,234.50`` without its currency sign, ``(1,234.50)`` as the accountant's ``-1,234.50``."""
    kept = "".join(letter for letter in text if unicodedata.category(letter) != "Sc").strip()
    match = _IN_BRACKETS.match(kept)
    return f"-{match[1].strip()}" if match else kept
