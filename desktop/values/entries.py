"""Owns the entries of arrays and the bounds of ranges: from the database's text to a value, and back."""

from __future__ import annotations

import re

from desktop.base.raw import RawText
from desktop.schema.describe import Column, Kind
from desktop.values.base import BadValue
from desktop.values.kinds import kind_for
from desktop.values.locale import PLAIN, Locale
from desktop.values.plain import to_plain

_TIMES = (Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMP_TZ)
_BEYOND = re.compile(
    r"-?infinity\Z|24:00:00\Z|\d{4,7}-\d\d-\d\d( \d\d:[\d:.+-]+)? BC\Z|\d{5,7}-\d\d-\d\d( |\Z)",
    re.IGNORECASE,
)
"""Dates and times that databases know and Python does not; they are passed on as they are."""


def stored_entry(text: str, element: Column) -> object:
    """The value that a stored entry stands for; RawText where it is none of its kind (infinity, BC dates)."""
    try:
        return kind_for(element).parse(text, element, PLAIN)
    except BadValue:
        return RawText(text)


def entry_text(text: str, element: Column, locale: Locale) -> str:
    """A stored entry as the person writes and reads it, exact."""
    value = stored_entry(text, element)
    if isinstance(value, str):
        return value
    return kind_for(element).edit_text(value, element, locale)


def typed_entry(text: str, element: Column, locale: Locale) -> str:
    """What the person typed as the database's text. Raises BadValue."""
    if element.kind in (Kind.TEXT, Kind.LONG_TEXT):
        return text
    if element.kind in _TIMES and _BEYOND.match(text.strip()):
        return text.strip()
    value = kind_for(element).parse(text, element, locale)
    if value is None:
        raise BadValue("This is empty.")
    plain = to_plain(value)
    return ("t" if plain else "f") if isinstance(plain, bool) else str(plain)
