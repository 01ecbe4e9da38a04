"""Owns which column each cell of a pasted block goes to: by place or by name; reads no values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.view import View
from desktop.schema.describe import Column, Table
from desktop.schema.labels import column_heading
from desktop.transfer.clipboard import Pasted, PastedCell, Typed, Written
from desktop.transfer.import_csv import match_columns


@dataclass(frozen=True, slots=True)
class Route:
    """One column of the block and the column it goes to."""

    index: int
    column: Column


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything goes; the lines are without the one that names the columns."""

    routes: tuple[Route, ...]
    lines: Sequence[Sequence[PastedCell]]
    skipped: tuple[str, ...] = ()
    """Headings of what is left out."""


def routes_for(table: Table, view: View, pasted: Pasted, source: str, *, section: int, as_new: bool) -> Plan:
    """The plan for a block; RefusedError where none of it has a place.

    Over cells it goes by place, from the current column to the right. Whole records of this very table go by
    name, wherever the current cell is; their key stays what it is. New records go by the names in the first
    line where that holds such, else by place from the current column, or from the first that can be written.
    """
    own = pasted.columns and pasted.table == str(table.name) and pasted.source == source
    if own and (as_new or len(pasted.columns) > 1):
        plan = _by_origin(table, view, pasted, as_new=as_new)
    elif as_new and (named := _by_header(table, pasted)) is not None:
        plan = named
    else:
        plan = _by_place(table, view, pasted, _start(table, view, section) if as_new else section)
    if not plan.routes or not plan.lines:
        left = f"{_listed(plan.skipped)} cannot be written here." if plan.skipped else ""
        raise RefusedError(
            Refusal(Reason.OTHER, "There is no place here for what is on the clipboard.", left)
        )
    return plan


def _by_origin(table: Table, view: View, pasted: Pasted, *, as_new: bool) -> Plan:
    known = {column.name: column for column in table.columns}
    routes, skipped = [], []
    for index, copied in enumerate(pasted.columns):
        column = known.get(copied.name)
        if column is None or copied.link or not column.writable:
            skipped.append(copied.heading)
        elif column.name in table.key and (not as_new or column.identity or column.has_default):
            continue  # a copy is another record: the database numbers it
        elif as_new or column.name in view.columns:
            routes.append(Route(index, column))
        else:
            skipped.append(copied.heading)
    return Plan(tuple(routes), pasted.lines, tuple(skipped))


def _by_header(table: Table, pasted: Pasted) -> Plan | None:
    """None where the first line does not name columns: most of its cells must."""
    head = [copied.heading for copied in pasted.columns] or [_title(cell) for cell in pasted.lines[0]]
    named = [title for title in head if title]
    matches = match_columns(head, table)
    found = [match for match in matches if match.column is not None or match.computed]
    if len(found) * 2 <= len(named) or (not pasted.columns and len(pasted.lines) < 2):
        return None
    routes = [Route(match.index, table.column(match.column)) for match in matches if match.column is not None]
    skipped = [match.header for match in matches if match.column is None and match.header]
    lines = pasted.lines if pasted.columns else pasted.lines[1:]
    return Plan(tuple(routes), lines, tuple(skipped))


def _by_place(table: Table, view: View, pasted: Pasted, section: int) -> Plan:
    width = max(map(len, pasted.lines))
    columns = [table.column(name) for name in view.columns[section : section + width]]
    routes = [Route(index, column) for index, column in enumerate(columns) if column.writable]
    skipped = [column_heading(table, column.name) for column in columns if not column.writable]
    beyond = width - len(columns)
    if beyond > 0:
        skipped.append("1 column" if beyond == 1 else f"{beyond:,} columns")
    return Plan(tuple(routes), pasted.lines, tuple(skipped))


def _start(table: Table, view: View, section: int) -> int:
    """The current column where it can be written by hand, else the first that can."""
    by_hand = [
        place
        for place, column in enumerate(map(table.column, view.columns))
        if column.writable and not (column.name in table.key and column.identity)
    ]
    if section in by_hand or not by_hand:
        return section
    return by_hand[0]


def _title(cell: PastedCell) -> str:
    if isinstance(cell, Typed):
        return cell.value.strip() if isinstance(cell.value, str) else ""
    return (cell.text if isinstance(cell, Written) else cell).strip()


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
