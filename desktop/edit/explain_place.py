"""Owns finding where a fault belongs: table, columns, foreign key, rule; by catalogue, never by a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.connect.faults import Fault
from desktop.edit.explain_ask import asking
from desktop.schema.database import Database
from desktop.schema.ddl_text import columns_in
from desktop.schema.describe import Check, ForeignKey, Table


@dataclass(frozen=True)
class Catalogued:
    """What the server's catalogue says about a constraint or a unique index."""

    columns: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    """Of an exclusion constraint, one per column."""


@dataclass(frozen=True)
class Place:
    """Where a fault belongs."""

    table: Table
    columns: tuple[str, ...] = ()
    catalogued: Catalogued = field(default_factory=Catalogued)


def place_of(fault: Fault, attempted: TableName, database: Database) -> Place:
    """The table the fault speaks of (else the one attempted) and the columns it names."""
    table = _table_of(fault, attempted, database)
    if fault.columns and all(any(c.name == name for c in table.columns) for name in fault.columns):
        return Place(table, fault.columns)
    if spelt := _spelt_out(fault.message, table):
        return Place(table, spelt)
    unique = next((u for u in table.uniques if u.name and u.name == fault.constraint), None)
    if unique is not None:
        return Place(table, unique.columns)
    found = _catalogue(fault, table, database)
    known = {column.name for column in table.columns}
    return Place(table, tuple(name for name in found.columns if name in known), found)


def _table_of(fault: Fault, attempted: TableName, database: Database) -> Table:
    tables = database.schema.tables
    if fault.table is not None:
        unqualified = TableName(None, fault.table.name)
        for name in (fault.table, unqualified):
            if name in tables and not (name == unqualified and _belongs_elsewhere(fault.table, database)):
                return tables[name]
        for name in tables:  # SQLite spells a table as the statement did
            if name.name.casefold() == fault.table.name.casefold() and fault.table.schema is None:
                return tables[name]
    return database.table(attempted)


def _belongs_elsewhere(name: TableName, database: Database) -> bool:
    """Whether a name without a schema would mean another table than the one in that schema."""
    return name.schema is not None and name.schema != database.engine.dialect.default_schema_name


def _spelt_out(message: str, table: Table) -> tuple[str, ...]:
    """SQLite's ``table.a, table.b`` compared with what this table's constraints would spell."""
    groups = [unique.columns for unique in table.uniques] + [table.key]
    groups += [(column.name,) for column in table.columns]
    for columns in groups:
        if columns and message.endswith(": " + ", ".join(f"{table.name.name}.{name}" for name in columns)):
            return columns
    return ()


def foreign_key_of(fault: Fault, place: Place) -> ForeignKey | None:
    """The foreign key that the server named."""
    named = [fk for fk in place.table.foreign_keys if fk.name and fk.name == fault.constraint]
    if named:
        return named[0]
    columns = place.columns
    return next((fk for fk in place.table.foreign_keys if columns and fk.columns == columns), None)


def check_of(fault: Fault, table: Table) -> Check | None:
    """The CHECK by its name, or by its text where it has none (SQLite)."""
    if not fault.constraint:
        return None
    for check in table.checks:
        if check.name == fault.constraint:
            return check
    wanted = _squeezed(fault.constraint)
    return next((check for check in table.checks if not check.name and _squeezed(check.text) == wanted), None)


def _squeezed(text: str) -> str:
    return "".join(text.split())


_COLUMNS_OF_CONSTRAINT = sa.text(
    """
    SELECT a.attname AS name, o.oprname AS operator
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(attnum, place)
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
    LEFT JOIN pg_operator o ON o.oid = c.conexclop[k.place]
    WHERE c.conname = :constraint AND t.relname = :table AND n.nspname = :schema
    ORDER BY k.place
    """
)
_COLUMNS_OF_INDEX = sa.text(
    """
    SELECT a.attname AS name, 0 = ANY (i.indkey::int2[]) AS expression, k.place IS NOT NULL AS plain
    FROM pg_index i
    JOIN pg_class x ON x.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = x.oid
         AND d.refobjid = t.oid AND d.refobjsubid > 0
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    LEFT JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) ON k.attnum = a.attnum
    WHERE x.relname = :constraint AND t.relname = :table AND n.nspname = :schema
    ORDER BY k.place NULLS LAST, a.attnum
    """
)


def _catalogue(fault: Fault, table: Table, database: Database) -> Catalogued:
    """Columns of a constraint or unique index by name; also of partitions and expression indexes."""
    if not fault.constraint:
        return Catalogued()
    if not database.capabilities.schemas:
        return Catalogued(_columns_of_expression_index(fault, table, database))
    if fault.table is None:
        return Catalogued()
    wanted = {
        "constraint": fault.constraint,
        "table": fault.table.name,
        "schema": fault.table.schema,
    }

    def look(connection: sa.Connection) -> Catalogued:
        rows = connection.execute(_COLUMNS_OF_CONSTRAINT, wanted).all()
        if rows:
            operators = tuple(str(row.operator) for row in rows if row.operator)
            return Catalogued(tuple(row.name for row in rows), operators)
        # An index over expressions: every column it depends on; else its own columns without the predicate's.
        rows = connection.execute(_COLUMNS_OF_INDEX, wanted).all()
        names = [row.name for row in rows if row.expression or row.plain]
        return Catalogued(tuple(dict.fromkeys(names)))

    return asking(database, look) or Catalogued()


_INDEX_TEXT = sa.text("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND name = :name")
_INDEXED = re.compile(r"\bON\b.*?(\(.*?)(?:\bWHERE\b.*)?$", re.IGNORECASE | re.DOTALL)


def _columns_of_expression_index(fault: Fault, table: Table, database: Database) -> tuple[str, ...]:
    """SQLite names only the index: the columns that occur in what it is over."""

    def look(connection: sa.Connection) -> tuple[str, ...]:
        index = connection.execute(_INDEX_TEXT, {"name": fault.constraint}).first()
        indexed = _INDEXED.search(index.sql) if index and index.tbl_name == table.name.name else None
        return columns_in(indexed[1], [column.name for column in table.columns]) if indexed else ()

    return asking(database, look) or ()
