"""Owns exporting a view or a selection to a file: streamed, counted, cancellable, all or nothing."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse import fetch
from desktop.browse.rows import Row
from desktop.browse.selection import AllMatching, Selection
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.transfer.atomic import replacing
from desktop.transfer.csv_finish import UnclearError
from desktop.transfer.fast_path import Run, Slow, fast_path
from desktop.transfer.formats import DELIMITERS, Format, WriterOptions, format_named, rows_writer, write_rows
from desktop.transfer.layout import OutColumn, lay_out
from desktop.transfer.parquet_text import reads_as_text
from desktop.values.locale import PLAIN, Locale

_SIDECARS = ("", "-journal", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How to write the file."""

    format: str
    """A name of ``FORMATS``: csv, tsv, xlsx, json, jsonl or parquet."""
    names: bool = True
    """Foreign keys as the names of the records they point to, instead of their ids."""
    protect_formulas: bool = True
    """Make cells harmless that a spreadsheet would run."""
    header: bool = True
    """A first row with the column names (CSV, TSV, XLSX)."""
    locale: Locale = PLAIN
    """How the view's filters were typed; values are always written the neutral way."""
    bom: bool = False
    """A byte order mark in front, so that Excel reads a CSV or TSV file as UTF-8."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was written."""

    rows: int
    path: Path


def export(
    database: Database,
    view: View,
    selection: Selection | None,
    path: Path,
    options: ExportOptions,
    *,
    token: CancelToken,
    expected: int | None = None,
    progress: Progress = no_progress,
) -> ExportResult:
    """Write the records of a view, or those selected in it, to a file, replacing it only once complete.

    ``expected`` is how many records they are, for the progress alone; where it is not known they are counted.
    RefusedError where the file cannot be written or a value does not fit the format, CancelledError where
    cancelled: both leave the old file, if any, as it was and nothing else behind.
    """
    format_ = format_named(options.format)
    _keep_database(database, path)
    selection = AllMatching(view) if selection is None else selection
    layout = lay_out(database.table(view.table), view, names=options.names)
    if not layout:
        raise RefusedError(Refusal(Reason.OTHER, "There is no column to export."))
    if expected is None and progress is not no_progress:
        expected = fetch.count(database, selection, locale=options.locale, token=token)
    writing = WriterOptions(view.table.name, options.header, options.protect_formulas, options.bom)
    job = _Job(database, view, selection, layout, format_, options, writing, token, expected, progress)
    progress(0, expected)
    with replacing(path) as file:
        rows = job.write(file)
    return ExportResult(rows, path)


@dataclass(frozen=True)
class _Job:
    """One export under way."""

    database: Database
    view: View
    selection: Selection
    layout: tuple[OutColumn, ...]
    format: Format
    options: ExportOptions
    writing: WriterOptions
    token: CancelToken
    total: int | None
    progress: Progress

    def write(self, file: IO[bytes]) -> int:
        """Write the file the fastest way there is; the number of rows."""
        way = self._fast_path()
        if not isinstance(way, Slow):
            try:
                return self._by_text(way, file)
            except UnclearError:  # told only while reading: begin again, value by value
                file.seek(0)
                file.truncate()
        return self._by_cursor(file)

    def _fast_path(self) -> Run | Slow:
        is_text = self.format.name in DELIMITERS
        if not is_text and not (self.format.name == "parquet" and reads_as_text(self.layout)):
            return Slow("The file is made of values.")
        return fast_path(
            self.database,
            self.view,
            self.selection,
            self.layout,
            protect=is_text and self.options.protect_formulas,
            delimiter=DELIMITERS.get(self.format.name, ","),
            locale=self.options.locale,
        )

    def _by_text(self, way: Run, file: IO[bytes]) -> int:
        with rows_writer(self.format, file, self.layout, self.writing) as writer:
            rows = way.write(writer, token=self.token, total=self.total, progress=self.progress)
            self.token.check()
            writer.finish()
        return rows

    def _by_cursor(self, file: IO[bytes]) -> int:
        options, token = self.options, self.token
        stream = fetch.stream(
            self.database,
            self.selection,
            self.view,
            locale=options.locale,
            token=token,
            names=options.names,
        )
        # Closing the stream at once frees its connection, whatever ends the writing.
        with closing(cast("Generator[list[Row], None, None]", stream)) as blocks:
            return write_rows(
                file,
                self.format,
                self.layout,
                blocks,
                self.writing,
                token=token,
                total=self.total,
                progress=self.progress,
            )


def _keep_database(database: Database, path: Path) -> None:
    """Exporting over the open database would destroy it."""
    if not database.profile.path:
        return
    for suffix in _SIDECARS:
        own = Path(database.profile.path + suffix)
        same = own.absolute() == path.absolute() or (own.exists() and path.exists() and own.samefile(path))
        if same:
            sentence = f"“{path.name}” belongs to the open database; give another name."
            raise RefusedError(Refusal(Reason.FILE, sentence))
