"""Owns whether a table has triggers or rules; says nothing about what they do."""

from __future__ import annotations

import sqlalchemy as sa

_SQLITE = sa.text(
    "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name COLLATE NOCASE LIMIT 1"
)
_POSTGRES = sa.text(
    "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relname = :name AND n.nspname = coalesce(:schema, current_schema())"
    " AND (c.relhasrules OR c.relkind = 'f' OR EXISTS (SELECT 1 FROM pg_catalog.pg_trigger t"
    " WHERE t.tgrelid = c.oid AND NOT t.tgisinternal))"
)


def sqlite_has_triggers(connection: sa.Connection, name: str, schema: str | None) -> bool:
    """Of a table or a view."""
    return connection.execute(_SQLITE, {"name": name}).first() is not None


def postgres_has_triggers(connection: sa.Connection, name: str, schema: str | None) -> bool:
    """Of a table, a view or a foreign table; those that keep foreign keys do not count."""
    return connection.execute(_POSTGRES, {"name": name, "schema": schema}).first() is not None
