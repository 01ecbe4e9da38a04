"""Owns SQLite's lossless column types: any value may stand in any column and must survive being read.

What a type cannot represent arrives as RawText and is bound as the very value that was stored.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from desktop.base.raw import RawText
from desktop.schema import stored_dates

Processor: TypeAlias = Callable[[Any], Any]
_BLOB_SHOWN = 40
_NONE = type(None)
_MAX_INTEGER = 2**63


def raw(value: object) -> object:
    """RawText for a stored value that is not what its column says."""
    if isinstance(value, str):
        return RawText(value)
    if isinstance(value, bytes):
        tail = "…" if len(value) > _BLOB_SHOWN else ""
        return RawText(f"x'{value[:_BLOB_SHOWN].hex()}{tail}'", value)
    if isinstance(value, int | float):
        return RawText(repr(value), value)
    return value


class Lossless(TypeDecorator[Any]):
    """Replaces the processors of the type below instead of wrapping them: those raise or round."""

    impl: Any = sa.Text
    cache_ok = True

    def read(self, value: object) -> object:
        """The Python value for a stored one; None for None."""
        raise NotImplementedError

    def read_all(self, values: Sequence[Any]) -> Sequence[object]:
        """As ``read`` of each; a whole column is looked at first, because nearly all are of one kind."""
        quick = self._read_quickly(values, set(map(type, values)))
        return list(map(self.read, values)) if quick is None else quick

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        """What ``read`` would make of them, where their types alone say so; else None."""
        return None

    def write(self, value: object) -> object:
        """The value to bind for a Python one that is neither None nor RawText."""
        return value

    @property
    def binds_as_is(self) -> bool:
        """Whether every value but RawText is bound as it is."""
        return type(self).write is Lossless.write

    def bind_processor(self, dialect: sa.Dialect) -> Processor:
        write = self.write

        def process(value: Any) -> Any:
            if value is None:
                return None
            return value.bind if isinstance(value, RawText) else write(value)

        return process

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor:
        return self.read  # nothing around it: it is called for every cell of every row

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[Any], str] | None:
        return None


class SqliteText(Lossless):
    """Text; invalid UTF-8 arrives with surrogates (see ``bindable``), blobs and numbers as RawText."""

    cache_ok = True

    def read(self, value: object) -> object:
        return value if isinstance(value, str) else raw(value)

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        return values if kinds <= {str, _NONE} else None


class SqliteAny(Lossless):
    """A column of no or unknown type: a number is shown as text yet goes back as the number it was."""

    cache_ok = True

    def read(self, value: object) -> object:
        if isinstance(value, str):
            return value if _as_number(value) is None else RawText(value)
        if isinstance(value, int | float) and math.isfinite(value):
            return repr(value)
        return raw(value)

    def write(self, value: object) -> object:
        if not isinstance(value, str):
            return value
        number = _as_number(value)
        return value if number is None else number


class SqliteInteger(Lossless):
    """A whole number of 64 bits."""

    impl = sa.BigInteger
    cache_ok = True

    def read(self, value: object) -> object:
        return value if isinstance(value, int) else raw(value)

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        return values if kinds <= {int, _NONE} else None


class SqliteFloat(Lossless):
    """A double."""

    impl = sa.Float
    cache_ok = True

    def read(self, value: object) -> object:
        if isinstance(value, float):
            return value
        return float(value) if isinstance(value, int) and int(float(value)) == value else raw(value)

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        return values if kinds <= {float, _NONE} else None

    def write(self, value: object) -> object:
        return float(value) if isinstance(value, Decimal) else value


class SqliteDecimal(Lossless):
    """A decimal number, never rounded on the way: a double only where it says exactly the same."""

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, as_text: bool = False) -> None:
        super().__init__()
        self.as_text = as_text
        """The column keeps text as text, so that 1.50 stays 1.50."""

    def read(self, value: object) -> object:
        if isinstance(value, int | float):
            return Decimal(repr(value)) if not self.as_text else raw(value)
        number = _as_decimal(value) if isinstance(value, str) else None
        return raw(value) if number is None else number

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        return list(map(Decimal, map(repr, values))) if kinds <= {int, float} and not self.as_text else None

    def write(self, value: object) -> object:
        if not isinstance(value, Decimal) or self.as_text:
            return str(value) if isinstance(value, Decimal) else value
        if not value.is_finite():
            return float(value)
        if value == value.to_integral_value() and value.copy_abs() < _MAX_INTEGER:
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else str(value)


_YES_NO = {0: False, 1: True, None: None}


class SqliteBoolean(Lossless):
    """0 and 1; anything else is not yes or no."""

    impl = sa.Boolean
    cache_ok = True

    def read(self, value: object) -> object:
        return bool(value) if isinstance(value, int) and value in (0, 1) else raw(value)

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        plain = kinds <= {int, _NONE} and _YES_NO.keys() >= set(values)
        return list(map(_YES_NO.__getitem__, values)) if plain else None

    def write(self, value: object) -> object:
        return int(value) if isinstance(value, bool) else value


class SqliteDate(Lossless):
    """A date as ISO text."""

    impl = sa.Date
    cache_ok = True

    def read(self, value: object) -> object:
        found = stored_dates.read_date(value) if isinstance(value, str) else None
        return raw(value) if found is None else found

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        return stored_dates.read_usual_dates(values) if kinds == {str} else None

    def write(self, value: object) -> object:
        return stored_dates.date_text(value) if isinstance(value, date) else value


class SqliteTime(Lossless):
    """A time of day as ISO text."""

    impl = sa.Time
    cache_ok = True

    def read(self, value: object) -> object:
        found = stored_dates.read_time(value) if isinstance(value, str) else None
        return raw(value) if found is None else found

    def write(self, value: object) -> object:
        return stored_dates.time_text(value) if isinstance(value, time) else value


class SqliteDatetime(Lossless):
    """A moment as ISO text; with ``zoned``, text without a zone means UTC as SQLite's own clock does."""

    impl = sa.DateTime
    cache_ok = True

    def __init__(self, zoned: bool = False) -> None:
        super().__init__()
        self.zoned = zoned

    def read(self, value: object) -> object:
        found = stored_dates.read_datetime(value) if isinstance(value, str) else None
        if found is None or (found.tzinfo is not None) != self.zoned:
            if found is not None and self.zoned:
                return stored_dates.in_utc(found)
            return raw(value)
        return found

    def write(self, value: object) -> object:
        if isinstance(value, datetime):
            return stored_dates.datetime_text(value)
        return f"{stored_dates.date_text(value)} 00:00:00" if isinstance(value, date) else value


class SqliteBytes(Lossless):
    """A blob; text in a blob column is RawText."""

    impl = sa.LargeBinary
    cache_ok = True

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[bytes], str]:
        return lambda value: f"X'{value.hex()}'"

    def read(self, value: object) -> object:
        return value if isinstance(value, bytes) else raw(value)


def bindable(value: object, type_: sa.types.TypeEngine[Any]) -> object:
    """The value, or an expression where SQLite's driver cannot bind it: text that is not valid UTF-8."""
    text = value.bind if isinstance(value, RawText) else value
    if not isinstance(text, str) or not isinstance(type_, Lossless):
        return value
    try:
        text.encode()
    except UnicodeEncodeError:
        stored = text.encode(errors="surrogateescape")
        return sa.cast(sa.literal(stored, sa.LargeBinary), sa.Text)
    return value


def _as_number(text: str) -> int | float | None:
    """The number whose text form is exactly this, else None."""
    if not text or text[0] not in "-0123456789":
        return None
    try:
        whole = int(text)
    except ValueError:
        pass
    else:
        return whole if str(whole) == text and -_MAX_INTEGER <= whole < _MAX_INTEGER else None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if repr(number) == text and math.isfinite(number) else None


def _as_decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and str(number) == text else None
