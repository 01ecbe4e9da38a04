"""Owns Parquet files: typed columns, exact decimals, constant memory; what does not fit its type is refused.

Needs the package pyarrow, which is an extra. What Parquet has no type for goes out as text: times of day,
decimals without a declared size, JSON, identifiers, lists, and names in place of foreign keys.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from types import ModuleType
from typing import IO, Any

from desktop.base.keys import Key
from desktop.base.raw import RawText
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.schema.describe import Kind
from desktop.transfer.layout import Block, Cells, OutColumn
from desktop.transfer.text import encodable
from desktop.values.plain import to_plain

_GROUP_BYTES = 2_097_152
_GROUP_ROWS = 65_536
"""A group of rows is written when it has about so many bytes or rows."""
_OF_A_PART = 256
"""Bytes that each column takes besides its values."""
_MOST_DIGITS = 38


def arrow() -> tuple[ModuleType, ModuleType]:
    """pyarrow and its Parquet module; RefusedError where they are not installed."""
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        sentence = "Parquet files need the package “pyarrow”, which is not installed."
        hint = "Install it with “pip install pyarrow”, or export to CSV."
        raise RefusedError(Refusal(Reason.FILE, sentence, hint, details=str(error))) from error
    return pyarrow, parquet


class ParquetWriter:
    """Writes blocks to a Parquet file; ``close`` it whatever happens."""

    def __init__(self, file: IO[bytes], layout: Sequence[OutColumn]) -> None:
        self._arrow, parquet = arrow()
        self._layout = layout
        self._types = [_type(self._arrow, column) for column in layout]
        fields = [(encodable(c.name), type_) for c, type_ in zip(layout, self._types, strict=True)]
        self.schema = self._arrow.schema(fields)
        self._file = parquet.ParquetWriter(file, self.schema, compression="snappy")
        self._held: list[Any] = []
        self._rows = self._bytes = 0

    def write(self, block: Block) -> None:
        """Append the records; RefusedError for a value that its column's type cannot hold."""
        arrays = [self._array(at, cells, block.keys) for at, cells in enumerate(map(list, block.columns))]
        self.append(self._arrow.Table.from_arrays(arrays, schema=self.schema))

    def append(self, table: Any) -> None:
        """Records that are columns of the library already, of this file's schema."""
        self._held.append(table)
        self._rows += table.num_rows
        self._bytes += table.nbytes + table.num_columns * _OF_A_PART
        if self._rows >= _GROUP_ROWS or self._bytes >= _GROUP_BYTES:
            self._flush()

    def finish(self) -> None:
        """Write what is held and the file's own index."""
        self._flush()
        self._file.close()

    def close(self) -> None:
        """Let go of the file, whatever state it is in."""
        with contextlib.suppress(OSError):
            self._file.close()

    def _flush(self) -> None:
        if self._held:
            self._file.write_table(self._arrow.concat_tables(self._held))
        self._held, self._rows, self._bytes = [], 0, 0

    def _array(self, at: int, cells: Cells, keys: tuple[Key, ...]) -> Any:
        column, type_ = self._layout[at], self._types[at]
        if type_ == self._arrow.string():
            return self._arrow.array(_texts(cells), type_)
        if column.link:
            return self._arrow.array([_texts(cell) for cell in cells], type_)  # type: ignore[arg-type]
        try:
            return self._made(cells, type_)
        except (self._arrow.ArrowException, TypeError, ValueError, OverflowError) as error:
            raise self._misfit(at, cells, keys) from error

    def _made(self, cells: Cells, type_: Any) -> Any:
        if self._arrow.types.is_decimal(type_) and any(map(_is_tiny, cells)):
            raise ValueError
        return self._arrow.array(cells, type_)

    def _misfit(self, at: int, cells: Cells, keys: tuple[Key, ...]) -> RefusedError:
        """Which value it was, in words."""
        column = self._layout[at]
        number = next(i for i, cell in enumerate(cells) if not self._fits(cell, self._types[at]))
        record = " ".join(map(str, keys[number]))
        shown = _text(cells[number])[:40]
        sentence = (
            f"{column.name} of the record {record} is “{shown}”, which does not fit that column's type."
        )
        hint = "Export to CSV or JSON, or leave that column out."
        return RefusedError(Refusal(Reason.FILE, sentence, hint))

    def _fits(self, cell: object, type_: Any) -> bool:
        try:
            self._made([cell], type_)
        except (self._arrow.ArrowException, TypeError, ValueError, OverflowError):
            return False
        return True


def _is_tiny(cell: object) -> bool:
    """The library takes some decimals of more than 200 places for nothing at all, without an error."""
    return isinstance(cell, Decimal) and bool(cell) and cell.adjusted() < -_MOST_DIGITS


_SIMPLE: dict[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: lambda arrow: arrow.int64(),
    Kind.BOOLEAN: lambda arrow: arrow.bool_(),
    Kind.FLOAT: lambda arrow: arrow.float64(),
    Kind.DATE: lambda arrow: arrow.date32(),
    Kind.TIMESTAMP: lambda arrow: arrow.timestamp("us"),
    Kind.TIMESTAMP_TZ: lambda arrow: arrow.timestamp("us", tz="UTC"),
    Kind.BYTES: lambda arrow: arrow.binary(),
}


def _type(arrow: Any, column: OutColumn) -> Any:
    if column.link:
        return arrow.list_(arrow.string())
    if column.named:
        return arrow.string()
    digits, scale = column.precision, column.scale
    if column.kind is Kind.DECIMAL and digits and scale is not None and 0 <= scale <= digits <= _MOST_DIGITS:
        return arrow.decimal128(digits, scale)
    make = _SIMPLE.get(column.kind)
    return arrow.string() if make is None else make(arrow)


def _texts(cells: Cells) -> list[str | None]:
    return [None if cell is None else _text(cell) for cell in cells]


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell if cell.isascii() else encodable(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return encodable(cell.text) if isinstance(cell, RawText) else str(to_plain(cell))
