"""Owns the SQL that writes a row of SQLite as one line, a JSON array of its cells; finishes nothing.

Any storage class may stand in any column. A cell that SQL cannot write exactly as the CSV writer would is
an array of its own within the line, holding what is stored: a letter for its class, then its text or digits.
JSON is how SQLite joins fastest, and it keeps zero bytes, which its ``printf`` does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from desktop.schema import types_sqlite as types
from desktop.schema.describe import Column, Kind

Value: TypeAlias = sa.ColumnElement[Any]
Clause: TypeAlias = sa.ColumnElement[bool]

LABEL = "n"
"""In front of the class of a value that is the name of a foreign key's record."""


@dataclass(frozen=True, eq=False)
class Cell:
    """A column in the statement of a line."""

    written: Value
    """The text or number of the file, '' for NULL; right unless ``unusual``."""
    unusual: Clause
    """Neither true nor false for NULL."""
    stored: Value


def line(cells: Sequence[Cell]) -> Value:
    """One text for a whole row."""
    usual = sa.func.json_array(*(cell.written for cell in cells))
    each = [sa.case((cell.unusual, sa.func.json_array(cell.stored)), else_=cell.written) for cell in cells]
    # One condition for the row: nearly every row is usual, and then no cell is looked at twice.
    return sa.case((sa.or_(*(cell.unusual for cell in cells)), sa.func.json_array(*each)), else_=usual)


def cell(column: Column, value: Value, label: Value | None, *, computed: bool) -> Cell:
    """``computed``: by a view or the table itself, so that it may claim to be JSON already."""
    computed = computed or column.generated
    bare = value.op("||")(_constant("''")) if computed else value
    written = sa.func.ifnull(_written(column, value, bare), _constant("''"))
    plain = Cell(written, _unusual(column, value, computed=computed), _stored(value))
    if label is None:
        return plain
    name = label.op("||")(_constant("''"))
    return Cell(
        sa.func.ifnull(name, plain.written),
        sa.or_(_harmful(label), sa.and_(label.is_(None), plain.unusual)),
        sa.case((label.is_(None), plain.stored), else_=_constant(f"'{LABEL}'").op("||")(_stored(label))),
    )


def _constant(text: str) -> Value:
    """A constant of this module, written into the statement."""
    return sa.literal_column(text, sa.Text)


def _written(column: Column, value: Value, bare: Value) -> Value:
    type_ = value.type
    if isinstance(type_, types.SqliteBoolean):
        words = {_constant("1"): _constant("'true'"), _constant("0"): _constant("'false'")}
        return sa.case(words, value=_plain(value))
    if isinstance(type_, types.SqliteBytes):
        return sa.case((value.is_not(None), _constant(r"'\x'").op("||")(sa.func.lower(sa.func.hex(value)))))
    if isinstance(type_, types.SqliteDatetime) and type_.zoned:
        return bare.op("||")(_constant("'+00:00'"))
    numbers = types.SqliteInteger | types.SqliteDecimal | types.SqliteFloat
    return value if isinstance(type_, numbers) else bare


def _unusual(column: Column, value: Value, *, computed: bool) -> Clause:
    type_, kind = value.type, column.kind
    if column.identity:  # the rowid itself: always a whole number
        return sa.false()
    if isinstance(type_, types.SqliteInteger):
        return _is_not(value, "integer") if computed else _is_not_whole(value)
    if isinstance(type_, types.SqliteBoolean):
        neither = _plain(value).not_in([_constant("0"), _constant("1")])
        return sa.or_(_is_not(value, "integer"), neither) if computed else neither
    if isinstance(type_, types.SqliteDecimal):
        return (
            _digit_not_first(value) if type_.as_text else sa.and_(_is_long(value), _is_not(value, "integer"))
        )
    if isinstance(type_, types.SqliteFloat):
        unusual = sa.or_(_is_not(value, "real"), _is_long(value))
        # In a table a zero is kept as a whole number; in a view it may be a negative one.
        return sa.or_(unusual, _plain(value) == _constant("0.0")) if computed else unusual
    if isinstance(type_, types.SqliteText | types.SqliteAny):
        return _harmful(value)
    if isinstance(type_, types.SqliteBytes):
        return _is_not(value, "blob")
    if kind in (Kind.DATE, Kind.TIME):
        return sa.or_(_digit_not_first(value), sa.not_(_has_length(value, 10 if kind is Kind.DATE else 8)))
    known = _is_moment(type_, value) if isinstance(type_, types.SqliteDatetime) else sa.false()
    return sa.and_(value.is_not(None), sa.not_(sa.func.ifnull(known, _constant("0"))))


def _is_moment(type_: types.SqliteDatetime, value: Value) -> Clause:
    """A moment as nearly everybody stores it; a zone, a T or no seconds need reading."""
    eleventh = sa.func.substr(value, _constant("11"), _constant("1"))
    spaced = sa.and_(sa.not_(_digit_not_first(value)), eleventh == _constant("' '"))
    if type_.zoned:  # without a zone it is UTC, but only if there is such a moment
        counted = sa.func.datetime(value, _constant("'+0 days'"))  # only counting finds the 30th of February
        return sa.and_(spaced, counted == _plain(value), _plain(value) >= _constant("'0001'"))
    fraction = sa.and_(
        _has_length(value, 26), sa.func.substr(value, _constant("20")) != _constant("'.000000'")
    )
    return sa.and_(spaced, sa.or_(_has_length(value, 19), fraction))


def _plain(value: Value) -> Value:
    """The stored value, so that neither the column's affinity nor its collation takes part in comparing."""
    plain: Value = sa.UnaryExpression(value, operator=sa.sql.operators.custom_op("+"), type_=sa.Text())
    return sa.collate(plain, "BINARY")


def _is_not(value: Value, storage: str) -> Clause:
    return sa.and_(sa.func.typeof(value, type_=sa.Text) != _constant(f"'{storage}'"), value.is_not(None))


def _is_not_whole(value: Value) -> Clause:
    """Where no whole number is kept as a real: what is not its own bits. To ask the class costs twice."""
    bits: Value = _plain(value).op("|")(_constant("0"))
    return bits.op("<>", is_comparison=True, return_type=sa.Boolean())(_plain(value))


def _has_length(value: Value, characters: int) -> Clause:
    return sa.func.length(value, type_=sa.Text) == _constant(str(characters))


def _outside(value: Value, first: str, last: str) -> Clause:
    """Numbers sort before any text, blobs behind. NOT BETWEEN reads the value once, two comparisons twice."""
    return sa.not_(_plain(value).between(_constant(first), _constant(last)))


def _digit_not_first(value: Value) -> Clause:
    """No text that starts with a digit; a lone colon, the only other one, is neither date nor number."""
    return _outside(value, "'0'", "':'")


def _harmful(value: Value) -> Clause:
    """No text, or an empty one, or one that a spreadsheet could run: told by how it sorts."""
    letter, digit = ("'A'", "'＊\U0010ffff'"), ("'.'", "'<\U0010ffff'")
    return sa.and_(_outside(value, *letter), _outside(value, *digit))


def _is_long(value: Value) -> Clause:
    """No number of at most four decimal places, nor of seven as in coordinates: of 13 digits at most.

    A whole number below 10**13 over a power of ten is rounded but once, so a real equal to it is the one
    nearest to that short decimal, which both SQLite and Python then write; without an exponent from 0.0001.
    """
    shifted = value.op("*")(_constant("1e4"))
    tiny = value.between(_constant("-0.0001"), _constant("0.0001"))
    return sa.and_(
        _differs(value, shifted.op("+")(_constant("0.5")), "1e4", "1e9"),  # sooner told, if not below zero
        _differs(value, sa.func.round(shifted), "1e4", "1e9"),
        sa.or_(tiny, _differs(value, sa.func.round(value.op("*")(_constant("1e7"))), "1e7", "1e6")),
    )


def _differs(value: Value, scaled: Value, power: str, most: str) -> Clause:
    """Whether the value is not the whole part of ``scaled`` over the power, or is too large to tell."""
    differs = sa.cast(scaled, sa.Integer).op("/")(_constant(power)).op("<>")(value)
    return sa.or_(differs, sa.not_(value.between(_constant(f"-{most}"), _constant(most))))


def _stored(value: Value) -> Value:
    """The value whole: class, then text or digits."""
    return sa.case(
        (_is(value, "text"), _constant("'t'").op("||")(value)),
        (_is(value, "blob"), _constant("'b'").op("||")(sa.func.hex(value))),
        (sa.and_(_is(value, "real"), _is_not_exact(value)), _constant("'z'")),
        (_is(value, "real"), _constant("'r'").op("||")(sa.func.printf(_constant("'%!.17g'"), value))),
        else_=_constant("'i'").op("||")(value),
    )


def _is_not_exact(value: Value) -> Clause:
    """A zero, which may be a negative one, and what SQLite writes in 17 digits that are those of another
    number (one in 250 from 1e200 on; 3.40, executed)."""
    zero, large = (
        _plain(value) == _constant("0.0"),
        sa.not_(value.between(_constant("-1e100"), _constant("1e100"))),
    )
    return sa.or_(zero, large)


def _is(value: Value, storage: str) -> Clause:
    return sa.func.typeof(value, type_=sa.Text) == _constant(f"'{storage}'")
