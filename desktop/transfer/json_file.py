r"""Owns JSON and JSON Lines files: one object per record, nothing lost.

NULL is null and empty text is ``""``. Whole numbers up to 2**53 and decimals of up to 15 digits are
numbers, as every reader keeps those; longer ones, NaN and infinity are strings. Dates and times are ISO
strings, bytes are strings of ``\x`` and hexadecimal digits, relations are lists of names, and a valid JSON
value stands as itself.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import IO, Final

from desktop.schema.describe import Kind
from desktop.transfer.layout import Block, OutColumn
from desktop.transfer.text import encode
from desktop.values.plain import to_plain

SAFE_INTEGER: Final = 2**53
SAFE_DIGITS: Final = 15
_quote: Callable[[str], str] = encode_basestring


class JsonWriter:
    """Writes blocks to a JSON array (``lines`` False) or one object per line, with memory for one block."""

    def __init__(self, file: IO[bytes], layout: Sequence[OutColumn], *, lines: bool) -> None:
        self._file = file
        self._lines = lines
        self._encoders = tuple(_json_text if c.kind is Kind.JSON and not c.named else _value for c in layout)
        keys = (_quote(column.name).replace("%", "%%") for column in layout)
        self._template = "{" + ", ".join(f"{key}: %s" for key in keys) + "}"
        self._between = ""
        if not lines:
            self._file.write(b"[")

    def write(self, block: Block) -> None:
        """Append the records of a block."""
        columns = [map(code, cells) for code, cells in zip(self._encoders, block.columns, strict=True)]
        records: Iterable[str] = map(self._template.__mod__, zip(*columns, strict=True))
        if self._lines:
            text = "".join(f"{record}\n" for record in records)
        else:
            text = self._between + "\n" + ",\n".join(records)
            self._between = ","
        self._file.write(encode(text))

    def finish(self) -> None:
        """Close the array."""
        if not self._lines:
            self._file.write(b"\n]\n")


def fits_number(value: Decimal) -> bool:
    """Whether every reader, also one that knows only floats, keeps the decimal exactly."""
    if not value.is_finite():
        return False
    return len(value.as_tuple().digits) <= SAFE_DIGITS and -300 < value.adjusted() < 300


def _value(cell: object) -> str:
    if isinstance(cell, str):
        return _quote(cell)
    if cell is None:
        return "null"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell) if -SAFE_INTEGER <= cell <= SAFE_INTEGER else f'"{cell}"'
    if isinstance(cell, float):
        return repr(cell) if math.isfinite(cell) else f'"{cell}"'
    if isinstance(cell, Decimal):
        return _decimal(cell)
    if isinstance(cell, tuple):
        return "[" + ", ".join(map(_value, cell)) + "]"
    plain = to_plain(cell)
    return _quote(plain) if isinstance(plain, str) else _value(plain)


def _decimal(value: Decimal) -> str:
    if not fits_number(value):
        return f'"{value}"'
    return format(value, "f") if value.adjusted() < SAFE_DIGITS else str(value)


def _json_text(cell: object) -> str:
    """A JSON column's text as the value it is; text that is no JSON as a string."""
    if not isinstance(cell, str):
        return _value(cell)
    try:
        json.loads(cell, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return _quote(cell)
    return cell.strip().replace("\n", " ").replace("\r", " ")  # line ends can only stand between tokens


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is not JSON")
