"""Owns where things stand in the tuples of one statement, and how they become Rows; reads no database."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from desktop.browse.rows import Row
from desktop.schema.describe import Column, Kind
from desktop.values.special import BlobSize, Clipped

Values: TypeAlias = Sequence[Any]
"""Those of one column, one per row."""


@dataclass(frozen=True, slots=True)
class RowLayout:
    """The places of everything but the links, which are added later."""

    columns: tuple[Column, ...]
    """Their values come first."""
    previews: tuple[tuple[int, int | None], ...]
    """Places of values that come as previews, each with the place of its whole size."""
    key: tuple[int, ...]
    deleted: int | None
    names: tuple[int | None, ...]
    """For each column the place of the name of the record it points to."""

    def rows(self, columns: list[Values]) -> list[Row]:
        """The rows of everything that was selected, column by column: a call per cell would be felt."""
        count, width = len(columns[0]), len(self.columns)
        values = columns[:width]
        for place, size in self.previews:
            sizes = None if size is None else columns[size]
            values[place] = previewed(self.columns[place], values[place], sizes)
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


def previewed(column: Column, values: Values, sizes: Sequence[int | None] | None) -> Values:
    """The stand-ins for what ``preview`` and ``whole_size`` brought (see ``shown``), of one column."""
    if column.kind is Kind.BYTES:
        return [BlobSize(value) if isinstance(value, int) else value for value in values]
    if sizes is None or not any(sizes):
        return values
    return [
        Clipped(value, size) if size is not None and isinstance(value, str) else value
        for value, size in zip(values, sizes, strict=True)
    ]


def _made(parts: Mapping[str, Iterable[object]]) -> list[Row]:
    """The rows of these fields; all others are as they are by default. A call per row would be felt too."""
    usual = Row._field_defaults
    fields = (parts[name] if name in parts else itertools.repeat(usual[name]) for name in Row._fields)
    return list(map(tuple.__new__, itertools.repeat(Row), zip(*fields, strict=False)))


def _across(columns: Sequence[Iterable[Any]], count: int) -> Iterable[tuple[Any, ...]]:
    """One tuple per row; what is the same in all may be repeated without end."""
    return zip(*columns, strict=False) if columns else itertools.repeat((), count)
