"""Owns which fields mark a record as deleted and which value they get when that is staged; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from desktop.schema.describe import Column, Kind, Marker, Table
from desktop.schema.markers import is_flag


def marked_values(
    table: Table, marker: Marker, stored: Mapping[str, object], moment: datetime, by: str | None
) -> dict[str, object]:
    """What to put into a record's fields to mark it as deleted; nothing where it is marked already."""
    column = table.column(marker.column)
    if is_marked(column, stored[marker.column]):
        return {}
    values = {marker.column: _mark(column, moment)}
    if marker.by_column is not None:
        values[marker.by_column] = by
    return values


def is_marked(column: Column, value: object) -> bool:
    """Whether that value in the marker's column says that the record is deleted."""
    return bool(value) if is_flag(column) else value is not None


def _mark(column: Column, moment: datetime) -> object:
    if is_flag(column):
        return True if column.kind is Kind.BOOLEAN else 1
    if column.kind is Kind.DATE:
        return moment.date()
    # A moment without a zone is in UTC, as the database's own is when it marks records at once.
    return moment if column.kind is Kind.TIMESTAMP_TZ else moment.astimezone(UTC).replace(tzinfo=None)
