"""Owns dates and times that remember how SQLite has them written, so that they go back the same way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import TypeVar

_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?( ?Z|[+-]\d\d:?\d\d)?)?\Z")
_ZONED = re.compile(r"(Z|[+-]\d\d:?\d\d)\Z")


class StoredDate(date):
    """A date written in another form than ours."""

    stored: str


class StoredTime(time):
    """A time of day written in another form than ours."""

    stored: str


class StoredDatetime(datetime):
    """A moment written in another form than ours."""

    stored: str


_S = TypeVar("_S", StoredDate, StoredTime, StoredDatetime)


def date_text(value: date) -> str:
    """As we write it: 2024-05-01."""
    stored: str | None = getattr(value, "stored", None)
    return stored if stored is not None else date(value.year, value.month, value.day).isoformat()


def time_text(value: time) -> str:
    """As we write it: 10:00:00, with six digits of fraction only where there is one."""
    stored: str | None = getattr(value, "stored", None)
    return stored if stored is not None else value.isoformat()


def datetime_text(value: datetime) -> str:
    """As we write it: 2024-05-01 10:00:00, the form of CURRENT_TIMESTAMP; sorts before its own fractions."""
    stored: str | None = getattr(value, "stored", None)
    return stored if stored is not None else value.isoformat(" ")


def read_date(text: str) -> date | None:
    """The date, or None where the text is no date (or a moment that is not midnight)."""
    try:
        usual = date.fromisoformat(text)
    except ValueError:
        pass  # not the form nearly every date has; perhaps another one
    else:
        if usual.isoformat() == text:
            return usual
    moment = read_datetime(text)
    if moment is None or moment.tzinfo or moment.time() != time():
        return None
    plain = moment.date()
    return plain if plain.isoformat() == text else _remember(StoredDate(*plain.timetuple()[:3]), text)


def read_usual_dates(texts: Sequence[str]) -> list[date] | None:
    """The dates; None where one of them is not in the usual form."""
    if set(map(len, texts)) != {10} or "W" in "".join(texts):  # 2024-W18-3 is the only other one as long
        return None
    try:
        return list(map(date.fromisoformat, texts))
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """The time of day, or None where the text is none."""
    if not _TIME.match(text):
        return None
    try:
        plain = time.fromisoformat(text if len(text) < 9 else text.ljust(15, "0"))
    except ValueError:
        return None
    if plain.isoformat() == text:
        return plain
    return _remember(StoredTime(plain.hour, plain.minute, plain.second, plain.microsecond), text)


def read_datetime(text: str) -> datetime | None:
    """The moment (aware only where the text names a zone), or None where the text is none."""
    if not _MOMENT.match(text):
        return None
    try:
        plain = datetime.fromisoformat(text)
    except ValueError:
        return None
    if datetime_text(plain) == text:
        return plain
    return _remember(
        StoredDatetime(
            plain.year, plain.month, plain.day, plain.hour, plain.minute, plain.second, plain.microsecond,
            plain.tzinfo,
        ),
        text,
    )  # fmt: skip


def in_utc(value: datetime) -> datetime:
    """A moment without a zone taken as UTC, still written as it stands."""
    text = datetime_text(value)
    return _remember(StoredDatetime.combine(value.date(), value.time(), UTC), text)


def plain_form(value: StoredDate | StoredTime | StoredDatetime) -> date | time | datetime:
    """The same moment without the form it was written in."""
    if isinstance(value, StoredDatetime):
        return datetime.combine(value.date(), value.timetz())
    if isinstance(value, StoredTime):
        return time(value.hour, value.minute, value.second, value.microsecond, value.tzinfo)
    return date(value.year, value.month, value.day)


def written_as(value: date | time | datetime, text: str) -> StoredDate | StoredTime | StoredDatetime:
    """The moment with the form it was written in; the reverse of ``plain_form``."""
    if isinstance(value, datetime):
        return _remember(StoredDatetime.combine(value.date(), value.timetz()), text)
    if isinstance(value, time):
        clock = StoredTime(value.hour, value.minute, value.second, value.microsecond, value.tzinfo)
        return _remember(clock, text)
    return _remember(StoredDate(value.year, value.month, value.day), text)


def _remember(value: _S, text: str) -> _S:
    value.stored = text
    return value
