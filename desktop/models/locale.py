"""Owns how the person's system writes numbers and dates, as the plain Locale of the layers below."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Literal

from PySide6.QtCore import QLocale, QTimeZone

from desktop.values.locale import Locale


def person_locale(system: QLocale | None = None, zone: tzinfo | None = None) -> Locale:
    """The Locale of the system the program runs on (or of ``system``), with its time zone or another."""
    locale = system or QLocale.system()
    return Locale(
        decimal=locale.decimalPoint(),
        group=locale.groupSeparator(),
        date_order=_date_order(locale),
        zone=zone or _zone(),
        language=locale.name().split("_")[0] if locale.language() != QLocale.Language.C else "en",
    )


def _date_order(locale: QLocale) -> Literal["dmy", "mdy", "ymd"]:
    if locale.language() == QLocale.Language.C:
        return "ymd"
    pattern = locale.dateFormat(QLocale.FormatType.ShortFormat).lower()
    day, month, year = pattern.find("d"), pattern.find("m"), pattern.find("y")
    if year < day and year < month:
        return "ymd"
    return "mdy" if month < day else "dmy"


def _zone() -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # only times with a zone wait for it

    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
