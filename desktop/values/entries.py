"""Owns the entries of arrays and the bounds of ranges: from the database's text to a value, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from desktop.base.raw import RawText
from desktop.schema.describe import Column, Kind
from desktop.values.base import BadValue, ValueKind
from desktop.values.boolean import BooleanKind
from desktop.values.bytes_ import BytesKind
from desktop.values.choice import ChoiceKind
from desktop.values.date import DateKind
from desktop.values.decimal import DecimalKind
from desktop.values.float_ import FloatKind
from desktop.values.integer import IntegerKind
from desktop.values.interval import IntervalKind
from desktop.values.json_ import JsonKind
from desktop.values.locale import PLAIN, Locale
from desktop.values.network import NetworkKind
from desktop.values.other import OtherKind
from desktop.values.plain import to_plain
from desktop.values.text import TextKind
from desktop.values.time import TimeKind
from desktop.values.timestamp import TimestampKind, TimestampTzKind
from desktop.values.uuid_ import UuidKind

SINGLE: Mapping[Kind, ValueKind] = {
    Kind.TEXT: TextKind(),
    Kind.LONG_TEXT: TextKind(),
    Kind.INTEGER: IntegerKind(),
    Kind.DECIMAL: DecimalKind(),
    Kind.FLOAT: FloatKind(),
    Kind.BOOLEAN: BooleanKind(),
    Kind.DATE: DateKind(),
    Kind.TIME: TimeKind(),
    Kind.TIMESTAMP: TimestampKind(),
    Kind.TIMESTAMP_TZ: TimestampTzKind(),
    Kind.CHOICE: ChoiceKind(),
    Kind.JSON: JsonKind(),
    Kind.UUID: UuidKind(),
    Kind.BYTES: BytesKind(),
    Kind.INTERVAL: IntervalKind(),
    Kind.NETWORK: NetworkKind(),
    Kind.OTHER: OtherKind(),
}
"""The kinds of values that hold no others."""
_TIMES = (Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMP_TZ)
_BEYOND = re.compile(
    r"-?infinity\Z|24:00:00\Z|\d{4,7}-\d\d-\d\d( \d\d:[\d:.+-]+)? BC\Z|\d{5,7}-\d\d-\d\d( |\Z)",
    re.IGNORECASE,
)
"""Dates and times that databases know and Python does not; they are passed on as they are."""


def stored_entry(text: str, element: Column) -> object:
    """The value that a stored entry stands for; RawText where it is none of its kind (infinity, BC dates)."""
    try:
        return SINGLE[element.kind].parse(text, element, PLAIN)
    except BadValue:
        return RawText(text)


def entry_text(text: str, element: Column, locale: Locale) -> str:
    """A stored entry as the person writes and reads it, exact."""
    value = stored_entry(text, element)
    if isinstance(value, str):
        return value
    return SINGLE[element.kind].edit_text(value, element, locale)


def typed_entry(text: str, element: Column, locale: Locale) -> str:
    """What the person typed as the database's text. Raises BadValue."""
    if element.kind in (Kind.TEXT, Kind.LONG_TEXT):
        return text
    if element.kind in _TIMES and _BEYOND.match(text.strip()):
        return text.strip()
    value = SINGLE[element.kind].parse(text, element, locale)
    if value is None:
        raise BadValue("This is empty.")
    plain = to_plain(value)
    return ("t" if plain else "f") if isinstance(plain, bool) else str(plain)
