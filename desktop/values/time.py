"""Owns times of day, with or without an offset."""

from __future__ import annotations

import re
from datetime import time

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, one_line, quoted
from desktop.values.locale import Locale

_SHAPE = re.compile(
    r"(\d{1,2})(?::(\d{2}))?(?::(\d{2})(?:[.,](\d{1,6}))?)? *(am|pm)?(?: *(z|[+-]\d{2}(?::?\d{2}){0,2}))?\Z"
)


class TimeKind(BaseKind):
    """Python times."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """A time, or None for nothing; BadValue for anything else."""
        if not text.strip():
            return None
        found = read_time(text)
        if found is None:
            raise BadValue(f"{quoted(text)} is not a time; write it like 14:30.")
        return found

    def _show(self, value: object, column: Column, locale: Locale) -> str:
        return time_text(value) if isinstance(value, time) else one_line(str(value))

    def _edit_text(self, value: object, column: Column, locale: Locale) -> str:
        return value.isoformat() if isinstance(value, time) else str(value)


def time_text(value: time) -> str:
    """``09:14``, or with seconds and fraction where there are any."""
    if not value.second and not value.microsecond:
        return value.isoformat("minutes")
    return value.isoformat()


def read_time(text: str) -> time | None:
    """A time in any writing that is understood (``9:14``, ``9 pm``, ``09:14:05.25+02:00``), or None."""
    match = _SHAPE.match(text.strip().lower())
    if not match or not (match[2] or match[5]):
        return None
    hour = int(match[1])
    if match[5]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[5] == "pm" else 0)
    clock = f"{hour:02}:{match[2] or '00'}:{match[3] or '00'}.{(match[4] or '').ljust(6, '0')}"
    try:
        return time.fromisoformat(clock + (match[6] or "").upper())
    except ValueError:
        return None
