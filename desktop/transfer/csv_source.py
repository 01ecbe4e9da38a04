r"""Owns reading CSV and TSV files: encoding, delimiter, header and records; knows no table.

An empty field without quotation marks is nothing (NULL), ``""`` is empty text, as the export writes them.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO, TypeAlias

from desktop.base.refusal import Reason, Refusal, RefusedError

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 1 << 16
_BLOCK = 1 << 20
_MOST_FIELD = (1 << 31) - 1
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "a workbook"),
    (b"\xd0\xcf\x11\xe0", "a workbook"),
    (b"SQLite format 3", "a database"),
)
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*")

Cells: TypeAlias = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One record of the file; ``line`` is the number of its first line, counted from 1."""

    line: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file understood as far as its header; its records are read when asked for."""

    path: Path
    header: tuple[str, ...]
    delimiter: str
    encoding: str

    def rows(self) -> Iterator[CsvRow]:
        """The records after the header, read anew each time; RefusedError where one cannot be read."""
        with _opened(self.path, self.encoding) as file:
            records = _records(file, self.delimiter)
            next(records, None)
            yield from records


def read_csv(path: Path, *, delimiter: str | None = None, encoding: str | None = None) -> CsvFile:
    """Find out encoding, delimiter and header; RefusedError where the file cannot be read as CSV."""
    try:
        encoding = encoding or _encoding_of(path)
        with _opened(path, encoding) as file:
            sample = file.read(_SAMPLE)
    except OSError as error:
        raise _refused(_why(path, error), str(error)) from error
    except (UnicodeError, LookupError) as error:
        raise _refused(f"The text of “{path.name}” is not in {encoding}.", str(error)) from error
    if not sample.strip():
        raise _refused(f"“{path.name}” is empty.")
    delimiter = delimiter or _delimiter_of(sample)
    with _opened(path, encoding) as file:
        first = next(_records(file, delimiter), None)
    if first is None:
        raise _refused(f"“{path.name}” has no header.")
    return CsvFile(path, tuple(cell or "" for cell in first.cells), delimiter, encoding)


def _opened(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, newline="")


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(16)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return encoding
        for magic, what in _OTHER_FILES:
            if start.startswith(magic):
                raise _refused(f"“{path.name}” is {what}, not a CSV file.")
    for encoding in ("utf-8", "cp1252"):
        if _decodes(path, encoding):
            return encoding
    raise _refused(f"The text of “{path.name}” is neither UTF-8 nor Windows-1252.")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter_of(sample: str) -> str:
    """The one that cuts most records into as many fields as the header, and the header into most."""
    told = _SEPARATOR_LINE.match(sample)
    if told:
        return told.group(1)
    if len(sample) == _SAMPLE:  # the last line may be cut
        sample = sample[: sample.rfind("\n") + 1] or sample

    def fitness(delimiter: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = [len(cells) for cells in islice(reader, 100) if cells]
        except csv.Error:
            return (0, 0)
        if not widths or widths[0] < 2:
            return (0, 0)
        return (sum(width == widths[0] for width in widths) / len(widths), widths[0])

    best = max(DELIMITERS, key=fitness)  # the first of equals
    return best if fitness(best) > (0, 0) else ","


class _Lines:
    """Hands lines to the reader and remembers those of the record at hand."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self.record.append(line)
            yield line


def _records(file: TextIO, delimiter: str) -> Iterator[CsvRow]:
    """All records, the header first; blank lines are records only where there is one column."""
    csv.field_size_limit(_MOST_FIELD)  # the default refuses long articles
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = line = 0
    quoted_empty = re.compile(_field_pattern(delimiter))
    while True:
        start = line + 1
        lines.record.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _refused(
                f"Line {start:,} cannot be read: a quotation mark is in the wrong place.",
                str(error),
            ) from error
        except UnicodeError as error:
            raise _refused(f"Line {start:,} cannot be decoded.", str(error)) from error
        if cells is None:
            return
        line = reader.line_num
        if not width and (not cells or _SEPARATOR_LINE.fullmatch("".join(lines.record))):
            continue
        if cells or width == 1:
            width = width or len(cells)
            yield CsvRow(start, _told_apart(cells or [""], lines.record, quoted_empty))


def _told_apart(cells: Sequence[str], lines: Sequence[str], pattern: re.Pattern[str]) -> Cells:
    """Nothing and empty text are one to csv.reader; the raw record tells which is which."""
    if "" not in cells:
        return tuple(cells)
    raw = "".join(lines).rstrip("\r\n")
    if '""' not in raw:
        return tuple(cell or None for cell in cells)
    fields = [match.group(1) for match in pattern.finditer(raw)]
    if len(fields) != len(cells):
        return tuple(cell or None for cell in cells)
    return tuple(
        cell if cell or field.startswith('"') else None for cell, field in zip(cells, fields, strict=True)
    )


def _field_pattern(delimiter: str) -> str:
    """A raw field, with its quotation marks, at the start or after a delimiter."""
    mark = re.escape(delimiter)
    return f'(?:^|{mark})("(?:[^"]|"")*"|[^{mark}]*)'


def _why(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"There is no file “{path}”."
    if isinstance(error, IsADirectoryError):
        return f"“{path}” is a folder."
    if isinstance(error, PermissionError):
        return f"You may not read the file “{path}”."
    return f"“{path}” cannot be read: {error.strerror or error}."


def _refused(sentence: str, details: str = "") -> RefusedError:
    return RefusedError(Refusal(Reason.FILE, sentence, details=details))
