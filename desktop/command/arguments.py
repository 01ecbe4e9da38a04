"""Owns the command line: what may be typed and what it means; imports nothing beyond the standard library."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

COMMANDS = ("export", "import", "tour")
FORMAT_NAMES = ("csv", "tsv", "xlsx", "json", "jsonl", "parquet")
_EPILOG = """\
other uses (a file that is really called "export" is given as ./export):
  %(prog)s export DATABASE TABLE FILE   write records to a file
  %(prog)s import DATABASE TABLE FILE   read records from a CSV file
  %(prog)s tour --out DIR               check the whole program and take pictures
Each has its own --help.
"""


@dataclass(frozen=True)
class WindowOptions:
    """Open the window."""

    database: str = ""
    """A file, a URL or the name of a saved connection; empty: the sample database."""
    table: str = ""
    read_only: bool = False


@dataclass(frozen=True)
class ExportCommand:
    """Write records to a file."""

    database: str
    table: str
    file: Path
    filters: tuple[tuple[str, str], ...] = ()
    sort: tuple[str, ...] = ()
    """Column names; a minus in front means descending."""
    columns: tuple[str, ...] = ()
    format: str | None = None
    names: bool = True
    protect_formulas: bool = True
    deleted: bool = False
    """Soft-deleted records too."""


@dataclass(frozen=True)
class ImportCommand:
    """Read records from a CSV file."""

    database: str
    table: str
    file: Path
    on_conflict: str
    key: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """Only these; empty for all of the file."""
    dry_run: bool = False


@dataclass(frozen=True)
class TourCommand:
    """Drive the window over a fresh sample database."""

    out: Path


Command: TypeAlias = WindowOptions | ExportCommand | ImportCommand | TourCommand


def parse(arguments: Sequence[str], program: str = "main.py") -> Command:
    """What the person asked for; SystemExit (status 2, or 0 for --help) where argparse has the last word."""
    if arguments and arguments[0] in COMMANDS:
        return _parse_command(arguments[0], _joined(arguments[1:]), program)
    parser = argparse.ArgumentParser(
        prog=program,
        description="Edit database records like a spreadsheet; save them like a bank.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "database",
        nargs="?",
        default="",
        metavar="DATABASE",
        help="an SQLite file, a URL or a saved connection; without it, the sample database",
    )
    parser.add_argument("--table", default="", metavar="NAME", help="open this table")
    parser.add_argument("--read-only", action="store_true", help="allow no change")
    options = parser.parse_args(arguments)
    return WindowOptions(options.database, options.table, options.read_only)


def _parse_command(name: str, arguments: Sequence[str], program: str) -> Command:
    parser = argparse.ArgumentParser(prog=f"{program} {name}", allow_abbrev=False)
    if name == "tour":
        parser.description = "Drive the window over a fresh sample database, check each step, take pictures."
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where the pictures go")
        return TourCommand(parser.parse_args(arguments).out)
    parser.add_argument("database", metavar="DATABASE", help="an SQLite file, a URL or a saved connection")
    parser.add_argument("table", metavar="TABLE")
    parser.add_argument("file", metavar="FILE", type=Path)
    return _parse_export(parser, arguments) if name == "export" else _parse_import(parser, arguments)


def _parse_export(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> ExportCommand:
    parser.description = "Write the records of a table or view to a file, all or nothing."
    parser.add_argument(
        "--filter",
        action="append",
        default=[],
        type=_filter,
        metavar="COLUMN=TEXT",
        help="as typed in the window, e.g. status=draft or 'view_count=>= 10'; may be repeated",
    )
    parser.add_argument("--sort", type=_list, default=(), metavar="COLUMN,-COLUMN", help="- for descending")
    parser.add_argument("--columns", type=_list, default=(), metavar="A,B", help="only these, in this order")
    parser.add_argument("--format", choices=FORMAT_NAMES, help="by default what the file's ending says")
    parser.add_argument("--ids", action="store_true", help="ids of related records instead of their names")
    parser.add_argument("--raw", action="store_true", help="leave text that a spreadsheet would run as it is")
    parser.add_argument("--deleted", action="store_true", help="records marked as deleted too")
    got = parser.parse_args(arguments)
    return ExportCommand(
        got.database,
        got.table,
        got.file,
        tuple(got.filter),
        got.sort,
        got.columns,
        got.format,
        not got.ids,
        not got.raw,
        got.deleted,
    )


def _parse_import(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> ImportCommand:
    parser.description = "Read records from a CSV file in one transaction."
    parser.add_argument(
        "--on-conflict",
        required=True,
        choices=("stop", "skip", "update"),
        help="what to do with a record that is already there",
    )
    parser.add_argument("--key", type=_list, default=(), metavar="A,B", help="columns that tell it is")
    parser.add_argument("--columns", type=_list, default=(), metavar="A,B", help="import only these columns")
    parser.add_argument("--dry-run", action="store_true", help="try everything, then keep nothing")
    got = parser.parse_args(arguments)
    return ImportCommand(
        got.database, got.table, got.file, got.on_conflict, got.key, got.columns, got.dry_run
    )


def _joined(arguments: Sequence[str]) -> list[str]:
    """``--sort -created_at`` as one word: argparse would take the second for an option."""
    joined: list[str] = []
    waiting = False
    for word in arguments:
        if waiting and not word.startswith("--"):
            joined[-1] += f"={word}"
            waiting = False
            continue
        joined.append(word)
        waiting = word == "--sort"
    return joined


def _filter(text: str) -> tuple[str, str]:
    column, equals, wanted = text.partition("=")
    if not equals or not column.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form COLUMN=TEXT")
    return column.strip(), wanted


def _list(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise argparse.ArgumentTypeError("names of columns are missing")
    return names
