"""Owns how a value that was read goes back into a statement so that it equals itself there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.schema.types_sqlite import bindable


@dataclass(frozen=True, slots=True)
class Slot:
    """Stands for a value that comes with each use of the statement, under this name."""

    name: str


def bind(value: object, type_: sa.types.TypeEngine[Any]) -> sa.ColumnElement[Any]:
    """The value (not None) as a bound parameter of the column's type."""
    if isinstance(value, Slot):
        return sa.bindparam(value.name, type_=type_)
    ready = bindable(value, type_)
    if isinstance(ready, sa.ColumnElement):
        return ready
    return sa.literal(value, type_)


def equals(column: sa.ColumnElement[Any], value: object) -> sa.ColumnElement[bool]:
    """The column holds the value, NULL included."""
    return column.is_(None) if value is None else column == bind(value, column.type)
