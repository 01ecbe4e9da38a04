"""Owns what a person may type into a filter field: the text of one column's filter to a filter tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop.browse.filter_times import TIME_KINDS, span_of
from desktop.browse.filter_tree import (
    Always,
    AnyOf,
    BadFilter,
    Compare,
    Contains,
    Empty,
    Filter,
    Named,
    Not,
    Operator,
    Within,
)
from desktop.schema.describe import Column, Kind
from desktop.values.choice import choice_text
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import Locale

MOST_CHARACTERS = 5_000
"""Longer texts are refused: databases limit the length of a pattern."""
_MOST_NOTS = 20
TEXT_KINDS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.JSON, Kind.OTHER})
_WITH_COMMAS = {Kind.ARRAY: "Lists", Kind.RANGE: "Ranges"}
_SEARCHED_AS_TEXT = frozenset({Kind.ARRAY, Kind.RANGE, Kind.INTERVAL, Kind.NETWORK})
NUMBER_KINDS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT})

_EMPTY = frozenset({"empty", "null", "is empty", "is null"})
_NOT_EMPTY = frozenset({"not empty", "not null", "is not empty", "is not null", "!empty", "!null"})
_OPERATOR = re.compile(r"(==?|<>|!=|>=|<=|>|<|≥|≤|≠)\s*(.*)\Z", re.DOTALL)
_WORDS: dict[str, Operator] = {"=": "=", "==": "=", ">": ">", "<": "<", ">=": ">=", "<=": "<="}
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "<>", "!=": "<>"}
_NOT = re.compile(r"(?:not\s+|!\s*)(?!=)(.+)\Z", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(r"(.*?[^.]|)\.\.([^.].*|)\Z", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"]|"")*)"\Z', re.DOTALL)
_PART = re.compile(r'\s*(?:"(?:[^"]|"")*"\s*|[^,"]|"(?!(?:[^"]|"")*"))*', re.DOTALL)


def parse_filter(text: str, column: Column, locale: Locale, *, names: bool = False) -> Filter:
    """The filter meant by ``text``; with ``names`` the column is a foreign key and text means the name.

    Raises BadFilter where it cannot be a filter on this column.
    """
    check_text(text, column.name)
    return _Reader(column, locale, names).read(text.strip())


def check_text(text: str, column: str) -> None:
    """Raises BadFilter for what no database could be asked for."""
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise BadFilter(column, "This text holds a character that cannot be searched for.")
    if len(text) > MOST_CHARACTERS:
        raise BadFilter(column, f"Only texts of up to {MOST_CHARACTERS:,} characters can be searched for.")


class _Reader:
    """Reads filters of one column."""

    def __init__(self, column: Column, locale: Locale, names: bool) -> None:
        self._column = column
        self._locale = locale
        self._names = names
        self._kind = column.kind

    def read(self, text: str, nots: int = 0) -> Filter:
        if not text:
            return Always()
        word = " ".join(text.lower().split())
        if word in _EMPTY:
            return Empty()
        if word in _NOT_EMPTY:
            return Not(Empty())
        if match := _NOT.match(text):
            if nots == _MOST_NOTS:
                raise BadFilter(self._column.name, "There are too many “not” in this filter.")
            return Not(self.read(match[1].strip(), nots + 1))
        return self._any_of(text)

    def _any_of(self, text: str) -> Filter:
        if self._kind in _WITH_COMMAS:  # the commas are the value's own
            return self._one(text)
        parts = [part.strip() for part in _split(text) if part.strip()]
        if len(parts) < 2 or self._is_one_number(text):
            return self._one(parts[0] if len(parts) == 1 else text)
        return AnyOf(tuple(self._one(part) for part in parts))

    def _is_one_number(self, text: str) -> bool:
        """Whether the commas only group digits (``1,234``) or mark the decimals (``1,5``)."""
        if self._kind not in NUMBER_KINDS or ", " in text:
            return False
        try:
            kind_for(self._column).parse(_bare(text), self._column, self._locale)
        except BadValue:
            return False
        return True

    def _one(self, text: str) -> Filter:
        word = " ".join(text.lower().split())
        if word in _EMPTY or word in _NOT_EMPTY or _NOT.match(text):
            return self.read(text)
        if match := _OPERATOR.match(text):
            return self._compare(_SIGNS.get(match[1], match[1]), match[2].strip())
        if match := _QUOTED.match(text):
            return self._equal(_unquoted(match[1]))
        match = _RANGE.match(text) if self._kind not in _WITH_COMMAS else None
        if match and (match[1].strip() or match[2].strip()):
            return self._range(match[1].strip(), match[2].strip())
        return self._word(text)

    def _compare(self, operator: str, rest: str) -> Filter:
        if not rest:
            raise BadFilter(self._column.name, f"Type a value after “{operator}”.")
        quoted = _QUOTED.match(rest)
        text = _unquoted(quoted[1]) if quoted else rest
        if operator == "<>":
            return Not(self._equal(text))
        sign = _WORDS[operator]
        return self._equal(text) if sign == "=" else self._ordered(sign, text)

    def _equal(self, text: str) -> Filter:
        if self._names:
            return Named(Compare("=", text), self._own_or_none(text))
        if self._kind in TEXT_KINDS:
            return Compare("=", text)
        return self._own(text)

    def _own_or_none(self, text: str) -> Filter | None:
        try:
            return Compare("=", text) if self._kind in TEXT_KINDS else self._own(text)
        except BadFilter:
            return None

    def _own(self, text: str) -> Filter:
        """Equal to a value of the column's own kind; a date or month is a span."""
        if self._kind in TIME_KINDS:
            low, end = self._span(text)
            return Within(low, end, half_open=True)
        if self._kind is Kind.BYTES:
            return Compare("=", self._size(text))
        return Compare("=", self._value(text))

    def _ordered(self, operator: Operator, text: str) -> Filter:
        if self._kind in TEXT_KINDS:
            return Compare(operator, text)
        self._refuse_order()
        if self._kind in TIME_KINDS:
            return self._ordered_time(operator, text)
        if self._kind is Kind.BYTES:
            return Compare(operator, self._size(text))
        return Compare(operator, self._value(text))

    def _ordered_time(self, operator: Operator, text: str) -> Filter:
        low, end = self._span(text)
        if operator in (">=", "<"):
            return Compare(operator, low)
        if end is None:  # nothing comes after the end of the calendar
            return Not(Empty()) if operator == "<=" else Compare(">", low)
        return Compare("<" if operator == "<=" else ">=", end)

    def _range(self, low: str, high: str) -> Filter:
        if self._kind in TEXT_KINDS:
            return Within(_bare(low) or None, _bare(high) or None)
        self._refuse_order()
        if self._kind in TIME_KINDS:
            first = self._span(low)[0] if low else None
            end = self._span(high)[1] if high else None
            return Within(first, end, half_open=True)
        read = self._size if self._kind is Kind.BYTES else self._value
        return Within(read(low) if low else None, read(high) if high else None)

    def _word(self, text: str) -> Filter:
        if self._names:
            own = None if "*" in text else self._own_or_none(text)
            return Named(_pattern(text), own)
        if self._kind in TEXT_KINDS:
            return _pattern(text)
        if self._kind in _SEARCHED_AS_TEXT or ("*" in text and self._kind not in (Kind.BOOLEAN, Kind.BYTES)):
            return _pattern(text)
        if self._kind is Kind.CHOICE:
            return self._choice(text)
        if self._kind is Kind.UUID:
            try:
                return self._own(text)
            except BadFilter:
                return _pattern(text)
        return self._own(text)

    def _refuse_order(self) -> None:
        """What has no order that a person could mean."""
        if self._kind in _WITH_COMMAS:
            raise BadFilter(
                self._column.name,
                f"{_WITH_COMMAS[self._kind]} can be searched for a text, for “= value”, and for “empty”;"
                " which is greater cannot be asked.",
            )

    def _choice(self, text: str) -> Filter:
        try:
            return Compare("=", self._value(text))
        except BadFilter:
            near = [c for c in self._column.choices if text.casefold() in f"{c} {choice_text(c)}".casefold()]
            if not near:
                raise
            return AnyOf(tuple(Compare("=", choice) for choice in near))

    def _value(self, text: str) -> object:
        try:
            value = kind_for(self._column).parse(text, self._column, self._locale)
        except BadValue as error:
            raise BadFilter(self._column.name, error.sentence) from error
        if value is None:
            raise BadFilter(self._column.name, "Type a value, or “empty” for records without one.")
        return value

    def _span(self, text: str) -> tuple[object, object | None]:
        span = span_of(_bare(text), self._kind, self._locale)
        if span is None:
            self._value(text)  # refuses with the kind's own sentence
            raise BadFilter(self._column.name, "This is not a date that can be searched for.")
        return span

    def _size(self, text: str) -> int:
        """Binary values are compared by their size, which is what a grid shows."""
        digits = text.replace(",", "").replace(" ", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
            sentence = "Binary values can be filtered by their size in bytes, such as “> 1000”."
            raise BadFilter(self._column.name, sentence)
        return int(digits)


def _split(text: str) -> Iterator[str]:
    """The parts between commas; commas in quotes do not count."""
    at = 0
    while at <= len(text):
        match = _PART.match(text, at)
        end = match.end() if match else at
        yield text[at:end]
        at = end + 1


def _pattern(text: str) -> Contains:
    """``par*is`` starts with par and ends with is; without a star it may stand anywhere."""
    pieces = text.split("*")
    if len(pieces) == 1:
        return Contains((text,))
    return Contains(
        tuple(piece for piece in pieces if piece), from_start=bool(pieces[0]), to_end=bool(pieces[-1])
    )


def _bare(text: str) -> str:
    quoted = _QUOTED.match(text)
    return _unquoted(quoted[1]) if quoted else text


def _unquoted(text: str) -> str:
    return text.replace('""', '"')
