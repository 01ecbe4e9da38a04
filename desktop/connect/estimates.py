"""Owns what a server knows by itself about how many rows a table has; counts nothing."""

from __future__ import annotations

import sqlalchemy as sa

_POSTGRES = sa.text(
    "SELECT CAST(c.reltuples AS bigint) FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relname = :name AND n.nspname = coalesce(:schema, current_schema()) AND c.reltuples >= 0"
)
_KNOWS = sa.text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
_SQLITE = sa.text("SELECT stat FROM sqlite_stat1 WHERE tbl = :name AND stat IS NOT NULL LIMIT 1")


def postgres_estimate(connection: sa.Connection, name: str, schema: str | None) -> int | None:
    """As of the last ANALYZE or vacuum; None before the first."""
    found = connection.execute(_POSTGRES, {"name": name, "schema": schema}).scalar_one_or_none()
    return None if found is None else int(found)


def sqlite_estimate(connection: sa.Connection, name: str, schema: str | None) -> int | None:
    """As of the last ANALYZE; None where there was none, which is usual."""
    if connection.execute(_KNOWS).first() is None:
        return None
    stat = connection.execute(_SQLITE, {"name": name}).scalar_one_or_none()
    first = str(stat).split()[0] if stat else ""  # "rows average-per-key average-per-two-keys …"
    return int(first) if first.isascii() and first.isdigit() else None
