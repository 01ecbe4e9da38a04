"""Owns the person's habits of writing numbers and dates; plain data, never asks the system for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Literal, TypeAlias

DateOrder: TypeAlias = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True, slots=True)
class Locale:
    """How this person writes and reads numbers, dates and times."""

    decimal: str = "."
    group: str = ","
    """Thousands separator; empty for none."""
    date_order: DateOrder = "dmy"
    """How ``1/2/2026`` is read; ISO dates are always understood."""
    zone: tzinfo = UTC
    """Times with a zone are shown in this one; a time typed without a zone is meant in it."""
    language: str = "en"


PLAIN = Locale(decimal=".", group="", date_order="ymd")
"""For files and command lines: the same on every machine."""
