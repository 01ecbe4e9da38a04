"""Owns XLSX files: typed cells, constant memory, several sheets where one is full, nothing cut silently."""

from __future__ import annotations

import contextlib
import math
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, TYPE_CHECKING, TypeAlias

from desktop.base.keys import Key
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.schema.describe import Kind
from desktop.transfer.json_file import SAFE_INTEGER, fits_number
from desktop.transfer.layout import Block, OutColumn
from desktop.transfer.text import encodable, is_formula
from desktop.values.plain import to_plain

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_CHARACTERS = 32_767
_SHEET_NAME = 31
_TOO_LONG = -2
_FIRST_DATE = date(1900, 3, 1)
"""Excel believes in a 29 February 1900, so dates before are off by one; they are written as text."""
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Write: TypeAlias = Callable[[int, int, object], int]


class XlsxWriter:
    """Writes blocks to a workbook; ``close`` it whatever happens, so that its helper files go away."""

    def __init__(
        self,
        file: IO[bytes],
        layout: Sequence[OutColumn],
        title: str,
        *,
        header: bool = True,
        protect_formulas: bool = True,
        most_rows: int = MOST_ROWS,
    ) -> None:
        from xlsxwriter import Workbook  # takes time to load: only for the one who wants a workbook

        if len(layout) > MOST_COLUMNS:
            raise _refused(f"An Excel sheet holds {MOST_COLUMNS:,} columns; this view has {len(layout):,}.")
        self._layout = layout
        self._title = title
        self._header = header
        self._most_rows = most_rows
        self._folder = tempfile.TemporaryDirectory(prefix="rowkeeper-xlsx-")
        self._book = Workbook(file, {**_OPTIONS, "tmpdir": self._folder.name})
        self._formats = _Formats(self._book, protect_formulas)
        self._numbers = tuple(self._formats.decimals(column.scale) for column in layout)
        self._sheet: Worksheet | None = None
        self._row = 0
        self.sheets = 0
        self._new_sheet()

    def write(self, block: Block) -> None:
        """Append the rows; RefusedError where a text is too long for a cell."""
        for key, cells in zip(block.keys, zip(*block.columns, strict=True), strict=True):
            if self._row >= self._most_rows:
                self._new_sheet()
            for index, cell in enumerate(cells):
                if cell is not None and self._put(self._row, index, cell):
                    raise self._too_long(key, index, cell)
            self._row += 1

    def finish(self) -> None:
        """Put the workbook together and write it to the file."""
        self._book.close()

    def close(self) -> None:
        """Drop what is left of the helper files; the workbook is complete only after ``finish``."""
        if not self._book.fileclosed:
            for sheet in self._book.worksheets():
                with contextlib.suppress(OSError):
                    sheet.row_data_fh.close()
            self._book.fileclosed = True
        self._folder.cleanup()

    def _new_sheet(self) -> None:
        self.sheets += 1
        sheet = self._book.add_worksheet(sheet_name(self._title, self.sheets))
        if sheet is None:
            raise RuntimeError("the workbook has no sheet")
        self._sheet, self._row = sheet, 0
        if self._header:
            sheet.freeze_panes(1, 0)
            for index, column in enumerate(self._layout):
                sheet.set_column(index, index, _WIDTHS.get(column.kind, 18) if not column.named else 24)
                if sheet.write_string(0, index, encodable(column.name), self._formats.heading):
                    raise RuntimeError(f"the heading {column.name} was not written")
            self._row = 1

    def _put(self, row: int, index: int, cell: object) -> int:
        """Write one cell by what it is; the return code of the library, 0 where all went well."""
        sheet, formats = self._sheet, self._formats
        if sheet is None:
            raise RuntimeError("the workbook has no sheet")
        if isinstance(cell, str):
            return self._string(sheet, row, index, cell)
        if isinstance(cell, bool):
            return int(sheet.write_boolean(row, index, cell))
        if isinstance(cell, (int, float)) and _is_exact(cell):
            return int(sheet.write_number(row, index, cell))
        if isinstance(cell, Decimal) and fits_number(cell):
            return int(sheet.write_number(row, index, float(cell), self._numbers[index]))
        if isinstance(cell, date) and _is_date(cell):
            moment = formats.moment if isinstance(cell, datetime) else formats.day
            return int(sheet.write_datetime(row, index, cell, moment))
        if isinstance(cell, time) and cell.tzinfo is None:
            return int(sheet.write_datetime(row, index, cell, formats.time))
        text = ", ".join(cell) if isinstance(cell, tuple) else str(to_plain(cell))
        return self._string(sheet, row, index, text)

    def _string(self, sheet: Worksheet, row: int, index: int, text: str) -> int:
        guarded = self._formats.guarded if is_formula(text) else None
        return int(sheet.write_string(row, index, encodable(text), guarded))

    def _too_long(self, key: Key, index: int, cell: object) -> Exception:
        if not isinstance(cell, (str, tuple, bytes)) and len(str(cell)) <= MOST_CHARACTERS:
            return RuntimeError(f"row {self._row} of the sheet was not written")
        record = " ".join(map(str, key)) or f"in row {self._row + 1}"
        column = self._layout[index].name
        return _refused(
            f"{column} of the record {record} is longer than the {MOST_CHARACTERS:,} characters"
            " that an Excel cell holds.",
            "Export to CSV or JSON, or leave that column out.",
        )


class _Formats:
    """The few looks a cell can have."""

    def __init__(self, book: Workbook, protect: bool) -> None:
        self._book = book
        self._decimals: dict[int | None, Format] = {}
        self.heading = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.time = book.add_format({"num_format": "hh:mm:ss"})
        # What Excel itself sets on '=1+1: the text stays as it is, and stays text when somebody edits it.
        self.guarded = book.add_format({"quote_prefix": True}) if protect else None

    def decimals(self, scale: int | None) -> Format | None:
        """Shows as many decimal places as the column has."""
        if not scale or scale < 0:
            return None
        if scale not in self._decimals:
            self._decimals[scale] = self._book.add_format({"num_format": "0." + "0" * scale})
        return self._decimals[scale]


_WIDTHS = {
    Kind.INTEGER: 10,
    Kind.BOOLEAN: 8,
    Kind.DATE: 12,
    Kind.TIME: 10,
    Kind.TIMESTAMP: 20,
    Kind.TIMESTAMP_TZ: 26,
    Kind.TEXT: 32,
    Kind.LONG_TEXT: 48,
}


def sheet_name(title: str, number: int) -> str:
    """A name Excel accepts for the number-th sheet."""
    clean = "".join(" " if letter in "[]:*?/\\" or not letter.isprintable() else letter for letter in title)
    clean = encodable(clean).strip(" '") or "Records"
    if clean.casefold() == "history":  # Excel keeps that name for itself
        clean += " 1"
    suffix = f" {number}" if number > 1 else ""
    while len((clean + suffix).encode("utf-16-le")) // 2 > _SHEET_NAME:
        clean = clean[:-1]
    return clean.rstrip(" '") + suffix


def _is_exact(number: float) -> bool:
    """Excel keeps numbers as floats of 15 digits; a whole number beyond 2**53 would change."""
    return -SAFE_INTEGER <= number <= SAFE_INTEGER if isinstance(number, int) else math.isfinite(number)


def _is_date(moment: date) -> bool:
    if isinstance(moment, datetime):
        return moment.tzinfo is None and moment.date() >= _FIRST_DATE
    return moment >= _FIRST_DATE


def _refused(sentence: str, hint: str = "") -> RefusedError:
    return RefusedError(Refusal(Reason.FILE, sentence, hint))
