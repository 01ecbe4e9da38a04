"""Owns how fetched tuples become Rows: column by column, because a call per cell would be felt."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import sqlalchemy as sa

from desktop.browse import shown
from desktop.browse.rows import Row
from desktop.connect.capabilities import Capabilities
from desktop.schema.describe import Column
from desktop.schema.types_sqlite import Lossless

Values: TypeAlias = Sequence[Any]
"""Those of one column, one per row."""
_Reader: TypeAlias = Callable[[Values], Values] | None


@dataclass(frozen=True, eq=False)
class Decoder:
    """Where things stand in the tuples of one statement, and what they mean."""

    columns: Sequence[Column]
    """Their values come first."""
    types: Sequence[sa.types.TypeEngine[Any]]
    """Of all that is selected."""
    previews: Sequence[tuple[int, int | None]]
    """Places of values that come as previews, each with the place of its whole size."""
    key: Sequence[int]
    deleted: int | None
    names: Sequence[int | None]
    """For each column the place of the name of the record it points to."""
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
        return self._rows(_read(self._readers, fetched))

    def rows(self, fetched: Sequence[Values]) -> list[Row]:
        """What SQLAlchemy has fetched, and read by the columns' types."""
        return self._rows(list(zip(*fetched, strict=True))) if fetched else []

    def _rows(self, columns: list[Values]) -> list[Row]:
        count, width = len(columns[0]), len(self.columns)
        values = columns[:width]
        for place, size in self.previews:
            sizes = None if size is None else columns[size]
            values[place] = shown.previewed(self.columns[place], values[place], sizes)
        none = itertools.repeat((None,) * width, count)
        named = any(place is not None for place in self.names)
        parts: dict[str, Iterable[object]] = {
            "key": _across([columns[place] for place in self.key], count),
            "values": _across(values, count),
            "labels": _across(self._labels(columns), count) if named else none,
        }
        if self.deleted is not None:
            parts["deleted"] = map(bool, columns[self.deleted])
        return _made(parts)

    def _labels(self, columns: Sequence[Values]) -> list[Iterable[Any]]:
        return [itertools.repeat(None) if place is None else columns[place] for place in self.names]


def _made(parts: Mapping[str, Iterable[object]]) -> list[Row]:
    """The rows of these fields; all others are as they are by default. A call per row would be felt too."""
    usual = Row._field_defaults
    fields = (parts[name] if name in parts else itertools.repeat(usual[name]) for name in Row._fields)
    return list(map(tuple.__new__, itertools.repeat(Row), zip(*fields, strict=False)))


def _across(columns: Sequence[Iterable[Any]], count: int) -> Iterable[tuple[Any, ...]]:
    """One tuple per row; what is the same in all may be repeated without end."""
    return zip(*columns, strict=False) if columns else itertools.repeat((), count)


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
