"""Owns the day number behind a date that a spreadsheet shows, such as ``31.12.24``; pure arithmetic."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from desktop.schema.describe import Kind
from desktop.transfer.clipboard import Written

_FIRST = datetime(1899, 12, 30)
_NUMBER = re.compile(r"\d+")
_MOST = 2_958_465
"""The last day of 9999."""


def moment_of(cell: Written, kind: Kind) -> date | datetime | None:
    """The date or the time that the cell shows, where its number tells it and its text agrees.

    None for other kinds, and where the text shows another day: some files count from another one.
    """
    if kind not in (Kind.DATE, Kind.TIMESTAMP):
        return None
    try:
        days = float(cell.number)
    except ValueError:
        return None
    if not 0 < days < _MOST:
        return None
    moment = _FIRST + timedelta(seconds=round(days * 86_400))
    shown = {int(number) % 100 for number in _NUMBER.findall(cell.text)}
    if not {moment.day, moment.year % 100} <= shown:
        return None
    if kind is Kind.TIMESTAMP:
        return moment
    return moment.date() if moment.time() == datetime.min.time() else None
