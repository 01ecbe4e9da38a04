"""Owns the mapped classes: one plain class per table with a key, whatever its columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.base.keys import TableName
from desktop.schema.reflect import Reflection


class Mapped:
    """A record under a Session's care; attributes are ``c0``, ``c1``… so that no column name can clash."""

    attributes: ClassVar[Mapping[str, str]] = {}
    """Column name to attribute name."""


def map_classes(reflection: Reflection) -> Mapping[TableName, type[Mapped]]:
    """Map every table with a key in a registry of its own; views and keyless tables have no class."""
    registry = orm.registry(metadata=reflection.metadata)
    return {
        name: _map(registry, reflection.tables[name], number)
        for number, (name, table) in enumerate(reflection.schema.tables.items())
        if table.key and not table.is_view
    }


def _map(registry: orm.registry, table: sa.Table, number: int) -> type[Mapped]:
    attributes = {column.name: f"c{position}" for position, column in enumerate(table.columns)}
    cls = type(f"Record{number}", (Mapped,), {"attributes": attributes})
    properties = {attributes[column.name]: column for column in table.columns}
    registry.map_imperatively(cls, table, properties=properties, eager_defaults=False)
    return cls


def attribute(cls: type, column_name: str) -> str:
    """The attribute of a mapped class that holds a column; KeyError where there is none."""
    if not issubclass(cls, Mapped):
        raise KeyError(column_name)
    return cls.attributes[column_name]
