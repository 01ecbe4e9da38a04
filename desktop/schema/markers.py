"""Owns the guess whether and how a table soft-deletes; the person's own choice lives in preferences."""

from __future__ import annotations

from desktop.schema.describe import Column, Kind, Marker, Table

_MOMENTS = ("deleted_at", "removed_at", "deleted_on", "removed_on", "deletedat", "removedat", "date_deleted")
_FLAGS = ("is_deleted", "deleted", "is_removed", "removed", "isdeleted", "deleted_flag", "soft_deleted")
_BY = ("deleted_by", "removed_by", "deletedby", "removedby")
_MOMENT_KINDS = (Kind.TIMESTAMP, Kind.TIMESTAMP_TZ, Kind.DATE)
_TEXT_KINDS = (Kind.TEXT, Kind.LONG_TEXT)


def guess_marker(table: Table) -> Marker | None:
    """The column whose name and kind say that records here are marked instead of deleted."""
    if table.read_only_reason:
        return None
    return next((marker_on(table, c.name) for c in table.columns if _speaks_of_deleting(c)), None)


def marker_on(table: Table, column: str) -> Marker:
    """The marker with that column, and with the column for who deleted where there is one."""
    by = (c.name for c in table.columns if c.name.casefold() in _BY and c.kind in _TEXT_KINDS)
    return Marker(column, next(by, None))


def can_mark(column: Column) -> bool:
    """Whether a column could serve as a marker: an empty moment or a flag means "not deleted"."""
    moment = column.kind in _MOMENT_KINDS and column.nullable
    return column.writable and (moment or is_flag(column))


def is_flag(column: Column) -> bool:
    """Whether a marker says yes or no; SQLite's tables often keep that as 0 and 1, told by the name alone."""
    number = column.kind is Kind.INTEGER and column.name.casefold() in _FLAGS
    return number or column.kind is Kind.BOOLEAN


def _speaks_of_deleting(column: Column) -> bool:
    name = column.name.casefold()
    moment = column.kind in _MOMENT_KINDS and name in _MOMENTS
    flag = is_flag(column) and name in _FLAGS
    return (moment or flag) and can_mark(column)
