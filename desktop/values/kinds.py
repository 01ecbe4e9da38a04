"""Owns which class handles which kind of column; every kind lives in its own module."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desktop.schema.describe import Column, Kind
from desktop.values.array import ArrayKind
from desktop.values.base import BadValue, ValueKind
from desktop.values.entries import SINGLE
from desktop.values.range_ import RangeKind

__all__ = ["BadValue", "ValueKind", "kind_for"]


_KINDS: Mapping[Kind, ValueKind] = MappingProxyType(
    {**SINGLE, Kind.ARRAY: ArrayKind(), Kind.RANGE: RangeKind()}
)


def kind_for(column: Column) -> ValueKind:
    """The handler of that column's kind."""
    return _KINDS[column.kind]
