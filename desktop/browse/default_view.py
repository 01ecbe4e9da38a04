"""Owns the view a table is first shown with: which columns, and in what order."""

from __future__ import annotations

from desktop.browse.view import View
from desktop.schema.describe import Column, Kind, Table

_LONG = frozenset({Kind.LONG_TEXT, Kind.JSON, Kind.BYTES})
_MOMENTS = frozenset({Kind.TIMESTAMP, Kind.TIMESTAMP_TZ})


def default_view(table: Table) -> View:
    """What names a record comes first; then the rest; moments, the key and long values come last.

    The soft-delete marker is left out. Sorted by nothing, which is the order of the key.
    """
    shown = [column for column in table.columns if column.name not in _marker_columns(table)]
    ordered = sorted(shown or table.columns, key=lambda column: _rank(column, table))
    return View(
        table.name,
        tuple(column.name for column in ordered),
        links=tuple(link.name for link in table.links),
    )


def is_long(column: Column) -> bool:
    """Whether its values are too long for a cell, or made for the database's own search."""
    return column.kind in _LONG or column.type_name == "tsvector"


def _marker_columns(table: Table) -> tuple[str, ...]:
    marker = table.marker
    if marker is None:
        return ()
    return (marker.column, marker.by_column) if marker.by_column else (marker.column,)


def _rank(column: Column, table: Table) -> int:
    """Sorting is stable: within a rank the table's own order stays."""
    if column.name in table.label.columns:
        return 0
    if is_long(column):
        return 4
    if column.name in table.key and (column.identity or column.kind is Kind.UUID):
        return 3
    return 2 if column.kind in _MOMENTS else 1
