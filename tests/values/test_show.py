"""What a grid shows for every kind of value, odd ones included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from desktop.schema.describe import Column, Kind
from desktop.values.base import SHOWN, one_line, size_text
from desktop.values.kinds import kind_for
from desktop.values.locale import PLAIN, Locale
from desktop.values.special import BlobSize, Clipped, RawText

ENGLISH = Locale()
GERMAN = Locale(decimal=",", group=".", zone=timezone(timedelta(hours=2)), language="de")


def column(kind: Kind, choices: tuple[str, ...] = (), identity: bool = False) -> Column:
    return Column("c", kind, kind.value, choices=choices, identity=identity)


@pytest.mark.parametrize(
    ("kind", "value", "english", "german"),
    [
        (Kind.INTEGER, 1234567, "1,234,567", "1.234.567"),
        (Kind.INTEGER, -999, "-999", "-999"),
        (Kind.INTEGER, 2**80, "1,208,925,819,614,629,174,706,176", "1.208.925.819.614.629.174.706.176"),
        (Kind.DECIMAL, Decimal("12345678901234567.890"), "12,345,678,901,234,567.890", None),
        (Kind.DECIMAL, Decimal("1E+3"), "1,000", "1.000"),
        (Kind.DECIMAL, Decimal("-0.50"), "-0.50", "-0,50"),
        (Kind.DECIMAL, Decimal("NaN"), "NaN", "NaN"),
        (Kind.FLOAT, 0.1, "0.1", "0,1"),
        (Kind.FLOAT, 1234.5, "1,234.5", "1.234,5"),
        (Kind.FLOAT, 3.0, "3", "3"),
        (Kind.FLOAT, 1.5e300, "1.5e+300", "1,5e+300"),
        (Kind.FLOAT, float("inf"), "inf", "inf"),
        (Kind.BOOLEAN, True, "Yes", "Yes"),
        (Kind.BOOLEAN, False, "No", "No"),
        (Kind.DATE, date(2026, 11, 21), "21 Nov 2026", "21 Nov 2026"),
        (Kind.TIME, time(9, 14), "09:14", "09:14"),
        (Kind.TIME, time(9, 14, 5, 250000), "09:14:05.250000", None),
        (Kind.TIMESTAMP, datetime(2026, 11, 21, 9, 14, 59), "21 Nov 2026  09:14", "21 Nov 2026  09:14"),
        (
            Kind.TIMESTAMP_TZ,
            datetime(2026, 11, 21, 23, 14, tzinfo=UTC),
            "21 Nov 2026  23:14",
            "22 Nov 2026  01:14",
        ),
        (Kind.UUID, UUID(int=5), "00000000-0000-0000-0000-000000000005", None),
        (Kind.BYTES, b"x" * 12_345, "12.3 KB", None),
        (Kind.JSON, '{"a": 1}', '{"a": 1}', None),
        (Kind.OTHER, "{1,2}", "{1,2}", None),
        (Kind.TEXT, "", "", ""),
    ],
)
def test_shows_value(kind: Kind, value: object, english: str, german: str | None) -> None:
    assert kind_for(column(kind)).show(value, column(kind), ENGLISH) == english
    if german is not None:
        assert kind_for(column(kind)).show(value, column(kind), GERMAN) == german


def test_number_that_names_a_record_is_not_grouped() -> None:
    ident = column(Kind.INTEGER, identity=True)
    assert kind_for(ident).show(18422, ident, ENGLISH) == "18422"


def test_a_year_is_no_amount() -> None:
    for name, shown in (("release_year", "2006"), ("views", "2,006")):
        asked = Column(name, Kind.INTEGER, "integer")
        assert kind_for(asked).show(2006, asked, ENGLISH) == shown


def test_moment_at_the_end_of_the_calendar_is_shown_in_its_own_zone() -> None:
    moment = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    shown = kind_for(column(Kind.TIMESTAMP_TZ)).show(moment, column(Kind.TIMESTAMP_TZ), GERMAN)
    assert shown == "31 Dec 9999  23:59"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (RawText("infinity"), "infinity"),
        (RawText("bad \udcff\udc80"), "bad \\xff\\x80"),
        (Clipped("The river", 4000), "The river…"),
        (Clipped("two\nlines", 4000), "two…"),
        (BlobSize(812), "812 B"),
        (BlobSize(4_000_000), "4.0 MB"),
        (b"\x00\x01", "2 B"),
    ],
)
def test_every_kind_shows_stand_ins(kind: Kind, value: object, shown: str) -> None:
    assert kind_for(column(kind)).show(value, column(kind), ENGLISH) == shown


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("value", ["abc", 7, 1.5, True, date(2024, 5, 1), Decimal("1.5"), "\udcff\x00", ()])
def test_no_kind_fails_on_a_value_of_a_foreign_type(kind: Kind, value: object) -> None:
    handler = kind_for(column(kind))
    assert isinstance(handler.show(value, column(kind), ENGLISH), str)
    assert "\udcff" not in handler.edit_text(value, column(kind), ENGLISH)


@pytest.mark.parametrize(
    ("choice", "shown"),
    [("published", "Published"), ("in_review", "In review"), ("PG-13", "PG-13"), ("été", "Été"), ("", "")],
)
def test_choice_is_shown_with_a_capital(choice: str, shown: str) -> None:
    col = column(Kind.CHOICE, choices=(choice,))
    assert kind_for(col).show(choice, col, PLAIN) == shown


def test_long_text_is_cut_and_marked() -> None:
    assert one_line("x" * SHOWN) == "x" * SHOWN
    assert one_line("x" * (SHOWN + 1)) == "x" * SHOWN + "…"
    assert one_line("first\nsecond") == "first…"
    assert one_line("first\r\n  ") == "first"
    assert one_line("a\u2028b") == "a…"
    assert one_line("tab\there\x00") == "tab\there\\x00"


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (999_960, "1.0 MB"), (5 * 10**15, "5000.0 TB")],
)
def test_sizes(size: int, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT, Kind.BYTES])
def test_amounts_stand_right(kind: Kind) -> None:
    assert kind_for(column(kind)).right_aligned


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.DATE, Kind.CHOICE, Kind.OTHER])
def test_words_stand_left(kind: Kind) -> None:
    assert not kind_for(column(kind)).right_aligned


@pytest.mark.parametrize(
    ("value", "text"),
    [("0.1", "0.10"), ("0", "0.00"), ("-12345.5", "-12,345.50"), ("1.234", "1.234"), ("1E+3", "1,000")],
)
def test_a_decimal_is_shown_with_the_places_of_its_column(value: str, text: str) -> None:
    amount = Column("amount", Kind.DECIMAL, "NUMERIC", precision=12, scale=2)
    assert kind_for(amount).show(Decimal(value), amount, ENGLISH) == text
    assert kind_for(amount).edit_text(Decimal("0.1"), amount, ENGLISH) == "0.1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 11, 20, 21, 41, tzinfo=UTC), "20 Nov 2026 22:41"),
        (datetime(2026, 11, 20, 21, 41, 5, 250_000, tzinfo=UTC), "20 Nov 2026 22:41:05.250000"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 Oct 2026 02:30+02:00"),  # comes twice
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 Oct 2026 02:30+01:00"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01 00:09:21"),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "31 Dec 9999 23:59+00:00"),
    ],
)
def test_a_moment_is_edited_as_it_is_shown_and_says_its_offset_only_where_it_must(
    value: datetime, text: str
) -> None:
    paris, moment = Locale(zone=ZoneInfo("Europe/Paris")), column(Kind.TIMESTAMP_TZ)
    assert kind_for(moment).edit_text(value, moment, paris) == text
    assert kind_for(moment).parse(text, moment, paris) == value


def test_a_day_is_edited_as_it_is_shown() -> None:
    day = column(Kind.DATE)
    assert kind_for(day).edit_text(date(2026, 11, 2), day, ENGLISH) == "2 Nov 2026"
    assert kind_for(day).edit_text(date(44, 3, 15), day, ENGLISH) == "0044-03-15"
