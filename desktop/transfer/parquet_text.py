"""Owns making Parquet of finished CSV: the library reads it by the columns' types, no value passes through
Python. It must not guess: what does not read as its type is left to the writer that sees values.

The text is what ``CsvWriter`` writes without protection against formulas: every value in exactly one form.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Sequence
from typing import Any

from desktop.base.raw import RawText
from desktop.schema.describe import Kind
from desktop.transfer.csv_file import CsvWriter
from desktop.transfer.csv_finish import UnclearError
from desktop.transfer.layout import OutColumn
from desktop.transfer.parquet_file import ParquetWriter, arrow

_BYTES = 262_144
"""The text is read when there is about so much of it."""
_MOST_COLUMNS = 100
"""Of more, each part read takes the more memory: 500 MB for 1,500 columns of 20,000 records."""
_LONG = 1_000
"""Bytes of a row on average from which on values are the quicker way."""
_FIRST_DAY, _FIRST_MOMENT = -719_162, -62_135_596_800_000_000
"""The year 1, in days and microseconds before 1970."""


def reads_as_text(layout: Sequence[OutColumn]) -> bool:
    """Whether CSV tells all values of these columns: not bytes, which a text may look like, nor lists."""
    return len(layout) <= _MOST_COLUMNS and not any(
        column.link or column.kind is Kind.BYTES for column in layout
    )


class CsvToParquet(CsvWriter):
    """Takes finished rows of CSV; ``finish`` hands on the rest."""

    def __init__(self, parquet: ParquetWriter, layout: Sequence[OutColumn]) -> None:
        super().__init__(io.BytesIO(), layout, header=False, protect_formulas=False)
        self._pyarrow, _ = arrow()
        self._parquet = parquet
        self._schema = parquet.schema
        self._read_before = False
        self._held: list[bytes] = []
        self._size = 0

    def append(self, rows: bytes) -> None:
        """UnclearError where one of them does not read as its column's type."""
        self._held.append(rows)
        self._size += len(rows)
        if self._size >= _BYTES:
            self._hand_on()

    def cell(self, value: object) -> bytes:
        """UnclearError for a text that is not of its column's type, though it may look so: “0x1F”."""
        if isinstance(value, RawText):
            raise UnclearError
        return super().cell(value)

    def finish(self) -> None:
        """All rows are there."""
        if self._held:
            self._hand_on()
        self._parquet.finish()

    def _hand_on(self) -> None:
        text, first = b"".join(self._held), not self._read_before
        self._held, self._size, self._read_before = [], 0, True
        try:
            # The library takes away one mark in front, which may be the start of a text.
            table = self._typed(self._read(codecs.BOM_UTF8 + text))
        except (self._pyarrow.ArrowException, OverflowError) as error:
            raise UnclearError from error
        if first and len(text) > _LONG * table.num_rows:
            raise UnclearError
        self._parquet.append(table)

    def _read(self, text: bytes) -> Any:
        from pyarrow import csv

        decimals = {field.name: self._pyarrow.string() for field in self._schema if _is_decimal(field)}
        return csv.read_csv(
            self._pyarrow.BufferReader(text),
            # One block, however long: no row can lie across its end.
            csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=self._schema.names),
            csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            csv.ConvertOptions(
                column_types={field.name: field.type for field in self._schema} | decimals,
                null_values=[""],
                true_values=["true"],
                false_values=["false"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )

    def _typed(self, table: Any) -> Any:
        """The table with its decimals as such; UnclearError where a column does not tell its values."""
        for at, field in enumerate(self._schema):
            column = table.column(at)
            if not _is_told(column, field.type):
                raise UnclearError
            if _is_decimal(field):
                table = table.set_column(at, field, column.cast(field.type))
        return table


def _is_decimal(field: Any) -> bool:
    return hasattr(field.type, "scale")


def _is_told(column: Any, type_: Any) -> bool:
    """“nan” and “inf” may be texts that somebody stored as well; no calendar has a year 0; and the library
    takes a decimal of too many digits, or of very many places, for another one (26.0, executed)."""
    from pyarrow import compute, int32, int64, types

    if types.is_floating(type_):
        return compute.all(compute.is_finite(column)).as_py() is not False
    if types.is_temporal(type_):  # by number: its calendar may need a file of time zones, which not all have
        days = types.is_date(type_)
        least = compute.min(column.cast(int32() if days else int64())).as_py()
        return least is None or bool(least >= (_FIRST_DAY if days else _FIRST_MOMENT))
    if types.is_decimal(type_):
        whole = type_.precision - type_.scale
        digits = rf"^-?0*[0-9]{{0,{whole}}}(\.[0-9]{{0,{type_.scale}}}0*)?$"
        return compute.all(compute.match_substring_regex(column, digits)).as_py() is not False
    return True
