"""Owns the reading of PostgreSQL's catalogue in a handful of queries; knows nothing of mapped classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.schema import ddl_text
from desktop.schema.describe import Broken, Check, Unique
from desktop.schema.found import (
    KEY_UNREADABLE,
    KEYLESS,
    VIEW,
    Findings,
    FoundColumn,
    FoundForeignKey,
    FoundTable,
    unusable,
)
from desktop.schema.kinds_postgres import Domain, Element, describe_column

_RELATIONS = sa.text("""
    SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
           n.nspname = current_schema() AS is_default, obj_description(c.oid, 'pg_class') AS comment,
           has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT') AS readable,
           has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE')
             OR has_any_column_privilege(c.oid, 'INSERT, UPDATE') AS writable,
           has_any_column_privilege(c.oid, 'UPDATE') AS lockable
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
      AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
      AND has_schema_privilege(n.oid, 'USAGE')
    ORDER BY NOT n.nspname = current_schema(), n.nspname, c.relname
""")
_COLUMNS = sa.text("""
    SELECT a.attrelid AS relation, a.attnum AS number, a.attname AS name, a.atttypid AS type,
           a.atttypmod AS modifier, format_type(a.atttypid, a.atttypmod) AS full_type,
           format_type(a.atttypid, NULL) AS cast_type, t.typname AS type_name, t.typtype AS type_class,
           t.typnamespace = CAST('pg_catalog' AS regnamespace) AS built_in,
           a.attnotnull AS required, a.attidentity AS identity, a.attgenerated AS generated,
           pg_get_expr(d.adbin, d.adrelid) AS default_text, col_description(a.attrelid, a.attnum) AS comment,
           has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS readable,
           has_column_privilege(a.attrelid, a.attnum, 'INSERT') AS insertable
    FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = ANY (CAST(:relations AS oid[])) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum
""")
_CONSTRAINTS = sa.text("""
    SELECT c.conrelid AS relation, c.conname AS name, c.contype AS kind, c.conkey AS columns,
           c.confrelid AS target, c.confkey AS target_columns, c.confdeltype AS on_delete,
           pg_get_constraintdef(c.oid, true) AS text
    FROM pg_constraint AS c
    WHERE c.conrelid = ANY (CAST(:relations AS oid[])) AND c.contype IN ('p', 'u', 'f', 'c')
      AND (c.contype <> 'f' OR c.conparentid = 0)
    ORDER BY c.conrelid, c.conname
""")
_UNIQUE_INDEXES = sa.text("""
    SELECT i.indrelid AS relation, c.relname AS name, i.indnkeyatts AS width,
           string_to_array(CAST(i.indkey AS text), ' ') AS columns
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    WHERE i.indrelid = ANY (CAST(:relations AS oid[])) AND i.indisunique AND i.indisvalid
      AND i.indpred IS NULL AND i.indexprs IS NULL
      AND NOT EXISTS (
        SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u')
      )
    ORDER BY i.indrelid, c.relname
""")
_ENUMS = sa.text(
    "SELECT enumtypid AS type, enumlabel AS label FROM pg_enum ORDER BY enumtypid, enumsortorder"
)
_DOMAINS = sa.text("""
    SELECT t.oid AS type, t.typbasetype AS base, t.typtypmod AS modifier, t.typnotnull AS required,
           format_type(t.typbasetype, NULL) AS cast_type, b.typname AS type_name, b.typtype AS type_class,
           b.typnamespace = CAST('pg_catalog' AS regnamespace) AS built_in,
           pg_get_expr(t.typdefaultbin, 0) AS default_text
    FROM pg_type AS t JOIN pg_type AS b ON b.oid = t.typbasetype
    WHERE t.typtype = 'd'
""")
_ELEMENTS = sa.text("""
    SELECT t.oid AS type, e.oid AS element, e.typname AS type_name, e.typtype AS type_class,
           e.typnamespace = CAST('pg_catalog' AS regnamespace) AS built_in,
           format_type(e.oid, NULL) AS cast_type, r.rngtypid IS NOT NULL AS is_range
    FROM pg_type AS t LEFT JOIN pg_range AS r ON r.rngtypid = t.oid
    JOIN pg_type AS e ON e.oid = coalesce(r.rngsubtype, t.typelem)
    WHERE t.oid = ANY (CAST(:types AS oid[])) AND (r.rngtypid IS NOT NULL OR e.typarray = t.oid)
      AND e.typdelim = ','
""")
_ON_DELETE = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_NOT_READABLE = "You are not allowed to read this table."
_NOT_WRITABLE = "You may read this table but not change it; it is shown read-only."

_Rows: TypeAlias = "Sequence[sa.Row[Any]]"


@dataclass(frozen=True)
class _Catalogue:
    """The answers of the catalogue, by the relation they belong to."""

    names: Mapping[int, TableName]
    columns: Mapping[int, _Rows]
    constraints: Mapping[int, _Rows]
    indexes: Mapping[int, _Rows]
    enums: Mapping[int, tuple[str, ...]]
    domains: Mapping[int, Domain]
    elements: Mapping[int, Element]

    def column_names(self, relation: int, numbers: Sequence[int]) -> tuple[str, ...]:
        by_number = {c.number: c.name for c in self.columns.get(relation, ())}
        return tuple(by_number[n] for n in numbers if n in by_number)


def read(connection: sa.Connection, token: CancelToken) -> Findings:
    """Every table and view outside the system's own schemas; partitions only through their parent."""
    relations = connection.execute(_RELATIONS).all()
    catalogue = _catalogue(connection, relations)
    found = Findings()
    for relation in relations:
        token.check()
        name = catalogue.names[relation.oid]
        reason = "" if relation.readable else _NOT_READABLE
        reason = reason or unusable([c.name for c in catalogue.columns.get(relation.oid, ())])
        if reason:
            found.broken.append(Broken(name, reason))
        else:
            found.tables.append(_table(relation, catalogue))
    return found


def _catalogue(connection: sa.Connection, relations: _Rows) -> _Catalogue:
    some = {"relations": [r.oid for r in relations]}
    enums: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(_ENUMS):
        enums[row.type].append(row.label)
    columns = connection.execute(_COLUMNS, some).all()
    domains = {row.type: _domain(row) for row in connection.execute(_DOMAINS)}
    types = {"types": [*{row.type for row in columns}, *{domain.base for domain in domains.values()}]}
    return _Catalogue(
        names={r.oid: TableName(None if r.is_default else r.schema, r.name) for r in relations},
        columns=_grouped(columns),
        constraints=_grouped(connection.execute(_CONSTRAINTS, some).all()),
        indexes=_grouped(connection.execute(_UNIQUE_INDEXES, some).all()),
        enums={type_: tuple(labels) for type_, labels in enums.items()},
        domains=domains,
        elements={row.type: _element(row) for row in connection.execute(_ELEMENTS, types)},
    )


def _domain(row: sa.Row[Any]) -> Domain:
    return Domain(
        row.base,
        row.modifier,
        row.required,
        row.cast_type,
        row.type_name,
        row.type_class,
        row.built_in,
        row.default_text,
    )


def _element(row: sa.Row[Any]) -> Element:
    return Element(
        row.element, row.type_name, row.type_class, row.built_in, row.cast_type, is_range=row.is_range
    )


def _grouped(rows: _Rows) -> dict[int, _Rows]:
    groups: dict[int, list[sa.Row[Any]]] = defaultdict(list)
    for row in rows:
        groups[row.relation].append(row)
    return dict(groups)


def _table(relation: sa.Row[Any], catalogue: _Catalogue) -> FoundTable:
    constraints = catalogue.constraints.get(relation.oid, ())
    key = next((c for c in constraints if c.kind == "p"), None)
    hidden = tuple(c.name for c in catalogue.columns[relation.oid] if not c.readable)
    is_view = relation.kind in ("v", "m")
    primary_key = catalogue.column_names(relation.oid, key.columns) if key else ()
    if not set(hidden).isdisjoint(primary_key):
        primary_key, reason = (), KEY_UNREADABLE
    else:
        reason = VIEW if is_view else "" if primary_key else KEYLESS
    return FoundTable(
        name=catalogue.names[relation.oid],
        columns=_columns(relation.oid, catalogue),
        primary_key=primary_key,
        is_view=is_view,
        read_only_reason=reason or ("" if relation.writable else _NOT_WRITABLE),
        uniques=tuple(one for one in _uniques(relation.oid, catalogue) if not {*one.columns} & {*hidden}),
        checks=tuple(
            Check(
                c.name,
                _check_text(c.text),
                tuple(n for n in catalogue.column_names(relation.oid, c.columns or ()) if n not in hidden),
            )
            for c in constraints
            if c.kind == "c" and not c.text.endswith("NOT ENFORCED")
        ),
        foreign_keys=tuple(
            FoundForeignKey(
                c.name,
                catalogue.column_names(relation.oid, c.columns),
                catalogue.names[c.target],
                catalogue.column_names(c.target, c.target_columns),
                _ON_DELETE[c.on_delete],
            )
            for c in constraints
            if c.kind == "f" and c.target in catalogue.names
        ),
        comment=relation.comment or "",
        unreadable=hidden,
        lockable=relation.lockable,
    )


def _columns(relation: int, catalogue: _Catalogue) -> tuple[FoundColumn, ...]:
    choices: dict[str, tuple[str, ...]] = {}
    for constraint in catalogue.constraints.get(relation, ()):
        allowed = ddl_text.choices_in(_check_text(constraint.text)) if constraint.kind == "c" else None
        if allowed:
            choices[allowed[0]] = allowed[1]
    found = (
        (
            c,
            describe_column(
                c, catalogue.domains, catalogue.enums, choices.get(c.name, ()), catalogue.elements
            ),
        )
        for c in catalogue.columns[relation]
        if c.readable
    )
    return tuple(replace(described, insertable=c.insertable) for c, described in found)


def _uniques(relation: int, catalogue: _Catalogue) -> tuple[Unique, ...]:
    named = [
        (c.name, catalogue.column_names(relation, c.columns))
        for c in catalogue.constraints.get(relation, ())
        if c.kind in ("p", "u")
    ]
    named += [
        (i.name, catalogue.column_names(relation, [int(n) for n in i.columns[: i.width]]))
        for i in catalogue.indexes.get(relation, ())
    ]
    return tuple(Unique(name, columns) for name, columns in named)


def _check_text(definition: str) -> str:
    """``CHECK (a > 0) NOT VALID`` to ``a > 0``."""
    found = ddl_text.table_checks(f"({definition})")
    return found[0][1] if found else definition
