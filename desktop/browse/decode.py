"""Owns how what the driver fetched becomes Python values: by column, as a call per cell would be felt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import sqlalchemy as sa

from desktop.browse.row_layout import RowLayout, Values
from desktop.browse.rows import Row
from desktop.connect.capabilities import Capabilities
from desktop.schema.types_sqlite import Lossless

_Reader: TypeAlias = Callable[[Values], Values] | None


@dataclass(frozen=True, eq=False)
class Decoder:
    """Reads the tuples of one statement."""

    layout: RowLayout
    types: Sequence[sa.types.TypeEngine[Any]]
    """Of all that is selected."""
    _readers: list[_Reader] = field(default_factory=list)

    def fetch(
        self,
        connection: sa.Connection,
        capabilities: Capabilities,
        statement: sa.Executable,
        parameters: dict[str, object] | None = None,
    ) -> list[Row]:
        """Run the statement and take its rows straight from the driver."""
        fetched, codes = capabilities.tuples(connection, statement, parameters or {})
        if not fetched:
            return []
        if not self._readers:
            self._readers[:] = _readers(self.types, connection.dialect, codes)
        return self.layout.rows(_read(self._readers, fetched))

    def rows(self, fetched: Sequence[Values]) -> list[Row]:
        """What SQLAlchemy has fetched, and read by the columns' types."""
        return self.layout.rows(list(zip(*fetched, strict=True))) if fetched else []


def fetch_columns(
    connection: sa.Connection,
    capabilities: Capabilities,
    statement: sa.Executable,
    selected: Sequence[sa.ColumnElement[Any]],
) -> list[Values]:
    """Run the statement and take what is selected straight from the driver, column by column."""
    fetched, codes = capabilities.tuples(connection, statement, {})
    readers = _readers([column.type for column in selected], connection.dialect, codes)
    return _read(readers, fetched) if fetched else [()] * len(selected)


def _readers(
    types: Sequence[sa.types.TypeEngine[Any]], dialect: sa.Dialect, codes: Sequence[object]
) -> list[_Reader]:
    return [_reader(type_, dialect, code) for type_, code in zip(types, codes, strict=True)]


def _read(readers: Sequence[_Reader], fetched: Sequence[Values]) -> list[Values]:
    columns: list[Values] = list(zip(*fetched, strict=True))
    read = zip(readers, columns, strict=True)
    return [values if reader is None else reader(values) for reader, values in read]


def _reader(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect, code: object) -> _Reader:
    """What makes of the driver's values those of the column's type; None where they are the same."""
    if isinstance(type_, Lossless):
        return type_.read_all
    process = type_.dialect_impl(dialect).result_processor(dialect, code)
    return None if process is None else partial(_each, process)


def _each(process: Callable[[Any], Any], values: Values) -> Values:
    return list(map(process, values))
