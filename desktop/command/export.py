"""Owns ``export`` on the command line: words to a view, the view to a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from desktop.base.cancel import CancelToken
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.default_view import default_view
from desktop.browse.view import ColumnFilter, Deleted, Sort, View
from desktop.command.arguments import ExportCommand
from desktop.command.open import opened
from desktop.schema.describe import Table
from desktop.transfer.export import ExportOptions, export
from desktop.transfer.formats import format_named, format_of


def run_export(command: ExportCommand, token: CancelToken) -> int:
    """Write the file; RefusedError or CancelledError, else 0."""
    format_ = format_named(command.format) if command.format else format_of(command.file)
    options = ExportOptions(format_.name, names=command.names, protect_formulas=command.protect_formulas)
    with opened(command.database, token, read_only=True) as database:
        table = database.table(database.find(command.table))
        view = view_of(table, command)
        result = export(database, view, None, command.file, options, token=token)
    sys.stdout.write(f"Exported {result.rows:,} {'record' if result.rows == 1 else 'records'}.\n")
    return 0


def view_of(table: Table, command: ExportCommand) -> View:
    """The view the person asked for; RefusedError for a column that is not there."""
    view = default_view(table)
    columns, links = view.columns, view.links
    if command.columns:
        known = [link.name for link in table.links]
        wanted = [column_named(table, name, more=known) for name in command.columns]
        links = tuple(name for name in wanted if name in known)
        columns = tuple(name for name in wanted if name not in known)
    return View(
        table.name,
        columns,
        links,
        tuple(ColumnFilter(column_named(table, name), text) for name, text in command.filters),
        sort=tuple(_sort(table, word) for word in command.sort),
        deleted=Deleted.SHOWN if command.deleted else Deleted.HIDDEN,
    )


def _sort(table: Table, word: str) -> Sort:
    if word.startswith("-"):
        return Sort(column_named(table, word[1:]), descending=True)
    return Sort(column_named(table, word))


def column_named(table: Table, name: str, more: Sequence[str] = ()) -> str:
    """The column (or one of ``more``) meant, by its exact name or ignoring case; RefusedError if none."""
    names = [column.name for column in table.columns]
    names += [other for other in more if other not in names]
    if name in names:
        return name
    meant = [known for known in names if known.casefold() == name.casefold()]
    if len(meant) == 1:
        return meant[0]
    hint = f"There are {', '.join(names)}."
    raise RefusedError(Refusal(Reason.OTHER, f"{table.name} has no column named {name}.", hint))
