"""Owns what a record is called by the columns of a row that was read; asks no database."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.browse.rows import Row
from desktop.schema.describe import Table
from desktop.values.special import Clipped


def title_of_row(table: Table, columns: Sequence[str], row: Row) -> str:
    """The name of the record; empty where it is not among the columns."""
    names = table.label.columns
    if not names or not table.label.is_own or not all(name in columns for name in names):
        return ""
    parts = []
    for place in map(columns.index, names):
        value = row.values[place]
        text = row.labels[place] or (value.text if isinstance(value, Clipped) else value)
        parts.append("" if text is None else str(text))
    return " ".join(filter(None, parts)).strip()
