"""Owns the SQL that writes a row of SQLite as one line of bytes, and the finishing of such lines as CSV.

Cells end with a byte that UTF-8 never has, rows with another. What SQL cannot write exactly as the CSV
writer would, for any storage class may stand in any column, comes marked with a third one and whole:
its class, then its bytes or digits. Python finishes those cells, and the rows that need quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa

from desktop.schema import types_sqlite as types
from desktop.schema.describe import Column, Kind
from desktop.transfer.text import encode

Cell: TypeAlias = sa.ColumnElement[Any]
Convert: TypeAlias = Callable[[object], bytes]
"""A stored value as the finished cell of a CSV file."""

CELL, ROW, ODD = b"\xff", b"\xfe", b"\xfc"
_LABEL = "n"
"""In front of the class of a value that is the name of a foreign key's record."""


class UnclearError(Exception):
    """A line does not tell what is stored: text with the very bytes that keep cells apart, or -0.0."""


def _constant(text: str) -> Cell:
    """A constant of this module, written into the statement."""
    return sa.literal_column(text, sa.Text)


_NOTHING = _constant("''")


def line(cells: Sequence[Cell]) -> Cell:
    """One value of bytes for a whole row."""
    joined = cells[0]
    for cell in cells[1:]:
        joined = joined.op("||")(_constant("x'ff'")).op("||")(cell)
    return sa.cast(joined.op("||")(_constant("x'fe'")), sa.LargeBinary)


def cell(column: Column, value: Cell, label: Cell | None) -> Cell:
    """The text of the column's cells; never NULL."""
    written = _value(column, value)
    if label is None:
        return written
    name = sa.case((_harmless(label), label), else_=_odd(label, _LABEL))
    return sa.case((label.is_(None), written), else_=name)


def _value(column: Column, value: Cell) -> Cell:
    type_, kind = value.type, column.kind
    if column.identity:  # the rowid itself: always a whole number
        return value
    usual: list[tuple[Any, Cell]] = []
    if isinstance(type_, types.SqliteInteger):
        usual = [(_is(value, "integer"), value)]
    elif isinstance(type_, types.SqliteBoolean):
        truth = sa.case((_bare(value) == _constant("1"), _constant("'true'")), else_=_constant("'false'"))
        usual = [(sa.and_(_is(value, "integer"), _bare(value).in_([_constant("0"), _constant("1")])), truth)]
    elif isinstance(type_, types.SqliteDecimal) and not type_.as_text:
        usual = [(_is(value, "integer"), value), (_short_real(value), value), _zero(value)]
    elif isinstance(type_, types.SqliteFloat):
        usual = [(_short_real(value), value), _zero(value)]
    elif isinstance(type_, types.SqliteText | types.SqliteAny):
        usual = [(_harmless(value), value)]
    elif isinstance(type_, types.SqliteBytes):
        written = _constant(r"'\x'").op("||")(sa.func.lower(sa.func.hex(value)))
        usual = [(_is(value, "blob"), written)]
    elif kind in (Kind.DATE, Kind.TIME):
        usual = [(sa.and_(_digit_first(value), _length(value, 10 if kind is Kind.DATE else 8)), value)]
    elif isinstance(type_, types.SqliteDatetime):
        usual = _moments(type_, value)
    return sa.case((value.is_(None), _NOTHING), *usual, else_=_odd(value))


def _moments(type_: types.SqliteDatetime, value: Cell) -> list[tuple[Any, Cell]]:
    """Moments as nearly everybody stores them; a zone, a T or no seconds need reading."""
    spaced = sa.and_(
        _digit_first(value), sa.func.substr(value, _constant("11"), _constant("1")) == _constant("' '")
    )
    if type_.zoned:  # without a zone it is UTC, but only if there is such a moment
        counted = sa.func.datetime(value, _constant("'+0 days'"))  # only counting finds the 30th of February
        real = sa.and_(spaced, counted == _bare(value), _bare(value) >= _constant("'0001'"))
        return [(real, value.op("||")(_constant("'+00:00'")))]
    fraction = sa.and_(_length(value, 26), sa.func.substr(value, _constant("20")) != _constant("'.000000'"))
    return [(sa.and_(spaced, sa.or_(_length(value, 19), fraction)), value)]


def _bare(value: Cell) -> Cell:
    """The stored value, so that neither the column's affinity nor its collation takes part in comparing."""
    plain: Cell = sa.UnaryExpression(value, operator=sa.sql.operators.custom_op("+"), type_=sa.Text())
    return sa.collate(plain, "BINARY")


def _is(value: Cell, storage: str) -> sa.ColumnElement[bool]:
    return sa.func.typeof(value, type_=sa.Text) == _constant(f"'{storage}'")


def _length(value: Cell, characters: int) -> sa.ColumnElement[bool]:
    return sa.func.length(value, type_=sa.Text) == _constant(str(characters))


def _digit_first(value: Cell) -> sa.ColumnElement[bool]:
    """Text that starts with a digit: numbers sort before any text, blobs behind."""
    return sa.and_(_bare(value) >= _constant("'0'"), _bare(value) < _constant("':'"))


def _short_real(value: Cell) -> sa.ColumnElement[bool]:
    """A real of at most four decimal places.

    A whole number below 10**13 over 10000 is rounded but once, so a real equal to it is the one nearest to
    that short decimal, which both SQLite and Python then write.
    """
    size = sa.func.abs(value)
    whole = sa.cast(sa.func.round(value.op("*")(_constant("10000.0"))), sa.Integer)
    short = sa.cast(whole, sa.Integer).op("/")(_constant("10000.0")).op("=")(value)
    near = sa.and_(size >= _constant("0.0001"), size < _constant("1e9"))
    return sa.and_(_is(value, "real"), near, short)


def _zero(value: Cell) -> tuple[Any, Cell]:
    """Zero has no sign where a column's type makes it a number."""
    return sa.and_(_is(value, "real"), value.op("=")(_constant("0.0"))), _constant("'0.0'")


def _harmless(value: Cell) -> sa.ColumnElement[bool]:
    """Text that is not empty and that no spreadsheet could run, told by how it sorts."""
    bare = _bare(value)
    letter = sa.and_(bare >= _constant("'A'"), bare < _constant("'＋'"))
    digit = sa.and_(bare >= _constant("'.'"), bare < _constant("'='"))
    return sa.or_(letter, digit)


def _odd(value: Cell, prefix: str = "") -> Cell:
    """The value whole: class, then bytes or digits."""
    stored = sa.func.hex(value)
    written = sa.case(
        (_is(value, "text"), _constant("'t'").op("||")(stored)),
        (_is(value, "blob"), _constant("'b'").op("||")(stored)),
        (sa.and_(_is(value, "real"), _bare(value) == _constant("0.0")), _constant("'z'")),
        (_is(value, "real"), _constant("'r'").op("||")(sa.func.printf(_constant("'%!.17g'"), value))),
        else_=_constant("'i'").op("||")(value),
    )
    return _constant(f"x'fc'||'{prefix}'").op("||")(written)


class Finisher:
    """Makes CSV of lines."""

    def __init__(self, values: Sequence[Convert], names: Sequence[Convert], delimiter: str) -> None:
        self._values = values
        self._names = names
        self._delimiter = delimiter.encode()
        self._special = re.compile(b'["\r\n\xfc' + self._delimiter + b"]")
        self._quoted = re.compile(b'["\r\n' + self._delimiter + b"]")

    def finish(self, lines: bytes, rows: int) -> bytes:
        """The lines of so many rows as CSV; UnclearError where cells cannot be told apart."""
        if lines.count(ROW) != rows or lines.count(CELL) != rows * (len(self._values) - 1):
            raise UnclearError
        if self._special.search(lines):
            special = self._special.search
            each = lines.split(ROW)
            lines = ROW.join([self._row(row) if special(row) else row for row in each])
        written = lines.replace(CELL, self._delimiter).replace(ROW, b"\r\n")
        return written if written.isascii() else _encodable(written)

    def _row(self, row: bytes) -> bytes:
        return CELL.join([self._cell(at, cell) for at, cell in enumerate(row.split(CELL))])

    def _cell(self, at: int, cell: bytes) -> bytes:
        if cell[:1] == ODD:
            named = cell[1:2] == _LABEL.encode()
            convert = self._names[at] if named else self._values[at]
            return convert(_stored(cell[2:] if named else cell[1:]))
        return b'"' + cell.replace(b'"', b'""') + b'"' if self._quoted.search(cell) else cell


def _stored(cell: bytes) -> object:
    """The value as SQLite's driver hands it out; UnclearError for a zero that may be a negative one."""
    storage, written = cell[:1], cell[1:].decode()
    if storage == b"z":
        raise UnclearError
    if storage == b"t":
        return bytes.fromhex(written).decode("utf-8", "surrogateescape")
    if storage == b"b":
        return bytes.fromhex(written)
    return float(written) if storage == b"r" else int(written)


def _encodable(written: bytes) -> bytes:
    try:
        written.decode()
    except UnicodeDecodeError:
        return encode(written.decode("utf-8", "surrogateescape"))
    return written
