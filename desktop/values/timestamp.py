"""Owns points in time: date and time of day, with or without a zone."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, timezone

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, one_line, quoted
from desktop.values.date import EXAMPLE, exact_date, read_date, show_date
from desktop.values.locale import Locale
from desktop.values.time import read_time, time_text

_SPLIT = re.compile(r"(.*?\d{2})(?:[tT]|,? +)(\d{1,2}(?::.*|\s*[ap]m.*))\Z")


class TimestampKind(BaseKind):
    """Python datetimes without a zone, as the database stores them."""

    zoned = False

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """A datetime, or None for nothing; BadValue for anything else. A date alone means midnight."""
        if not text.strip():
            return None
        found = self.read(text, locale)
        if found is None:
            raise BadValue(f"{quoted(text)} is not a date and time; write it like {EXAMPLE} 14:30.")
        return found

    def read(self, text: str, locale: Locale) -> datetime | None:
        """As ``parse``, but None where the text is not understood."""
        if text.strip().lower() == "now":
            now = datetime.now(locale.zone)
            return now if self.zoned else now.replace(tzinfo=None)
        match = _SPLIT.match(text.strip())
        day = read_date(match[1] if match else text, locale)
        clock = read_time(match[2]) if match else time()
        if day is None or clock is None or (clock.tzinfo and not self.zoned):
            return None
        moment = datetime.combine(day, clock)
        return moment.replace(tzinfo=locale.zone) if self.zoned and clock.tzinfo is None else moment

    def _show(self, value: object, column: Column, locale: Locale) -> str:
        if not isinstance(value, datetime):
            return one_line(str(value))
        value = in_zone(value, locale)
        return f"{show_date(value)}  {value:%H:%M}"

    def _edit_text(self, value: object, column: Column, locale: Locale) -> str:
        if not isinstance(value, datetime):
            return str(value)
        value = in_zone(value, locale)
        zone = (
            timezone(offset)
            if needs_offset(value, locale) and (offset := value.utcoffset()) is not None
            else None
        )
        return f"{exact_date(value.date())} {time_text(value.time().replace(tzinfo=zone))}"


class TimestampTzKind(TimestampKind):
    """Aware datetimes, shown and typed in the person's zone; only what means one moment is taken."""

    zoned = True

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """As for a moment without a zone; BadValue also where the clocks were put forward or back then."""
        found = super().parse(text, column, locale)
        if (
            not isinstance(found, datetime)
            or found.tzinfo is not locale.zone
            or text.strip().lower() == "now"
        ):
            return found
        first, second = offsets(found)
        if first == second or first is None or second is None:
            return found
        if first < second:
            raise BadValue(f"{quoted(text)} does not exist: the clocks are put forward at that time.")
        twice = " or ".join(found.replace(fold=fold).isoformat()[-6:] for fold in (0, 1))
        raise BadValue(f"{quoted(text)} comes twice, as the clocks are put back: add {twice}.")


def offsets(value: datetime) -> tuple[timedelta | None, timedelta | None]:
    """Of its zone at this time of day; two where the clocks are put back or forward then."""
    return value.replace(fold=0).utcoffset(), value.replace(fold=1).utcoffset()


def needs_offset(value: datetime, locale: Locale) -> bool:
    """Whether the time of day alone would not mean this moment to the person."""
    if value.tzinfo is None:
        return False
    first, second = offsets(value)
    return value.tzinfo is not locale.zone or first != second


def in_zone(value: datetime, locale: Locale) -> datetime:
    """An aware datetime in the person's zone; others, and those at the ends of the calendar, as they are."""
    if value.tzinfo is None:
        return value
    try:
        return value.astimezone(locale.zone)
    except OverflowError:
        return value
