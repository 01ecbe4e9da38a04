"""Owns the choice of the fastest way to rows of CSV: text made by the database, or a cursor, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from desktop.browse.selection import Selection
from desktop.browse.stream import WantedRows, wanted_rows
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.transfer import postgres_cells
from desktop.transfer.csv_copy import CopyRun
from desktop.transfer.csv_lines import LinesRun
from desktop.transfer.layout import OutColumn
from desktop.values.locale import Locale

Run: TypeAlias = "CopyRun | LinesRun"

_MOST_CELLS = 100
"""What a function of SQLite takes as it is compiled by default, in places, is 127; in others 100."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Why the rows have to come through a cursor."""

    reason: str


def fast_path(
    database: Database,
    view: View,
    selection: Selection,
    layout: tuple[OutColumn, ...],
    *,
    protect: bool,
    delimiter: str,
    locale: Locale,
) -> Run | Slow:
    """How to write that view as CSV without looking at each value; Slow where values must be seen."""
    abilities = database.capabilities
    if not (abilities.copies_out or abilities.byte_lines):
        return Slow("The database keeps text in another form than UTF-8.")
    if view.links:
        return Slow("The names of linked records are looked up for each part of the records.")
    if abilities.byte_lines and len(view.columns) > _MOST_CELLS:
        return Slow("No function of the database takes so many columns.")
    wanted = wanted_rows(database, selection, view, locale)
    if wanted.keys is not None:
        return Slow("So many chosen records are picked out while all are read.")
    named = [column.named and view.columns[column.index] in wanted.compiled.names for column in layout]
    names = [view.columns[c.index] for c, is_named in zip(layout, named, strict=True) if is_named]
    if any(_looks_up(wanted.compiled.names[name].label) for name in names):
        return Slow("The names of records are made of other records' names.")
    if abilities.copies_out:
        return _copy(wanted, names, protect=protect, delimiter=delimiter)
    return LinesRun(wanted, tuple(names))


def _copy(wanted: WantedRows, names: list[str], *, protect: bool, delimiter: str) -> Run | Slow:
    marker = postgres_cells.new_marker()
    cells: list[sa.ColumnElement[Any]] = []
    for column in wanted.compiled.columns:
        label = wanted.compiled.names[column.name].label if column.name in names else None
        value = wanted.compiled.base.c[column.name]
        cell = postgres_cells.cell(column, value, label, protect=protect, marker=marker)
        if cell is None:
            return Slow(f"{column.name} holds times with a zone, which are written in another form.")
        cells.append(cell)
    finish = postgres_cells.finisher(wanted.compiled.columns, marker, delimiter, protect=protect)
    return CopyRun(wanted, tuple(names), tuple(cells), finish)


def _looks_up(label: sa.ColumnElement[Any]) -> bool:
    """Whether the name costs a query of its own, which a cell would ask several times."""
    return any(isinstance(part, sa.ScalarSelect) for part in sa.sql.visitors.iterate(label))
