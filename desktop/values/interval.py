"""Owns lengths of time: what people write for them, made the text a database reads; months are no days."""

from __future__ import annotations

import re

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, quoted
from desktop.values.locale import Locale

_WORDS = re.compile(
    r"millenniums?|millennia|century|centuries|c|decades?|years?|yrs?|y|months?|mons?|weeks?|w|days?|d|hours?"
    r"|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|milliseconds?|ms|microseconds?|us"
)
"""What databases know, too."""
_CLOCK = re.compile(r"([+-]?\d{1,10}:[0-5]?\d(?::[0-5]?\d(?:\.\d{1,6})?)?) ?(?:hours\b|hrs\b|h\b)?")
_AMOUNT = re.compile(r"([+-]?)(\d{0,12}(?:\.\d{1,12})?) ?([a-z]+)")
_ISO = re.compile(r"-?P(?!\Z)(?:-?[\d.]+[YMWD])*(?:T(?:-?[\d.]+[HMS])+)?\Z", re.IGNORECASE)
_GAP = re.compile(r"[\s,]*(?:and\b\s*)?")


class IntervalKind(BaseKind):
    """Intervals as the database's own text (``1 mon 2 days 03:00:00``); a month is not so many days."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """Text that the database reads, or None for nothing; BadValue for anything else."""
        if not text.strip():
            return None
        found = read_interval(text, locale)
        if found is None:
            raise BadValue(f"{quoted(text)} is not a length of time; write it like 2 days 03:00 or 1:30 h.")
        return found


def read_interval(text: str, locale: Locale) -> str | None:
    """``2 days 3 h``, ``1:30``, ``1.5 hours``, ``3 days ago``, ``P1DT2H`` as a database reads it, or None."""
    text = " ".join(text.strip().split())
    if text.lower() in ("infinity", "-infinity"):
        return text.lower()
    if _ISO.match(text):
        return text.upper()
    text = text.lower().removeprefix("@").strip().replace("\u2212", "-").replace("µs", "us")
    if locale.decimal != ".":
        text = re.sub(rf"(?<=\d){re.escape(locale.decimal)}(?=\d)", ".", text)
    text, ago = (text[:-4], " ago") if text.endswith(" ago") else (text, "")
    parts = _parts(text)
    return " ".join(parts) + ago if parts else None


def _parts(text: str) -> list[str] | None:
    parts: list[str] = []
    clocks, at = 0, 0
    while at < len(text):
        if match := _CLOCK.match(text, at):
            clocks += 1
            parts.append(match[1])
        elif (match := _AMOUNT.match(text, at)) and match[2] and _WORDS.fullmatch(match[3]):
            parts.append(f"{match[1]}{match[2]} {match[3]}")
        else:
            return None
        gap = _GAP.match(text, match.end())
        at = gap.end() if gap else match.end()
    return parts if clocks <= 1 else None
