"""Owns the one reflection of a database: the description for people and the SQLAlchemy tables beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.sql import quoted_name

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.connect.capabilities import Capabilities
from desktop.connect.running import running
from desktop.schema import labels, markers, relations
from desktop.schema.check_text import with_rules
from desktop.schema.describe import ForeignKey, Schema, Table
from desktop.schema.found import Findings, FoundColumn, FoundTable
from desktop.schema.types_sqlite import SqliteInteger

_UNQUOTED_WORDS = frozenset(
    ("nothing", "returning", "collation", "concurrently", "lateral", "system_user", "tablesample")
)
"""Reserved words of the databases that SQLAlchemy does not quote by itself."""
ROWID = "rowid"
"""Key in ``sa.Column.info`` of the column that stands in for a missing SQLite key."""

LEFT_OUT = "left out"
"""Key in ``sa.Column.info``: whether the person has no right to give the column a value in a new record."""


@dataclass(frozen=True)
class Reflection:
    """What one reading of the catalogue gives."""

    schema: Schema
    metadata: sa.MetaData
    tables: Mapping[TableName, sa.Table]


def reflect(engine: sa.Engine, capabilities: Capabilities, token: CancelToken | None = None) -> Reflection:
    """Read the whole catalogue; what cannot be read is among ``schema.broken`` and hides nothing else.

    Raises CancelledError, and what the driver raises when the connection fails.
    """
    token = token or CancelToken()
    with engine.connect() as connection, running(connection, token):
        found = _found(connection, capabilities, token)
    foreign_keys = relations.resolve(found.tables)
    tables = {t.name: _describe(t, foreign_keys[t.name]) for t in found.tables}
    links = relations.links(tables)
    tables = {name: replace(table, links=links.get(name, ())) for name, table in tables.items()}
    schema = Schema(tables, tuple(found.broken), relations.incoming(tables.values()))
    tables = {
        name: replace(t, marker=markers.guess_marker(t), label=labels.guess_label(t, schema))
        for name, t in tables.items()
    }
    metadata = sa.MetaData()
    return Reflection(
        replace(schema, tables=tables),
        metadata,
        {t.name: _sa_table(t, metadata) for t in found.tables},
    )


def _found(connection: sa.Connection, capabilities: Capabilities, token: CancelToken) -> Findings:
    """What the catalogue tells. Each database has its own reader; the other one need not be loaded."""
    if capabilities.schemas:
        from desktop.schema import reflect_postgres

        return reflect_postgres.read(connection, token)
    from desktop.schema import reflect_sqlite

    return reflect_sqlite.read(connection, token)


def _describe(found: FoundTable, foreign_keys: tuple[ForeignKey, ...]) -> Table:
    table = Table(
        name=found.name,
        columns=tuple(c.column for c in found.columns),
        key=(found.rowid,) if found.rowid else found.primary_key,
        key_is_rowid=bool(found.rowid),
        row_number=found.row_number,
        is_view=found.is_view,
        read_only_reason=found.read_only_reason,
        uniques=found.uniques,
        checks=found.checks,
        foreign_keys=foreign_keys,
        comment=found.comment,
        unreadable=found.unreadable,
        lockable=found.lockable,
    )
    return with_rules(table)


def _sa_table(found: FoundTable, metadata: sa.MetaData) -> sa.Table:
    """Columns are found by their own names; foreign keys stay in the description, where cycles do no harm."""
    key = () if found.rowid else found.primary_key
    columns = [_sa_column(c, c.column.name in key) for c in found.columns]
    if found.rowid:
        columns.append(
            sa.Column(
                found.rowid,
                SqliteInteger(),
                primary_key=True,
                autoincrement=True,
                info={ROWID: True},
            )
        )
    return sa.Table(_quoted(found.name.name), metadata, *columns, schema=found.name.schema)


def _quoted(name: str) -> str:
    return quoted_name(name, quote=True) if name in _UNQUOTED_WORDS else name


def _sa_column(found: FoundColumn, in_key: bool) -> sa.Column[object]:
    column = found.column
    numbered = in_key and column.identity and not column.has_default  # its numbers come back in order
    filled = not numbered and (column.has_default or column.generated or column.identity)
    left_out = not found.insertable  # else the Session would send NULL, which needs the right to it
    return sa.Column(
        _quoted(column.name),
        found.type,
        primary_key=in_key,
        nullable=column.nullable,
        autoincrement=in_key and column.identity,
        server_default=sa.FetchedValue() if filled or left_out else None,
        server_onupdate=sa.FetchedValue(for_update=True) if column.generated else None,
        info={LEFT_OUT: left_out},
    )
