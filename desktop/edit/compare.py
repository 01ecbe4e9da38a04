"""Owns whether two values are the same for editing: stricter than ==, and never failing on odd values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from desktop.values.special import BlobSize, Clipped

_PLAIN = frozenset((str, int, bool, type(None), bytes, date, UUID))
"""Types whose values are the same where they are equal."""


def same_value(first: object, second: object) -> bool:
    """Whether replacing one by the other would change nothing: 1.0 and 1.00 differ, NaN equals NaN."""
    if type(first) is type(second) and type(first) in _PLAIN:
        return first == second
    if isinstance(first, Decimal) and isinstance(second, Decimal):
        return first.as_tuple() == second.as_tuple()
    if isinstance(first, datetime) and isinstance(second, datetime) and first.tzinfo and second.tzinfo:
        return _same_moment(first, second)
    if isinstance(first, bool) is not isinstance(second, bool):
        return False
    if isinstance(first, float) and isinstance(second, float):
        return first == second or (first != first and second != second)
    return first == second


def _same_moment(first: datetime, second: datetime) -> bool:
    """By the moment: == goes by the clock in one zone, and says no at the hour the clocks are put back."""
    try:
        return first.astimezone(UTC) == second.astimezone(UTC)
    except OverflowError:  # at the ends of the calendar
        return first == second


def still_as_seen(stored: object, seen: object) -> bool:
    """Whether what is stored now is what was seen earlier; a preview is compared as far as it goes."""
    if isinstance(seen, BlobSize):
        return isinstance(stored, bytes | str) and len(stored) == seen.size
    if isinstance(seen, Clipped):
        return isinstance(stored, str) and len(stored) == seen.size and stored.startswith(seen.text)
    return same_value(stored, seen)
