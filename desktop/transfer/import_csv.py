"""Owns importing a CSV file into a table: matching columns, and handing converted rows to the loader."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.edit.load import LoadResult, OnConflict, RefusedRow, load_rows
from desktop.edit.save_log import Recorder
from desktop.edit.upsert import SetMode
from desktop.schema.database import Database
from desktop.schema.describe import Column, Table
from desktop.schema.labels import column_heading
from desktop.schema.words import heading
from desktop.transfer.convert import BadRow, Converter, find_names
from desktop.transfer.csv_source import CsvFile, read_csv
from desktop.transfer.matching import ColumnMatch
from desktop.transfer.text import unprotect
from desktop.values.locale import PLAIN, Locale

__all__ = ["ColumnMatch", "CsvFile", "import_csv", "match_columns", "read_csv"]


def match_columns(header: Sequence[str], table: Table) -> list[ColumnMatch]:
    """For each column of the file the table's column of that name or heading, or the reason for none."""
    known = _names(table)
    taken: dict[str, str] = {}
    matches = []
    for index, title in enumerate(header):
        match = _match(index, unprotect(title), table, known)
        if match.column in taken:
            reason = f"“{match.header}” and “{taken[match.column]}” are the same column."
            match = replace(match, column=None, reason=reason)
        elif match.column is not None:
            taken[match.column] = match.header
        matches.append(match)
    return matches


def _names(table: Table) -> dict[str, Column]:
    """Every way to write a column's name; the exact name wins over the headings of others."""
    known: dict[str, Column] = {}
    for column in table.columns:
        for way in (column.name, heading(column.name), column_heading(table, column.name)):
            known.setdefault(_plain(way), column)
    return known | {_plain(column.name): column for column in reversed(table.columns)}


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter not in " _-.")


def _match(index: int, title: str, table: Table, known: Mapping[str, Column]) -> ColumnMatch:
    exact = next((column for column in table.columns if column.name == title), None)
    column = exact or known.get(_plain(title))
    if column is None:
        return ColumnMatch(title, index, None, f"{table.name} has no column named “{title}”.")
    if not column.writable:
        reason = f"“{title}” is computed by the database."
        return ColumnMatch(title, index, None, reason, computed=True)
    return ColumnMatch(title, index, column.name)


def import_csv(
    database: Database,
    table: TableName,
    source: CsvFile | Path,
    matches: Sequence[ColumnMatch],
    on_conflict: OnConflict,
    key: Sequence[str] = (),
    set_modes: Mapping[str, SetMode] | None = None,
    *,
    locale: Locale = PLAIN,
    dry_run: bool = False,
    token: CancelToken | None = None,
    progress: Progress = no_progress,
    recorder: Recorder | None = None,
) -> LoadResult:
    """Import the matched columns in one transaction; the lines of refused rows are those of the file.

    RefusedError where the file or the whole import is impossible, CancelledError with nothing written.
    """
    token = token or CancelToken()
    file = read_csv(source) if isinstance(source, Path) else source
    used = [match for match in matches if match.column is not None]
    if not used:
        raise RefusedError(Refusal(Reason.OTHER, "No column of the file has a place in the table."))
    # Names are looked up first: reading while the import holds the database might have to wait for itself.
    names = find_names(database, table, file, used, locale=locale, token=token)
    reading = _Reading(
        file, Converter(database.table(table), used, names, len(file.header), locale), on_conflict, token
    )
    given = [match.column for match in used if match.column is not None]
    beside = [name for found in names.values() for one in found.values() for name in one.beside]
    columns = list(dict.fromkeys([*given, *beside]))
    try:
        result = load_rows(
            database,
            table,
            columns,
            reading.values(),
            on_conflict,
            key,
            set_modes,
            dry_run=dry_run,
            token=token,
            progress=progress,
            recorder=recorder,
        )
    except _Stopped:
        return LoadResult(refused=tuple(reading.refused), written=False)
    return replace(result, refused=reading.merged(result.refused))


class _Stopped(Exception):
    """A row cannot be converted and the person wants all or nothing; ends the transaction."""


@dataclass(eq=False)
class _Reading:
    """Reads and converts once, and remembers which line of the file each row came from."""

    file: CsvFile
    converter: Converter
    on_conflict: OnConflict
    token: CancelToken

    def __post_init__(self) -> None:
        self.refused: list[RefusedRow] = []
        self._lines = array("Q")

    def values(self) -> Iterator[Mapping[str, object]]:
        """The converted rows; those that cannot be are kept in ``refused``."""
        for row in self.file.rows():
            try:
                values = self.converter.convert(row)
            except BadRow as error:
                self.token.check()
                self.refused.append(RefusedRow(row.line, error.refusal))
                if self.on_conflict is OnConflict.STOP:
                    raise _Stopped from error
                continue
            self._lines.append(row.line)
            yield values

    def merged(self, refused: Sequence[RefusedRow]) -> tuple[RefusedRow, ...]:
        """Refused here or by the database, by line of the file."""
        by_line = [replace(row, line=self._lines[row.line - 1]) for row in refused]
        return tuple(sorted([*by_line, *self.refused], key=lambda row: row.line))
