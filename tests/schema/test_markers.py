"""A soft-delete marker is known by its name and its kind."""

from __future__ import annotations

import pytest

from desktop.base.keys import TableName
from desktop.schema.describe import Column, Kind, Marker, Table
from desktop.schema.markers import guess_marker


@pytest.mark.parametrize(
    ("name", "kind", "nullable", "found"),
    [
        ("deleted_at", Kind.TIMESTAMP, True, True),
        ("DeletedAt", Kind.TIMESTAMP_TZ, True, True),
        ("removed_on", Kind.DATE, True, True),
        ("is_deleted", Kind.BOOLEAN, False, True),
        ("deleted", Kind.BOOLEAN, True, True),
        ("deleted_at", Kind.TIMESTAMP, False, False),
        ("is_deleted", Kind.INTEGER, False, True),
        ("deleted_rows", Kind.INTEGER, True, False),
        ("deleted_at", Kind.TEXT, True, False),
        ("deleted", Kind.TIMESTAMP, True, False),
        ("created_at", Kind.TIMESTAMP, True, False),
    ],
)
def test_guesses(name: str, kind: Kind, nullable: bool, found: bool) -> None:
    columns = (Column("deleted_by", Kind.TEXT, ""), Column(name, kind, "", nullable=nullable))
    table = Table(TableName(None, "t"), columns, key=("id",))
    assert guess_marker(table) == (Marker(name, "deleted_by") if found else None)


def test_a_read_only_table_has_none() -> None:
    column = Column("deleted_at", Kind.TIMESTAMP, "")
    table = Table(TableName(None, "t"), (column,), read_only_reason="A view.")
    assert guess_marker(table) is None
