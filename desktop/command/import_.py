"""Owns ``import`` on the command line: a CSV file into a table, with a count of what became of it."""

from __future__ import annotations

import sys

from desktop.base.cancel import CancelToken
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.command.arguments import ImportCommand
from desktop.command.export import column_named
from desktop.command.open import opened
from desktop.edit.load import LoadResult, OnConflict
from desktop.schema.describe import Table
from desktop.transfer.import_csv import ColumnMatch, import_csv, match_columns, read_csv

_MOST_TOLD = 20


def run_import(command: ImportCommand, token: CancelToken) -> int:
    """Import the file; 0 only when every record was taken. RefusedError, CancelledError."""
    source = read_csv(command.file)
    with opened(command.database, token) as database:
        table = database.table(database.find(command.table))
        matches = _matches(table, match_columns(source.header, table), command)
        result = import_csv(
            database,
            table.name,
            source,
            matches,
            OnConflict(command.on_conflict),
            tuple(column_named(table, name) for name in command.key),
            {},
            dry_run=command.dry_run,
            token=token,
        )
    _tell(result, command)
    return 1 if result.refused else 0


def _matches(table: Table, matches: list[ColumnMatch], command: ImportCommand) -> list[ColumnMatch]:
    """Every column of the file must have a place, unless the person chose some or it is computed anyway."""
    if command.columns:
        wanted = {column_named(table, name) for name in command.columns}
        missing = wanted - {match.column for match in matches}
        if missing:
            raise _refused(f"The file has no column for {', '.join(sorted(missing))}.")
        return [match for match in matches if match.column in wanted]
    lost = [match for match in matches if match.column is None and not match.computed]
    if lost:
        told = " ".join(match.reason for match in lost)
        raise _refused(told, "Choose what to import with --columns.")
    return matches


def _tell(result: LoadResult, command: ImportCommand) -> None:
    for row in result.refused[:_MOST_TOLD]:
        sys.stderr.write(f"Line {row.line}: {row.refusal.sentence}\n")
    if len(result.refused) > _MOST_TOLD:
        sys.stderr.write(f"… and {len(result.refused) - _MOST_TOLD:,} more refused.\n")
    counts = f"{result.inserted:,} inserted, {result.updated:,} updated, {result.skipped:,} skipped"
    counts += f", {len(result.refused):,} refused."
    if not result.written:
        counts += " Dry run: nothing was kept." if command.dry_run else " Nothing was written."
    sys.stdout.write(counts + "\n")


def _refused(sentence: str, hint: str = "") -> RefusedError:
    return RefusedError(Refusal(Reason.OTHER, sentence, hint))
