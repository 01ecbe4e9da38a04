r"""Owns CSV and TSV files: UTF-8, NULL as an empty field, empty text as ``""``, at csv.writer's speed."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, cast
from uuid import UUID

from desktop.transfer.layout import Block, Cells, OutColumn
from desktop.transfer.text import STARTERS, encode, protect
from desktop.values.plain import to_plain

_WRITTEN_AS_IS = frozenset({int, float, type(None), datetime, date, time, Decimal, UUID})
"""csv.writer's own ``str()`` is already the neutral form of these."""
_TEXT = frozenset({str, type(None)})
_TRUTH = frozenset({bool, type(None)})
_TRUTH_TEXT = {True: "true", False: "false", None: None}
_ODD = frozenset(f"{STARTERS}'")


class CsvWriter:
    """Writes blocks to a CSV or TSV file, with memory for one block."""

    def __init__(
        self,
        file: IO[bytes],
        layout: Sequence[OutColumn],
        *,
        delimiter: str = ",",
        header: bool = True,
        protect_formulas: bool = True,
        bom: bool = False,
    ) -> None:
        self.delimiter = delimiter
        self._file = file
        self._protect = protect_formulas
        self._buffer = io.StringIO(newline="")
        self._writer = csv.writer(self._buffer, delimiter=delimiter, lineterminator="\r\n")
        # csv.writer cannot tell empty text from NULL: a word that occurs nowhere stands in meanwhile.
        self._empty = secrets.token_hex(16)
        self._null = secrets.token_hex(16) if len(layout) == 1 else None
        if bom:
            file.write(b"\xef\xbb\xbf")
        if header:
            self._writer.writerow([self._text(column.name) for column in layout])
            self._flush()

    def write(self, block: Block) -> None:
        """Append the rows of a block."""
        columns = [self._converted(cells) for cells in block.columns]
        self._writer.writerows(zip(*columns, strict=True))
        self._flush()

    def append(self, rows: bytes) -> None:
        """Rows that are finished already."""
        self._file.write(rows)

    def cell(self, value: object) -> bytes:
        """One finished cell, as ``write`` would write it in a row of several."""
        plain = self._text(value) if isinstance(value, str) else self._any(value)
        self._writer.writerow((plain, None))
        text = self._buffer.getvalue()[: -len(",\r\n")].replace(self._empty, '""')
        self._empty_buffer()
        return encode(text)

    def finish(self) -> None:
        """Nothing is held back."""

    def _flush(self) -> None:
        text = self._buffer.getvalue().replace(self._empty, '""')
        if self._null:
            text = text.replace(self._null, "")
        self._file.write(encode(text))
        self._empty_buffer()

    def _empty_buffer(self) -> None:
        self._buffer.seek(0)
        self._buffer.truncate()

    def _converted(self, cells: Cells) -> Cells:
        kinds = set(map(type, cells))
        if kinds <= _TEXT:
            odd = _ODD
            texts = cast("Sequence[str | None]", cells)
            # The common case, an ordinary text, must not cost a function call.
            cells = [t if t and t[0] not in odd else self._odd(t) for t in texts]
        elif kinds <= _TRUTH:
            cells = [_TRUTH_TEXT[cast("bool | None", cell)] for cell in cells]
        elif not kinds <= _WRITTEN_AS_IS:
            cells = [self._any(cell) for cell in cells]
        if self._null:
            cells = [self._null if cell is None else cell for cell in cells]
        return cells

    def _odd(self, text: str | None) -> str | None:
        return None if text is None else self._text(text)

    def _any(self, cell: object) -> object:
        if type(cell) in _WRITTEN_AS_IS:
            return cell
        plain = ", ".join(cell) if isinstance(cell, tuple) else to_plain(cell)
        if isinstance(plain, bool):
            return "true" if plain else "false"
        return self._text(plain) if isinstance(plain, str) else plain

    def _text(self, text: str) -> str:
        if not text:
            return self._empty
        return protect(text) if self._protect else text
