"""Owns the span of time that a typed date, month, year, moment or time of day means."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from desktop.schema.describe import Kind
from desktop.values.date import date_span
from desktop.values.locale import Locale
from desktop.values.time import read_time
from desktop.values.timestamp import TimestampKind, TimestampTzKind

TIME_KINDS = frozenset({Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMP_TZ})

_SECONDS = re.compile(r"\d:\d\d:\d\d(?![.,]\d)")
_FRACTION = re.compile(r"\d:\d\d:\d\d[.,]\d")


def span_of(text: str, kind: Kind, locale: Locale) -> tuple[object, object | None] | None:
    """First value of the span and first value after it (None: open), of the kind's own Python type.

    Moments with a zone are in UTC. None where the text means no such span.
    """
    if kind is Kind.TIME:
        return _time_span(text)
    days = date_span(text, locale)
    if kind is Kind.DATE:
        return days
    if days is not None:
        return _midnight(days[0], kind, locale), days[1] and _midnight(days[1], kind, locale)
    return _moment_span(text, kind, locale)


def _midnight(day: date, kind: Kind, locale: Locale) -> datetime:
    moment = datetime.combine(day, time())
    return _in_utc(moment.replace(tzinfo=locale.zone)) if kind is Kind.TIMESTAMP_TZ else moment


def _moment_span(text: str, kind: Kind, locale: Locale) -> tuple[object, object | None] | None:
    handler = TimestampTzKind() if kind is Kind.TIMESTAMP_TZ else TimestampKind()
    moment = handler.read(text, locale)
    if moment is None:
        return None
    if moment.tzinfo is not None:
        moment = _in_utc(moment)
    try:
        return moment, moment + _step(text)
    except OverflowError:
        return moment, None


def _time_span(text: str) -> tuple[object, object | None] | None:
    found = read_time(text)
    if found is None:
        return None
    end = datetime.combine(date.min, found) + _step(text)
    return found, end.timetz() if end.date() == date.min else None


def _step(text: str) -> timedelta:
    """As exact as it was typed: a minute, a second or a microsecond."""
    if _FRACTION.search(text):
        return timedelta(microseconds=1)
    return timedelta(seconds=1) if _SECONDS.search(text) else timedelta(minutes=1)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # at the ends of the calendar a zone more or less does not matter
        return moment.replace(tzinfo=UTC)
