"""Owns guessing how a file writes numbers and dates: the neutral way or the person's; asks no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice

from desktop.schema.describe import Column, Kind, Table
from desktop.transfer.csv_source import CsvFile, CsvRow
from desktop.transfer.matching import ColumnMatch
from desktop.transfer.text import unprotect
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import PLAIN, Locale

_LOOKED_AT = 500
_WRITTEN_BY_HABIT = frozenset(
    {Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT, Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMP_TZ}
)
_UNREADABLE = object()
_NUMBER = Column("", Kind.DECIMAL, "")


def guess_locale(file: CsvFile, matches: Sequence[ColumnMatch], table: Table, person: Locale) -> Locale:
    """PLAIN or the person's own, whichever reads more of the first rows; RefusedError for a bad file.

    Where both read all of them but not alike (``1.500``) the delimiter tells: a semicolon is what a
    spreadsheet writes where the comma is the decimal sign. Else it is PLAIN, which every export writes.
    """
    columns = [(match.index, table.column(match.column)) for match in matches if match.column is not None]
    columns = [(index, column) for index, column in columns if column.kind in _WRITTEN_BY_HABIT]
    if not columns:
        return PLAIN
    cells = list(_cells(islice(file.rows(), _LOOKED_AT), columns))
    neutral = [_read(text, column, PLAIN) for text, column in cells]
    habitual = [_read(text, column, person) for text, column in cells]
    worse = neutral.count(_UNREADABLE) - habitual.count(_UNREADABLE)
    if worse:
        return person if worse > 0 else PLAIN
    spreadsheet = file.delimiter == ";" and person.decimal == ","
    return person if spreadsheet and neutral != habitual else PLAIN


def written(locale: Locale) -> str:
    """How that locale writes a number and a date, as an example to choose by."""
    number = kind_for(_NUMBER).show(Decimal("1234.5"), _NUMBER, locale)
    parts = {"d": "31", "m": "12", "y": "2026"}
    day = ("-" if locale.date_order == "ymd" else "/").join(parts[letter] for letter in locale.date_order)
    return f"{number}   {day}"


def _cells(rows: Iterable[CsvRow], columns: Sequence[tuple[int, Column]]) -> Iterable[tuple[str, Column]]:
    for row in rows:
        for index, column in columns:
            cell = row.cells[index] if index < len(row.cells) else None
            if cell:
                yield unprotect(cell), column


def _read(text: str, column: Column, locale: Locale) -> object:
    try:
        return kind_for(column).parse(text, column, locale)
    except BadValue:
        return _UNREADABLE
