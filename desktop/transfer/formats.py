"""Owns the list of file formats and which writer makes which; knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.rows import Row
from desktop.transfer.csv_file import CsvWriter
from desktop.transfer.json_file import JsonWriter
from desktop.transfer.layout import Block, OutColumn, block_of
from desktop.transfer.parquet_file import ParquetWriter
from desktop.transfer.parquet_text import CsvToParquet
from desktop.transfer.xlsx_file import XlsxWriter


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file."""

    name: str
    suffix: str
    title: str
    """For people, as in a file dialog."""


FORMATS = (
    Format("csv", ".csv", "CSV, comma-separated"),
    Format("tsv", ".tsv", "TSV, tab-separated"),
    Format("xlsx", ".xlsx", "Excel workbook"),
    Format("json", ".json", "JSON"),
    Format("jsonl", ".jsonl", "JSON Lines"),
    Format("parquet", ".parquet", "Parquet"),
)
DELIMITERS = {"csv": ",", "tsv": "\t"}


@dataclass(frozen=True, slots=True)
class WriterOptions:
    """What a writer may need to know beside its columns."""

    title: str
    header: bool = True
    protect_formulas: bool = True
    bom: bool = False


class Writer(Protocol):
    """Takes blocks of rows and makes a file of them."""

    def write(self, block: Block) -> None: ...

    def finish(self) -> None: ...


def format_named(name: str) -> Format:
    """The format of that name; RefusedError where there is none."""
    for format_ in FORMATS:
        if format_.name == name.lower():
            return format_
    names = ", ".join(f.name for f in FORMATS)
    raise RefusedError(Refusal(Reason.FILE, f"There is no format “{name}”; there are {names}."))


def format_of(path: Path) -> Format:
    """The format a file's ending asks for; RefusedError where it asks for none."""
    for format_ in FORMATS:
        if path.suffix.lower() == format_.suffix:
            return format_
    endings = ", ".join(f.suffix for f in FORMATS)
    sentence = f"The name “{path.name}” does not tell the format; end it with one of {endings}."
    raise RefusedError(Refusal(Reason.FILE, sentence))


def suggested_name(table: str, format_: Format) -> str:
    """A file name made of a table's name that every system accepts."""
    clean = "".join(letter if letter.isalnum() or letter in " -_." else "_" for letter in table)
    while len(clean.encode("utf-8", "replace")) > 200:
        clean = clean[:-1]
    return (clean.strip(" .") or "export") + format_.suffix


@contextmanager
def writer_for(
    format_: Format, file: IO[bytes], layout: Sequence[OutColumn], options: WriterOptions
) -> Iterator[Writer]:
    """The writer of that format; its helper files are gone when the block ends."""
    if format_.name == "xlsx":
        book = XlsxWriter(
            file, layout, options.title, header=options.header, protect_formulas=options.protect_formulas
        )
        try:
            yield book
        finally:
            book.close()
    elif format_.name == "parquet":
        columns = ParquetWriter(file, layout)
        try:
            yield columns
        finally:
            columns.close()
    elif format_.name in ("json", "jsonl"):
        yield JsonWriter(file, layout, lines=format_.name == "jsonl")
    else:
        yield csv_writer(format_, file, layout, options)


@contextmanager
def rows_writer(
    format_: Format, file: IO[bytes], layout: Sequence[OutColumn], options: WriterOptions
) -> Iterator[CsvWriter]:
    """The writer of that format that takes finished rows of CSV."""
    if format_.name in DELIMITERS:
        yield csv_writer(format_, file, layout, options)
        return
    columns = ParquetWriter(file, layout)
    try:
        yield CsvToParquet(columns, layout)
    finally:
        columns.close()


def csv_writer(
    format_: Format, file: IO[bytes], layout: Sequence[OutColumn], options: WriterOptions
) -> CsvWriter:
    """The writer of the formats that are lines of text with a delimiter."""
    return CsvWriter(
        file,
        layout,
        delimiter=DELIMITERS[format_.name],
        header=options.header,
        protect_formulas=options.protect_formulas,
        bom=options.bom,
    )


def write_rows(
    file: IO[bytes],
    format_: Format,
    layout: Sequence[OutColumn],
    blocks: Iterable[Sequence[Row]],
    options: WriterOptions,
    *,
    token: CancelToken,
    total: int | None = None,
    progress: Progress = no_progress,
) -> int:
    """Write all rows with that format's writer, one block in memory at a time; the number of rows."""
    done = 0
    with writer_for(format_, file, layout, options) as writer:
        for rows in blocks:
            token.check()
            if rows:
                writer.write(block_of(rows, layout))
                done += len(rows)
                progress(done, total)
        token.check()
        writer.finish()
    token.check()
    return done
