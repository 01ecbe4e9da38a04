"""Owns arrays: checked entry by entry, kept as the database's own text; nested ones are not looked into."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from desktop.schema.describe import Column, Kind
from desktop.values import array_text
from desktop.values.base import BadValue, BaseKind, quoted
from desktop.values.entries import entry_text, typed_entry
from desktop.values.locale import PLAIN, Locale

_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)
_UNKNOWN = Column("", Kind.OTHER, "")
_ODD_LINE = re.compile('[\x00-\x1f\x7f\x85\u2028\u2029]|\\A[\\s"]|\\s\\Z|\\A\\Z')
_SEPARATOR = re.compile("[\x7f\x85\u2028\u2029]")


class ArrayKind(BaseKind):
    """Lists as ``{a,"b c",NULL}``."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """The text of the list, or None for nothing; BadValue where it is none or an entry is wrong."""
        text = text.strip()
        if not text:
            return None
        found = array_text.entries(text)
        if found is None:
            if array_text.is_nested(text):
                return text
            raise BadValue(
                f"{quoted(text)} is not a list; write it like {{a,b}}, texts with commas in quotes."
            )
        element = column.element or _UNKNOWN
        # What a grid or a file holds is the database's own form, whatever the person's habits.
        checked = [_typed(entry, element, PLAIN, place) for place, entry in enumerate(found, 1)]
        return text if checked == found else array_text.compose(checked)


def _typed(entry: str | None, element: Column, locale: Locale, place: int) -> str | None:
    if entry is None:
        return None
    try:
        return typed_entry(entry, element, locale)
    except BadValue as bad:
        raise BadValue(f"Entry {place}: {bad.sentence}") from bad


def list_lines(text: str, column: Column, locale: Locale) -> list[str] | None:
    """One line per entry of a stored list, to be edited; None where it can only be edited as it is.

    NULL is an entry that is not there; an entry that would not read back from its line stands in quotes.
    """
    found = array_text.entries(text)
    if found is None:
        return None
    element = column.element or _UNKNOWN
    return ["NULL" if entry is None else _line(entry_text(entry, element, locale)) for entry in found]


def typed_list(lines: Sequence[str], known: dict[str, str], column: Column, locale: Locale) -> str:
    """The list meant by lines, blank ones left out; ``known``: stored entries by line. Raises BadValue."""
    element = column.element or _UNKNOWN
    found: list[str | None] = []
    for place, line in enumerate(lines, 1):
        if line in known:
            found.append(known[line])
        elif line == "NULL" or (line.strip().upper() == "NULL" and element.kind not in _TEXTS):
            found.append(None)
        elif line.strip():
            found.append(_typed(_unquoted(line), element, locale, place))
    return array_text.compose(found)


def known_lines(text: str, lines: Sequence[str]) -> dict[str, str]:
    """The stored entries by the lines that stand for them."""
    stored = array_text.entries(text) or []
    return {line: entry for line, entry in zip(lines, stored, strict=True) if entry is not None}


def _line(entry: str) -> str:
    if entry.upper() != "NULL" and not _ODD_LINE.search(entry) and not array_text.is_nested(entry):
        return entry
    escaped = json.dumps(entry, ensure_ascii=False)
    return _SEPARATOR.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped)


def _unquoted(line: str) -> str:
    """A line in quotes is taken out of them; a text that only begins with one is meant as it stands."""
    if line.strip()[:1] == '"':
        try:
            return str(json.loads(line, strict=False))
        except ValueError:
            return line
    return line
