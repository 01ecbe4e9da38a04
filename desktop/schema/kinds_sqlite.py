"""Owns what a declared SQLite type means: its kind for people and the lossless type for the driver."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from desktop.schema import types_sqlite as types
from desktop.schema.describe import Column, Kind
from desktop.schema.found import FoundColumn, is_long

_DECLARED = re.compile(r"([^()]*)(?:\(\s*([+-]?\d+)\s*(?:,\s*([+-]?\d+)\s*)?\))?\s*\Z")
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1

_KINDS: tuple[tuple[str, Kind], ...] = (
    (r"(UNSIGNED |SIGNED )?(BIG |TINY|SMALL|MEDIUM|BIG)?INT(EGER)?\d?( UNSIGNED| SIGNED)?", Kind.INTEGER),
    (r"SERIAL|BIGSERIAL|YEAR|LONG", Kind.INTEGER),
    (r"BOOL|BOOLEAN|BIT|LOGICAL", Kind.BOOLEAN),
    (r"JSONB?", Kind.JSON),
    (r"TIMESTAMP ?TZ|TIMESTAMP WITH TIME ZONE|DATETIMEOFFSET", Kind.TIMESTAMP_TZ),
    (r"DATETIME2?|SMALLDATETIME|TIMESTAMP( WITHOUT TIME ZONE)?", Kind.TIMESTAMP),
    (r"DATE", Kind.DATE),
    (r"TIME( WITHOUT TIME ZONE)?", Kind.TIME),
    (r"(DEC|DECIMAL|NUMERIC|NUMBER|NUM|MONEY|SMALLMONEY|CURRENCY)", Kind.DECIMAL),
    (r"REAL|FLOAT\d?|DOUBLE|DOUBLE PRECISION", Kind.FLOAT),
    (r".*(CHAR|CLOB|TEXT).*", Kind.TEXT),
    (r".*(BLOB|BINARY).*|BYTEA|IMAGE|RAW", Kind.BYTES),
)
_MATCHERS = tuple((re.compile(pattern), kind) for pattern, kind in _KINDS)


def describe_column(
    name: str,
    declared: str,
    *,
    nullable: bool,
    default: str | None,
    generated: bool,
    identity: bool,
    choices: tuple[str, ...],
) -> FoundColumn:
    """The column as people and the driver need it."""
    base, first, second = _split(declared)
    default = "" if default is None or default.upper() == "NULL" else default
    kind, type_ = _kind_and_type(base)
    length = first if kind is Kind.TEXT and first is not None and first > 0 else None
    if kind is Kind.TEXT:
        kind = Kind.CHOICE if choices else Kind.LONG_TEXT if is_long(name, length) else Kind.TEXT
    decimal = kind is Kind.DECIMAL
    return FoundColumn(
        Column(
            name=name,
            kind=kind,
            type_name=declared,
            nullable=nullable and not identity,
            has_default=bool(default),
            default_text=default,
            generated=generated,
            identity=identity,
            length=length,
            precision=first if decimal else None,
            scale=(second or 0) if decimal and first is not None else None,
            minimum=_LOWEST if kind is Kind.INTEGER else None,
            maximum=_HIGHEST if kind is Kind.INTEGER else None,
            choices=choices if kind is Kind.CHOICE else (),
        ),
        type_,
    )


def _split(declared: str) -> tuple[str, int | None, int | None]:
    match = _DECLARED.match(declared)
    if not match:
        return declared.upper().strip(), None, None
    base, first, second = match.groups()
    return " ".join(base.upper().split()), int(first) if first else None, int(second) if second else None


def _kind_and_type(base: str) -> tuple[Kind, sa.types.TypeEngine[Any]]:
    kind = next((kind for matcher, kind in _MATCHERS if matcher.fullmatch(base)), None)
    if kind is None:  # no type, or one that SQLite does not know either: any value may stand here
        return Kind.TEXT, types.SqliteAny()
    return kind, _TYPES[kind]


_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.INTEGER: types.SqliteInteger(),
    Kind.BOOLEAN: types.SqliteBoolean(),
    Kind.JSON: types.SqliteAny(),
    Kind.TIMESTAMP_TZ: types.SqliteDatetime(zoned=True),
    Kind.TIMESTAMP: types.SqliteDatetime(),
    Kind.DATE: types.SqliteDate(),
    Kind.TIME: types.SqliteTime(),
    Kind.DECIMAL: types.SqliteDecimal(),
    Kind.FLOAT: types.SqliteFloat(),
    Kind.TEXT: types.SqliteText(),
    Kind.BYTES: types.SqliteBytes(),
}
