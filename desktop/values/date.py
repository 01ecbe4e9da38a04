"""Owns calendar dates and the spans people mean by ``2024``, ``2024-05`` or ``May 2024``."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, one_line, quoted
from desktop.values.locale import DateOrder, Locale

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z")
_NUMERIC = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})\Z")
_DAY_MONTH = re.compile(r"(\d{1,2})\.? +([a-z]{3,9})\.?,? +(\d{4})\Z")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? +(\d{1,2}),? +(\d{4})\Z")
_YEAR = re.compile(r"(\d{4})\Z")
_YEAR_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})\Z")
_MONTH_YEAR = re.compile(r"([a-z]{3,9})\.? +(\d{4})\Z")
_FOUR_DIGITS = 1000
EXAMPLE = "21 Nov 2026"
"""How to write a date, for a sentence: as they are shown, and read alike by everybody."""
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}


class DateKind(BaseKind):
    """Python dates; the month is a word, so that nobody takes it for the day."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """A date, or None for nothing; BadValue for anything else."""
        if not text.strip():
            return None
        found = read_date(text, locale)
        if found is None:
            raise BadValue(f"{quoted(text)} is not a date; write it like {EXAMPLE}.")
        return found

    def _show(self, value: object, column: Column, locale: Locale) -> str:
        return show_date(value) if isinstance(value, date) else one_line(str(value))

    def _edit_text(self, value: object, column: Column, locale: Locale) -> str:
        return exact_date(value) if isinstance(value, date) else str(value)


def exact_date(value: date) -> str:
    """As it is shown, where that is read back as the same day: years of fewer than four digits are not."""
    return show_date(value) if value.year >= _FOUR_DIGITS else value.isoformat()


def show_date(value: date) -> str:
    """``21 Nov 2026``"""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def read_date(text: str, locale: Locale) -> date | None:
    """A date in any writing that is understood, or None."""
    text = " ".join(text.strip().lower().split())
    if text in _DAYS:
        return today(locale) + timedelta(days=_DAYS[text])
    if match := _ISO.match(text):
        return _date(match[1], match[2], match[3])
    if match := _DAY_MONTH.match(text):
        return _date(match[3], _month(match[2]), match[1])
    if match := _MONTH_DAY.match(text):
        return _date(match[3], _month(match[1]), match[2])
    if match := _NUMERIC.match(text):
        return _by_order(match[1], match[3], match[4], "dmy" if match[2] == "." else locale.date_order)
    return None


def date_span(text: str, locale: Locale) -> tuple[date, date | None] | None:
    """First day and first day after of a year, a month or a day; no end after 9999; None if unread."""
    text = " ".join(text.strip().lower().split())
    if match := _YEAR.match(text):
        first = _date(match[1], "1", "1")
        return None if first is None else (first, _date(str(first.year + 1), "1", "1"))
    if match := _YEAR_MONTH.match(text):
        return _month_span(match[1], match[2])
    if match := _MONTH_YEAR.match(text):
        return _month_span(match[2], _month(match[1]))
    day = read_date(text, locale)
    if day is None:
        return None
    return day, (day + timedelta(days=1) if day < date.max else None)


def today(locale: Locale) -> date:
    """The day it is where the person is."""
    return datetime.now(locale.zone).date()


def _month_span(year: str, month: str) -> tuple[date, date | None] | None:
    first = _date(year, month, "1")
    if first is None:
        return None
    later = (first.year + 1, 1) if first.month == 12 else (first.year, first.month + 1)
    return first, _date(str(later[0]), str(later[1]), "1")


def _by_order(a: str, b: str, c: str, order: DateOrder) -> date | None:
    """Points are written between day, month and year only; whoever writes the year first says nothing of
    how ``3/4/2026`` is meant, and a guess would be wrong for every other column."""
    if len(a) == 4:
        return _date(a, b, c)
    if len(c) != 4 or order == "ymd":
        return None
    return _date(c, b, a) if order == "dmy" else _date(c, a, b)


def _month(word: str) -> str:
    for number, name in enumerate(MONTHS, 1):
        if _FULL[number - 1].startswith(word) or word == name.lower():
            return str(number)
    return "0"


_FULL = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
