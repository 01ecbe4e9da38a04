"""Owns which class handles which kind of column; every kind lives in its own module."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from desktop.schema.describe import Column, Kind
from desktop.values.base import BadValue
from desktop.values.boolean import BooleanKind
from desktop.values.bytes_ import BytesKind
from desktop.values.choice import ChoiceKind
from desktop.values.date import DateKind
from desktop.values.decimal import DecimalKind
from desktop.values.float_ import FloatKind
from desktop.values.integer import IntegerKind
from desktop.values.json_ import JsonKind
from desktop.values.locale import Locale
from desktop.values.other import OtherKind
from desktop.values.text import TextKind
from desktop.values.time import TimeKind
from desktop.values.timestamp import TimestampKind, TimestampTzKind
from desktop.values.uuid_ import UuidKind

__all__ = ["BadValue", "ValueKind", "kind_for"]


class ValueKind(Protocol):
    """Shows, edits, reads and compares the values of one kind; stateless."""

    @property
    def right_aligned(self) -> bool:
        """Whether a grid sets it right, as amounts are."""
        ...

    def show(self, value: object, column: Column, locale: Locale) -> str:
        """One line for a grid; empty for NULL, which the caller shows its own way."""
        ...

    def edit_text(self, value: object, column: Column, locale: Locale) -> str:
        """Exact text that parses back to the same value; empty for NULL; TypeError for a preview."""
        ...

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """The value meant; None for nothing typed (text kinds: the empty text). Raises BadValue."""
        ...

    def same(self, a: object, b: object) -> bool:
        """Whether two values are the same stored value (NULL equals NULL, NaN equals NaN)."""
        ...


_KINDS: Mapping[Kind, ValueKind] = MappingProxyType(
    {
        Kind.TEXT: TextKind(),
        Kind.LONG_TEXT: TextKind(),
        Kind.INTEGER: IntegerKind(),
        Kind.DECIMAL: DecimalKind(),
        Kind.FLOAT: FloatKind(),
        Kind.BOOLEAN: BooleanKind(),
        Kind.DATE: DateKind(),
        Kind.TIME: TimeKind(),
        Kind.TIMESTAMP: TimestampKind(),
        Kind.TIMESTAMP_TZ: TimestampTzKind(),
        Kind.CHOICE: ChoiceKind(),
        Kind.JSON: JsonKind(),
        Kind.UUID: UuidKind(),
        Kind.BYTES: BytesKind(),
        Kind.OTHER: OtherKind(),
    }
)


def kind_for(column: Column) -> ValueKind:
    """The handler of that column's kind."""
    return _KINDS[column.kind]
