"""Owns the SQL that writes a PostgreSQL value exactly as the CSV writer would; runs nothing.

What SQL cannot write alike (very large and very small floats, decimals with many places) comes as the
server's text between ``marker`` and ``;``. That, and what seldom looks like a formula, the first of all
dates and the wide signs of the Far East, is finished afterwards: to look at every cell for them is felt.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from desktop.schema.describe import Column, Kind
from desktop.schema.types import AsText, CastText, Real, Tolerant

Cell: TypeAlias = sa.ColumnElement[Any]
Finish: TypeAlias = Callable[[bytes], bytes]
"""Rows as the server wrote them, with the line ends of our files, as they go into the file."""

_PLACES = 6
"""Python writes decimals with more places than these by an exponent."""
_MOMENT = 26
_TIME = 15
"""Characters with six digits of fraction."""
_FORMULA = sa.literal_column("'^''*[=+@\t\r\n-]'", sa.Text)
_AS_IT_IS = frozenset({Kind.INTEGER, Kind.UUID, Kind.BYTES, Kind.DATE})
_FIRST_DATE = b"-infinity"
_WIDE = tuple(sign.encode() for sign in "＝＋－＠")
_ODD = {b"f": float, b"d": Decimal}


def _constant(text: str) -> Cell:
    """A constant of this module, written into the statement so that the server folds it."""
    return sa.literal_column(text, sa.Text)


def cell(column: Column, value: Cell, label: Cell | None, *, protect: bool, marker: str) -> Cell | None:
    """The text of the column's cells, NULL where the cell is empty; None where SQL cannot write it."""
    written = _value(column, value, protect=protect, marker=marker)
    if written is None or label is None:
        return written
    name = _harmless(label) if protect else label
    return sa.func.coalesce(sa.cast(name, sa.Text), sa.cast(written, sa.Text))


def new_marker() -> str:
    """A word that occurs nowhere, in front of what has to be finished."""
    return secrets.token_hex(16)


def finisher(columns: Sequence[Column], marker: str, delimiter: str, *, protect: bool) -> Finish:
    """What is left to do for the rows of these columns."""
    steps: list[Finish] = []
    if any(column.kind is Kind.FLOAT or _may_have_many_places(column) for column in columns):
        steps.append(_numbers(marker.encode()))
    if protect:
        steps.append(_seldom(delimiter))

    def finish(rows: bytes) -> bytes:
        for step in steps:
            rows = step(rows)
        return rows

    return finish


def _numbers(marker: bytes) -> Finish:
    odd = re.compile(re.escape(marker) + rb"([fd])([^;]*);")

    def written(found: re.Match[bytes]) -> bytes:
        return str(_ODD[found[1]](found[2].decode())).encode()

    return lambda rows: odd.sub(written, rows) if marker in rows else rows


def _seldom(delimiter: str) -> Finish:
    """Protects what SQL did not look for, at the start of a cell, in quotes or not."""
    sign = re.escape(delimiter.encode())
    start, end = rb"(?:\A|(?<=[%b\n]))" % sign, rb"(?=[%b\r])" % sign
    dangerous = rb"'*(?:%b)|%b%b" % (b"|".join(_WIDE), _FIRST_DATE, end)
    # A cell in quotes is taken as a whole, so that nothing within it counts as the start of one.
    cell = re.compile(rb'%b(")?(%b)((?(1)[^"]*"))|"[^"]*"' % (start, dangerous))

    def written(found: re.Match[bytes]) -> bytes:
        quote, text, rest = found.groups(b"")
        return quote + b"'" + text + rest if text else found[0]

    def finish(rows: bytes) -> bytes:
        wide = b"\xef" in rows and any(sign in rows for sign in _WIDE)
        return cell.sub(written, rows) if wide or _FIRST_DATE in rows else rows

    return finish


def _value(column: Column, value: Cell, *, protect: bool, marker: str) -> Cell | None:
    type_ = value.type
    if isinstance(type_, AsText):
        return _foreign(type_, value) if protect else sa.cast(value, sa.Text)
    if isinstance(type_, CastText):
        text = _padded(value) if type_.type_name == "bpchar" else sa.cast(value, sa.Text)
        return _harmless(text) if protect else text
    if isinstance(type_, sa.Text):
        return _harmless(value) if protect else value
    if column.kind in _AS_IT_IS:
        return value
    if column.kind is Kind.BOOLEAN:
        return sa.case((value, _constant("'true'")), (sa.not_(value), _constant("'false'")))
    if column.kind is Kind.DECIMAL:
        return _decimal(column, value, marker)
    if column.kind is Kind.FLOAT:
        return _float(value, "1e6" if isinstance(type_, Real) else "1e15", marker)
    return _moment(column, value)


def _moment(column: Column, value: Cell) -> Cell | None:
    text = sa.cast(value, sa.Text)
    if column.kind is Kind.TIMESTAMP:
        padded = sa.case((_in_calendar(value), sa.func.rpad(text, _MOMENT, "0")), else_=text)
        whole = value == sa.cast(value, postgresql.TIMESTAMP(precision=0))
        return sa.case((whole, text), else_=padded)
    if column.kind is Kind.TIMESTAMP_TZ:
        # The session's zone is UTC, so every text ends with +00.
        whole = value == sa.cast(value, postgresql.TIMESTAMP(timezone=True, precision=0))
        local = sa.func.rpad(sa.func.left(text, sa.func.length(text) - 3), _MOMENT, "0")
        full = sa.case(
            (whole, text.op("||")(_constant("':00'"))), else_=local.op("||")(_constant("'+00:00'"))
        )
        return sa.case((_in_calendar(value), full), else_=text)
    native = value.type.native if isinstance(value.type, Tolerant) else value.type
    if isinstance(native, sa.Time) and not native.timezone:
        whole = value == sa.cast(value, postgresql.TIME(precision=0))
        return sa.case((whole, text), else_=sa.func.rpad(text, _TIME, "0"))
    return None


def _may_have_many_places(column: Column) -> bool:
    return column.kind is Kind.DECIMAL and (column.scale is None or column.scale > _PLACES)


def _decimal(column: Column, value: Cell, marker: str) -> Cell:
    if not _may_have_many_places(column):
        return value
    text = sa.cast(value, sa.Text)
    few = sa.func.scale(value) <= sa.literal_column(str(_PLACES), sa.Integer)
    large = sa.func.abs(value) >= _constant("0.000001")
    return sa.case((sa.or_(few, value.is_(None), large), text), else_=_odd("d", text, marker))


def _float(value: Cell, top: str, marker: str) -> Cell:
    """From 0.0001 up to ``top`` the server writes a float as Python does, but for the .0 of whole ones."""
    text = sa.cast(value, sa.Text)
    size = sa.func.abs(value)
    usual = sa.and_(size >= _constant("0.0001"), size < _constant(top))
    whole = value == sa.func.trunc(value)
    written = sa.case((whole, text.op("||")(_constant("'.0'"))), else_=text)
    return sa.case((value.is_(None), sa.null()), (usual, written), else_=_odd("f", text, marker))


def _odd(kind: str, text: Cell, marker: str) -> Cell:
    start = sa.literal(marker + kind, sa.Text)
    return start.op("||")(text).op("||")(_constant("';'"))


def _in_calendar(value: Cell) -> sa.ColumnElement[bool]:
    """Years that Python has; moments outside travel as the server's text."""
    return sa.and_(value >= _constant("'0001-01-01'"), value < _constant("'10000-01-01'"))


def _foreign(type_: AsText, value: Cell) -> Cell:
    text = sa.cast(value, sa.Text)
    if type_.type_name != "jsonb":
        return _harmless(text)
    # The text of a large document is made once: only a number can start like a formula.
    return sa.case((sa.func.jsonb_typeof(value) == _constant("'number'"), _harmless(text)), else_=text)


def _padded(value: Cell) -> Cell:
    """A char(n) with its spaces, which a cast to text would strip."""
    return sa.case((value.is_(None), sa.null()), else_=sa.func.concat(value))


def _harmless(text: Cell) -> Cell:
    """As ``text.protect``, but for the wide signs; most texts start with a letter and cost one comparison."""
    bare = sa.collate(text, "C")
    letter = bare >= _constant("'A'")
    digit = sa.and_(bare >= _constant("'.'"), bare < _constant("'='"))
    formula = text.op("~")(_FORMULA)
    return sa.case((letter, text), (digit, text), (formula, _constant("''''").op("||")(text)), else_=text)
