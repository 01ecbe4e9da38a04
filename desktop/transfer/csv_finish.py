"""Owns making CSV of lines of JSON (see ``sqlite_cells``), many at once; asks no database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from desktop.transfer.sqlite_cells import LABEL
from desktop.transfer.text import encode

Convert: TypeAlias = Callable[[object], bytes]
"""A stored value as the finished cell of a CSV file."""

END = b"\r\n"
"""Between lines: within one, JSON has neither."""
_READ = re.compile(rb"\\|[\[,]\[")
"""A line with an escape or an array in it has to be read as JSON; so are some texts that only look alike."""


_JUDGED, _SHORT = 1_000, 500
"""After so many lines it is known whether most have to be read one by one, which takes longer than a cursor
where they are no longer than so many bytes (six long floats: 2.3 times as long)."""


class UnclearError(Exception):
    """A line does not tell what is stored, such as a zero that may be a negative one; or telling it takes
    longer than to look at every value."""


class Finisher:
    """Knows how the values of each column, and the names in it, become cells."""

    def __init__(self, values: Sequence[Convert], names: Sequence[Convert], delimiter: str) -> None:
        self._values = values
        self._names = names
        self._delimiter = delimiter.encode()
        self._quoted = re.compile(f'["\r\n{delimiter}]')
        self._table = bytes.maketrans(b",", self._delimiter)
        self._lines = self._read_singly = self._bytes = 0

    def finish(self, lines: bytes, rows: int) -> bytes:
        """So many lines as rows of CSV; UnclearError where a cursor is to be preferred."""
        written = self._bare(lines, rows)
        if written is None:
            written = self._signed(lines)
        if self._lines < _JUDGED:
            self._judge(rows, len(lines))
        if not written.isascii():
            written = _encodable(written)
        return written + END

    def _judge(self, rows: int, size: int) -> None:
        self._lines += rows
        self._bytes += size
        most_singly = 2 * self._read_singly > self._lines
        if self._lines >= _JUDGED and most_singly and self._bytes < _SHORT * self._lines:
            raise UnclearError

    def _bare(self, lines: bytes, rows: int) -> bytes | None:
        """The lines without the signs of JSON, where no text holds one or a comma: then all can go."""
        if b"\\" in lines or lines.count(b",") != rows * (len(self._values) - 1):
            return None
        written = lines.translate(self._table, b'"[]')
        brackets = len(lines) - len(written) - lines.count(b'"')  # counting one sign costs less than two
        return written if brackets == 2 * rows else None

    def _signed(self, lines: bytes) -> bytes:
        if _READ.search(lines) is None:
            return self._plain(lines)
        each = lines.split(END)
        return END.join([self._read(line) if _READ.search(line) else self._plain(line) for line in each])

    def _plain(self, lines: bytes) -> bytes:
        """Lines without an escape: between every other quote there is a text, as it stands in the file."""
        parts = lines[1:-1].replace(b"]\r\n[", END).split(b'"')
        sign = self._delimiter
        if sign != b",":
            parts[::2] = [part.replace(b",", sign) for part in parts[::2]]
        parts[1::2] = [b'"' + part + b'"' if sign in part else part for part in parts[1::2]]
        return b"".join(parts)

    def _read(self, line: bytes) -> bytes:
        self._read_singly += 1
        cells = json.loads(line.decode("utf-8", "surrogateescape"), parse_int=str, parse_float=str)
        return self._delimiter.join([self._cell(at, cell) for at, cell in enumerate(cells)])

    def _cell(self, at: int, cell: str | list[str]) -> bytes:
        if isinstance(cell, list):
            (stored,) = cell
            if stored.startswith(LABEL):
                return self._names[at](_stored(stored[len(LABEL) :]))
            return self._values[at](_stored(stored))
        if self._quoted.search(cell):
            cell = '"' + cell.replace('"', '""') + '"'
        return cell.encode("utf-8", "surrogateescape")


def _stored(cell: str) -> object:
    """The value as SQLite's driver hands it out; UnclearError for a zero that may be a negative one."""
    storage, written = cell[:1], cell[1:]
    if storage == "z":
        raise UnclearError
    if storage == "t":
        return written
    if storage == "b":
        return bytes.fromhex(written)
    return float(written) if storage == "r" else int(written)


def _encodable(written: bytes) -> bytes:
    try:
        written.decode()
    except UnicodeDecodeError:
        return encode(written.decode("utf-8", "surrogateescape"))
    return written
