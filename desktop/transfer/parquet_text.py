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


def reads_as_text(layout: Sequence[OutColumn]) -> bool:
    """Whether CSV tells all values of these columns: not bytes, which a text may look like, nor lists."""
    return not any(column.link or column.kind is Kind.BYTES for column in layout)


class CsvToParquet(CsvWriter):
    """Takes finished rows of CSV; ``finish`` hands on the rest."""

    def __init__(self, parquet: ParquetWriter, layout: Sequence[OutColumn]) -> None:
        super().__init__(io.BytesIO(), layout, header=False, protect_formulas=False)
        self._pyarrow, _ = arrow()
        self._parquet = parquet
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
        # The library takes away one mark in front, which may be the start of a text.
        table = self._read(codecs.BOM_UTF8 + b"".join(self._held))
        self._held, self._size = [], 0
        if not all(map(self._is_told, table.columns)):
            raise UnclearError
        self._parquet.append(table)

    def _read(self, text: bytes) -> Any:
        from pyarrow import csv

        schema = self._parquet.schema
        try:
            return csv.read_csv(
                self._pyarrow.BufferReader(text),
                # One block, however long: no row can lie across its end.
                csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=schema.names),
                csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
                csv.ConvertOptions(
                    column_types=schema,
                    null_values=[""],
                    true_values=["true"],
                    false_values=["false"],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                ),
            )
        except (self._pyarrow.ArrowException, OverflowError) as error:
            raise UnclearError from error

    def _is_told(self, column: Any) -> bool:
        """“nan” and “inf” may be texts that somebody stored as well, and no calendar has a year 0."""
        from pyarrow import compute, types

        if types.is_floating(column.type):
            return compute.all(compute.is_finite(column)).as_py() is not False
        if types.is_temporal(column.type):
            return bool(compute.min(compute.year(column)).as_py() != 0)
        return True
