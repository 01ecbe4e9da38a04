"""Owns what SQLite's stored values mean, kind by kind; knows neither SQLAlchemy nor a connection.

Any value may stand in any column: what a kind cannot represent comes back as RawText.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import TypeAlias

from desktop.base.raw import RawText
from desktop.schema import stored_dates

Reader: TypeAlias = Callable[[object], object]
"""From a stored value, None for NULL, to the Python value or RawText."""
MAX_INTEGER = 2**63
_BLOB_SHOWN = 40


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


def read_text(value: object) -> object:
    """Text; invalid UTF-8 with surrogates."""
    return value if isinstance(value, str) else raw(value)


def read_any(value: object) -> object:
    """A column of no or unknown type: a number as text, text that looks like a number as RawText."""
    if isinstance(value, str):
        return value if as_number(value) is None else RawText(value)
    if isinstance(value, int | float) and math.isfinite(value):
        return repr(value)
    return raw(value)


def read_integer(value: object) -> object:
    """A whole number of 64 bits."""
    return value if isinstance(value, int) else raw(value)


def read_float(value: object) -> object:
    """A double."""
    if isinstance(value, float):
        return value
    return float(value) if isinstance(value, int) and int(float(value)) == value else raw(value)


def read_decimal(value: object) -> object:
    """A decimal number, stored as a number or as the text that says exactly the same."""
    if isinstance(value, int | float):
        return Decimal(repr(value))
    return read_decimal_text(value)


def read_decimal_text(value: object) -> object:
    """A decimal number in a column that keeps text as text."""
    number = _as_decimal(value) if isinstance(value, str) else None
    return raw(value) if number is None else number


def read_boolean(value: object) -> object:
    """0 and 1; anything else is not yes or no."""
    return bool(value) if isinstance(value, int) and value in (0, 1) else raw(value)


def read_date(value: object) -> object:
    """A date as ISO text."""
    found = stored_dates.read_date(value) if isinstance(value, str) else None
    return raw(value) if found is None else found


def read_time(value: object) -> object:
    """A time of day as ISO text."""
    found = stored_dates.read_time(value) if isinstance(value, str) else None
    return raw(value) if found is None else found


def read_datetime(value: object) -> object:
    """A moment as ISO text without a zone."""
    found = stored_dates.read_datetime(value) if isinstance(value, str) else None
    return raw(value) if found is None or found.tzinfo is not None else found


def read_zoned(value: object) -> object:
    """A moment as ISO text; without a zone it means UTC, as SQLite's own clock does."""
    found = stored_dates.read_datetime(value) if isinstance(value, str) else None
    if found is None:
        return raw(value)
    return found if found.tzinfo is not None else stored_dates.in_utc(found)


def read_bytes(value: object) -> object:
    """A blob; text in a blob column is RawText."""
    return value if isinstance(value, bytes) else raw(value)


def read_label(value: object) -> str | None:
    """The name of a record: always text, whatever is stored in its column."""
    if value is None or isinstance(value, str):
        return value
    odd = raw(value)
    return odd.text if isinstance(odd, RawText) else str(odd)


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        reader.__name__: reader
        for reader in (
            *(read_text, read_any, read_integer, read_float, read_decimal, read_decimal_text, read_boolean),
            *(read_date, read_time, read_datetime, read_zoned, read_bytes, read_label),
        )
    }
)
"""By name, for what is remembered between runs."""


def as_number(text: str) -> int | float | None:
    """The number whose text form is exactly this, else None."""
    if not text or text[0] not in "-0123456789":
        return None
    try:
        whole = int(text)
    except ValueError:
        pass
    else:
        return whole if str(whole) == text and -MAX_INTEGER <= whole < MAX_INTEGER else None
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
