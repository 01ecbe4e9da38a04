"""Owns SQLite's lossless column types: any value may stand in any column and must survive being read.

What a type cannot represent arrives as RawText and is bound as the very value that was stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from desktop.base.raw import RawText
from desktop.schema import stored_dates, stored_values
from desktop.schema.stored_values import MAX_INTEGER, Reader, as_number

Processor: TypeAlias = Callable[[Any], Any]
_NONE = type(None)


class Lossless(TypeDecorator[Any]):
    """Replaces the processors of the type below instead of wrapping them: those raise or round."""

    impl: Any = sa.Text
    cache_ok = True

    read: Reader
    """The Python value for a stored one; None for None. One of ``stored_values``."""

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
    read = staticmethod(stored_values.read_text)

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        return values if kinds <= {str, _NONE} else None


class SqliteAny(Lossless):
    """A column of no or unknown type: a number is shown as text yet goes back as the number it was."""

    cache_ok = True
    read = staticmethod(stored_values.read_any)

    def write(self, value: object) -> object:
        if not isinstance(value, str):
            return value
        number = as_number(value)
        return value if number is None else number


class SqliteInteger(Lossless):
    """A whole number of 64 bits."""

    impl = sa.BigInteger
    cache_ok = True
    read = staticmethod(stored_values.read_integer)

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        return values if kinds <= {int, _NONE} else None


class SqliteFloat(Lossless):
    """A double."""

    impl = sa.Float
    cache_ok = True
    read = staticmethod(stored_values.read_float)

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
        self.read = stored_values.read_decimal_text if as_text else stored_values.read_decimal

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        return list(map(Decimal, map(repr, values))) if kinds <= {int, float} and not self.as_text else None

    def write(self, value: object) -> object:
        if not isinstance(value, Decimal) or self.as_text:
            return str(value) if isinstance(value, Decimal) else value
        if not value.is_finite():
            return float(value)
        if value == value.to_integral_value() and value.copy_abs() < MAX_INTEGER:
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else str(value)


_YES_NO = {0: False, 1: True, None: None}


class SqliteBoolean(Lossless):
    """0 and 1; anything else is not yes or no."""

    impl = sa.Boolean
    cache_ok = True
    read = staticmethod(stored_values.read_boolean)

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        plain = kinds <= {int, _NONE} and _YES_NO.keys() >= set(values)
        return list(map(_YES_NO.__getitem__, values)) if plain else None

    def write(self, value: object) -> object:
        return int(value) if isinstance(value, bool) else value


class SqliteDate(Lossless):
    """A date as ISO text."""

    impl = sa.Date
    cache_ok = True
    read = staticmethod(stored_values.read_date)

    def _read_quickly(self, values: Sequence[Any], kinds: set[type]) -> Sequence[object] | None:
        return stored_dates.read_usual_dates(values) if kinds == {str} else None

    def write(self, value: object) -> object:
        return stored_dates.date_text(value) if isinstance(value, date) else value


class SqliteTime(Lossless):
    """A time of day as ISO text."""

    impl = sa.Time
    cache_ok = True
    read = staticmethod(stored_values.read_time)

    def write(self, value: object) -> object:
        return stored_dates.time_text(value) if isinstance(value, time) else value


class SqliteDatetime(Lossless):
    """A moment as ISO text; with ``zoned``, text without a zone means UTC as SQLite's own clock does."""

    impl = sa.DateTime
    cache_ok = True

    def __init__(self, zoned: bool = False) -> None:
        super().__init__()
        self.zoned = zoned
        self.read = stored_values.read_zoned if zoned else stored_values.read_datetime

    def write(self, value: object) -> object:
        if isinstance(value, datetime):
            return stored_dates.datetime_text(value)
        return f"{stored_dates.date_text(value)} 00:00:00" if isinstance(value, date) else value


class SqliteBytes(Lossless):
    """A blob; text in a blob column is RawText."""

    impl = sa.LargeBinary
    cache_ok = True
    read = staticmethod(stored_values.read_bytes)

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[bytes], str]:
        return lambda value: f"X'{value.hex()}'"


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
