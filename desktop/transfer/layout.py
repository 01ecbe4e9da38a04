"""Owns what the columns of an exported file are, and turning rows into columns of cells; knows no format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from desktop.base.keys import Key
from desktop.browse.rows import Row
from desktop.browse.view import View
from desktop.schema.describe import Column, Kind, Table

Cells: TypeAlias = Sequence[object]
"""The values of one column, one per row of a block."""


@dataclass(frozen=True, slots=True)
class OutColumn:
    """One column of the file."""

    name: str
    """Its heading, unique within the file."""
    kind: Kind
    scale: int | None = None
    index: int = 0
    """Its place in ``Row.values`` or, for a link, in ``Row.links``."""
    named: bool = False
    """A foreign key written as the name of the record it points to."""
    link: bool = False
    """A many-to-many relation: its cells are tuples of names."""
    precision: int | None = None
    """Digits of a decimal, where the database says."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows, column by column: conversions then run once per column, not once per cell."""

    keys: tuple[Key, ...]
    columns: tuple[Cells, ...]

    def __len__(self) -> int:
        return len(self.keys)


def lay_out(table: Table, view: View, *, names: bool) -> tuple[OutColumn, ...]:
    """The file's columns for a view: its visible columns, then its relations."""
    taken: set[str] = set()
    columns = [
        _column(table.column(name), index, names and table.foreign_key_on(name) is not None, taken)
        for index, name in enumerate(view.columns)
    ]
    links = [
        OutColumn(_unique(name, taken), Kind.TEXT, index=index, link=True)
        for index, name in enumerate(view.links)
    ]
    return (*columns, *links)


def _column(column: Column, index: int, named: bool, taken: set[str]) -> OutColumn:
    name, precision = _unique(column.name, taken), column.precision
    return OutColumn(name, column.kind, column.scale, index, named, precision=precision)


def _unique(name: str, taken: set[str]) -> str:
    number = 2
    wanted = name
    while name in taken:
        name = f"{wanted} {number}"
        number += 1
    taken.add(name)
    return name


def block_of(rows: Sequence[Row], layout: Sequence[OutColumn]) -> Block:
    """The cells of those rows, column by column."""
    values: list[Cells] = list(zip(*(row.values for row in rows), strict=True))
    columns = tuple(_cells(rows, values, column) for column in layout)
    return Block(tuple(row.key for row in rows), columns)


def _cells(rows: Sequence[Row], values: Sequence[Cells], column: OutColumn) -> Cells:
    if column.link:
        return [row.links[column.index] for row in rows]
    if column.named:
        return [
            value if row.labels[column.index] is None else row.labels[column.index]
            for row, value in zip(rows, values[column.index], strict=True)
        ]
    return values[column.index]
