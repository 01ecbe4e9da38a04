"""Owns which class handles which kind of column; every kind lives in its own module."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from desktop.schema.describe import Column, Kind
from desktop.values.base import BadValue, ValueKind

__all__ = ["HOMES", "BadValue", "ValueKind", "kind_for"]


HOMES: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        Kind.TEXT: ("text", "TextKind"),
        Kind.LONG_TEXT: ("text", "TextKind"),
        Kind.INTEGER: ("integer", "IntegerKind"),
        Kind.DECIMAL: ("decimal", "DecimalKind"),
        Kind.FLOAT: ("float_", "FloatKind"),
        Kind.BOOLEAN: ("boolean", "BooleanKind"),
        Kind.DATE: ("date", "DateKind"),
        Kind.TIME: ("time", "TimeKind"),
        Kind.TIMESTAMP: ("timestamp", "TimestampKind"),
        Kind.TIMESTAMP_TZ: ("timestamp", "TimestampTzKind"),
        Kind.CHOICE: ("choice", "ChoiceKind"),
        Kind.JSON: ("json_", "JsonKind"),
        Kind.UUID: ("uuid_", "UuidKind"),
        Kind.BYTES: ("bytes_", "BytesKind"),
        Kind.INTERVAL: ("interval", "IntervalKind"),
        Kind.NETWORK: ("network", "NetworkKind"),
        Kind.OTHER: ("other", "OtherKind"),
        Kind.ARRAY: ("array", "ArrayKind"),
        Kind.RANGE: ("range_", "RangeKind"),
    }
)
"""The module and class of every kind. Loaded when the first value of the kind is there: the first rows on the
screen do not wait for kinds that they have not got."""
_LOADED: dict[Kind, ValueKind] = {}


def kind_for(column: Column) -> ValueKind:
    """The handler of that column's kind."""
    return _LOADED.get(column.kind) or _load(column.kind)


def _load(kind: Kind) -> ValueKind:
    module, name = HOMES[kind]
    handler = cast(ValueKind, getattr(import_module(f"desktop.values.{module}"), name)())
    return _LOADED.setdefault(kind, handler)
