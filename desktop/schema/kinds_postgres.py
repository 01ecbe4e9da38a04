"""Owns what a PostgreSQL type means: its kind for people and the lossless type for the driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from desktop.schema.describe import Column, Kind
from desktop.schema.found import FoundColumn, is_long
from desktop.schema.types import AsText, Bytea, CastText, Real, Tolerant

_HEADER = 4
"""Type modifiers count this much more than the length they stand for."""
_NOT_ORDERABLE = frozenset(
    (
        *("json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle"),
        *("xid", "cid", "aclitem", "refcursor", "pg_node_tree", "jsonpath"),
    )
)
_INTEGERS = {"int2": 16, "int4": 32, "int8": 64}
_BIT_TYPES = {"bit": "bit varying"}
"""A cast to the type without its length would cut: bit is bit(1)."""

_NATIVE: Mapping[str, tuple[Kind, sa.types.TypeEngine[Any]]] = {
    "int2": (Kind.INTEGER, sa.BigInteger()),
    "int4": (Kind.INTEGER, sa.BigInteger()),
    "int8": (Kind.INTEGER, sa.BigInteger()),
    "numeric": (Kind.DECIMAL, Tolerant(sa.Numeric())),
    "float4": (Kind.FLOAT, Real()),
    "float8": (Kind.FLOAT, sa.Double()),
    "bool": (Kind.BOOLEAN, sa.Boolean()),
    "date": (Kind.DATE, Tolerant(sa.Date())),
    "time": (Kind.TIME, Tolerant(sa.Time())),
    "timetz": (Kind.TIME, Tolerant(sa.Time(timezone=True))),
    "timestamp": (Kind.TIMESTAMP, Tolerant(sa.DateTime())),
    "timestamptz": (Kind.TIMESTAMP_TZ, Tolerant(sa.DateTime(timezone=True))),
    "text": (Kind.TEXT, sa.Text()),
    "varchar": (Kind.TEXT, sa.Text()),
    "bpchar": (Kind.TEXT, CastText("bpchar")),
    "name": (Kind.TEXT, AsText("name")),
    "uuid": (Kind.UUID, sa.Uuid()),
    "bytea": (Kind.BYTES, Bytea()),
    "json": (Kind.JSON, AsText("json", orderable=False)),
    "jsonb": (Kind.JSON, AsText("jsonb")),
    "interval": (Kind.INTERVAL, AsText("interval")),
    "inet": (Kind.NETWORK, AsText("inet")),
    "cidr": (Kind.NETWORK, AsText("cidr")),
    "macaddr": (Kind.NETWORK, AsText("macaddr")),
    "macaddr8": (Kind.NETWORK, AsText("macaddr8")),
}


@dataclass(frozen=True)
class Domain:
    """A domain: a named type with a base type and rules of its own."""

    base: int
    modifier: int
    required: bool
    cast_type: str
    type_name: str
    type_class: str
    built_in: bool
    default_text: str | None


@dataclass(frozen=True)
class Element:
    """What an array or a range type is made of."""

    type: int
    type_name: str
    type_class: str
    built_in: bool
    cast_type: str
    is_range: bool


@dataclass(frozen=True)
class _Base:
    """The type under any number of domains."""

    type: int
    modifier: int
    cast_type: str
    name: str
    type_class: str
    built_in: bool
    required: bool
    default_text: str | None


def describe_column(
    row: sa.Row[Any],
    domains: Mapping[int, Domain],
    enums: Mapping[int, tuple[str, ...]],
    choices: tuple[str, ...],
    elements: Mapping[int, Element],
) -> FoundColumn:
    """The column as people and the driver need it."""
    base = _base(row, domains)
    kind, type_ = _kind_and_type(base)
    element = elements.get(base.type)
    if element is not None:
        kind = Kind.RANGE if element.is_range else Kind.ARRAY
    choices = enums.get(base.type, choices)
    length = _length(base)
    padded = base.built_in and base.name == "bpchar" and length is not None
    choices = tuple(choice.ljust(length or 0) for choice in choices) if padded else choices
    if kind is Kind.TEXT:
        kind = Kind.CHOICE if choices else Kind.LONG_TEXT if is_long(row.name, length) else Kind.TEXT
    default = base.default_text or ""
    default = "" if default.startswith("NULL::") else default
    numbered = bool(row.identity) or default.startswith("nextval(")
    generated = bool(row.generated) or row.identity == "a"
    column = Column(
        name=row.name,
        kind=kind,
        type_name=row.full_type,
        nullable=not base.required,
        has_default=bool(default) and not row.generated,
        default_text=default,
        generated=generated,
        identity=numbered,
        length=length,
        padded=padded,
        choices=choices if kind is Kind.CHOICE else (),
        element=_element_column(element, enums) if element is not None else None,
        comment=row.comment or "",
    )
    return FoundColumn(_with_range(column, base), type_)


def _element_column(element: Element, enums: Mapping[int, tuple[str, ...]]) -> Column:
    """An entry or a bound, as a column of its type would be; those of a domain are left to the database."""
    if element.type_class == "e":
        return Column("", Kind.CHOICE, element.cast_type, choices=enums.get(element.type, ()))
    kind = _NATIVE[element.type_name][0] if element.built_in and element.type_name in _NATIVE else Kind.OTHER
    column = Column("", Kind.TEXT if element.type_name == "citext" else kind, element.cast_type)
    return _with_limits(column, element.type_name)


def _base(row: sa.Row[Any], domains: Mapping[int, Domain]) -> _Base:
    base = _Base(
        row.type,
        row.modifier,
        row.cast_type,
        row.type_name,
        row.type_class,
        row.built_in,
        row.required,
        row.default_text,
    )
    while base.type in domains:
        domain = domains[base.type]
        base = _Base(
            domain.base,
            domain.modifier if base.modifier == -1 else base.modifier,
            domain.cast_type,
            domain.type_name,
            domain.type_class,
            domain.built_in,
            base.required or domain.required,
            base.default_text or domain.default_text,
        )
    return base


def _kind_and_type(base: _Base) -> tuple[Kind, sa.types.TypeEngine[Any]]:
    if base.type_class == "e":
        return Kind.CHOICE, CastText(base.cast_type)
    if base.built_in and base.name in _NATIVE:
        return _NATIVE[base.name]
    kind = Kind.TEXT if base.name == "citext" else Kind.OTHER
    cast_type = _BIT_TYPES.get(base.name, base.cast_type) if base.built_in else base.cast_type
    return kind, AsText(cast_type, orderable=base.name.removeprefix("_") not in _NOT_ORDERABLE)


def _length(base: _Base) -> int | None:
    if not base.built_in or base.modifier < 0:
        return 1 if base.built_in and base.name == "char" else None
    if base.name in ("varchar", "bpchar"):
        return base.modifier - _HEADER
    return base.modifier if base.name in ("bit", "varbit") else None


def _with_range(column: Column, base: _Base) -> Column:
    column = _with_limits(column, base.name)
    if column.kind is Kind.DECIMAL and base.modifier >= _HEADER:
        packed = base.modifier - _HEADER
        scale = ((packed & 0x7FF) ^ 1024) - 1024
        return replace(column, precision=packed >> 16, scale=scale)
    return column


def _with_limits(column: Column, type_name: str) -> Column:
    if column.kind is not Kind.INTEGER:
        return column
    half = 2 ** (_INTEGERS[type_name] - 1)
    return replace(column, minimum=-half, maximum=half - 1)
