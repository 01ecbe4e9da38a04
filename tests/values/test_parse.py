"""What is understood of the things people type, what is not, and that edited text reads back."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.schema.describe import Column, Kind
from desktop.values.date import date_span
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import PLAIN, Locale
from desktop.values.special import BlobSize, Clipped, RawText

ENGLISH = Locale()
AMERICAN = Locale(date_order="mdy")
GERMAN = Locale(decimal=",", group=".", zone=timezone(timedelta(hours=2)), language="de")
FRENCH = Locale(decimal=",", group="\u202f")
LOCALES = [PLAIN, ENGLISH, AMERICAN, GERMAN, FRENCH]


def column(kind: Kind) -> Column:
    return Column("c", kind, kind.value, choices=("draft", "in_review") if kind is Kind.CHOICE else ())


def parse(kind: Kind, text: str, locale: Locale = ENGLISH) -> object:
    return kind_for(column(kind)).parse(text, column(kind), locale)


@pytest.mark.parametrize(
    ("kind", "text", "locale", "value"),
    [
        (Kind.TEXT, " as is ", ENGLISH, " as is "),
        (Kind.TEXT, "", ENGLISH, ""),
        (Kind.INTEGER, "1,234", ENGLISH, 1234),
        (Kind.INTEGER, " -7 ", ENGLISH, -7),
        (Kind.INTEGER, "\u22127", ENGLISH, -7),
        (Kind.INTEGER, "1.234", GERMAN, 1234),
        (Kind.INTEGER, "1\u202f234", FRENCH, 1234),
        (Kind.INTEGER, "1 234 567", FRENCH, 1234567),
        (Kind.INTEGER, "3.00", ENGLISH, 3),
        (Kind.INTEGER, "9223372036854775808", ENGLISH, 2**63),
        (Kind.DECIMAL, "1.234,50", GERMAN, Decimal("1234.50")),
        (Kind.DECIMAL, ".5", ENGLISH, Decimal("0.5")),
        (Kind.DECIMAL, "1e-3", ENGLISH, Decimal("0.001")),
        (Kind.FLOAT, "1e3", ENGLISH, 1000.0),
        (Kind.FLOAT, "-inf", ENGLISH, -math.inf),
        (Kind.BOOLEAN, "Yes", ENGLISH, True),
        (Kind.BOOLEAN, "f", ENGLISH, False),
        (Kind.DATE, "2026-11-21", ENGLISH, date(2026, 11, 21)),
        (Kind.DATE, "1/2/2026", ENGLISH, date(2026, 2, 1)),
        (Kind.DATE, "1/2/2026", AMERICAN, date(2026, 1, 2)),
        (Kind.DATE, "21.11.2026", GERMAN, date(2026, 11, 21)),
        (Kind.DATE, "1.2.2026", AMERICAN, date(2026, 2, 1)),
        (Kind.DATE, "1.2.2026", PLAIN, date(2026, 2, 1)),
        (Kind.DATE, "2026/1/2", GERMAN, date(2026, 1, 2)),
        (Kind.DATE, "21 Nov 2026", ENGLISH, date(2026, 11, 21)),
        (Kind.DATE, "November 21, 2026", ENGLISH, date(2026, 11, 21)),
        (Kind.TIME, "9:14", ENGLISH, time(9, 14)),
        (Kind.TIME, "9 pm", ENGLISH, time(21)),
        (Kind.TIME, "12:05 am", ENGLISH, time(0, 5)),
        (Kind.TIME, "09:14:05.25", ENGLISH, time(9, 14, 5, 250000)),
        (Kind.TIME, "09:14+02:00", ENGLISH, time(9, 14, tzinfo=timezone(timedelta(hours=2)))),
        (Kind.TIMESTAMP, "2026-11-21T09:14:05", ENGLISH, datetime(2026, 11, 21, 9, 14, 5)),
        (Kind.TIMESTAMP, "21 Nov 2026  09:14", ENGLISH, datetime(2026, 11, 21, 9, 14)),
        (Kind.TIMESTAMP, "2026-11-21", ENGLISH, datetime(2026, 11, 21)),
        (Kind.TIMESTAMP_TZ, "2026-11-21 09:14", GERMAN, datetime(2026, 11, 21, 7, 14, tzinfo=UTC)),
        (Kind.TIMESTAMP_TZ, "2026-11-21 09:14Z", GERMAN, datetime(2026, 11, 21, 9, 14, tzinfo=UTC)),
        (Kind.CHOICE, "In review", ENGLISH, "in_review"),
        (Kind.CHOICE, "DRAFT", ENGLISH, "draft"),
        (Kind.JSON, '{"a":  1.10}', ENGLISH, '{"a":  1.10}'),
        (Kind.UUID, "{00000000-0000-0000-0000-000000000005}", ENGLISH, UUID(int=5)),
        (Kind.BYTES, "\\x00FF", ENGLISH, b"\x00\xff"),
        (Kind.BYTES, "00 ff", ENGLISH, b"\x00\xff"),
        (Kind.OTHER, "{1,2}", ENGLISH, "{1,2}"),
    ],
)
def test_understands(kind: Kind, text: str, locale: Locale, value: object) -> None:
    found = parse(kind, text, locale)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "locale"),
    [
        (Kind.INTEGER, "abc", ENGLISH),
        (Kind.INTEGER, "1.5", ENGLISH),
        (Kind.INTEGER, "1.5", GERMAN),
        (Kind.INTEGER, "12,34", ENGLISH),
        (Kind.INTEGER, "1e3", ENGLISH),
        (Kind.INTEGER, "-", ENGLISH),
        (Kind.INTEGER, "9" * 5000, ENGLISH),
        (Kind.DECIMAL, "1.5", GERMAN),
        (Kind.DECIMAL, "1.2.3", ENGLISH),
        (Kind.DECIMAL, "1,5,0", GERMAN),
        (Kind.FLOAT, "1e999", ENGLISH),
        (Kind.BOOLEAN, "maybe", ENGLISH),
        (Kind.DATE, "2026-02-30", ENGLISH),
        (Kind.DATE, "1/2/26", ENGLISH),
        (Kind.DATE, "1/2/2026", PLAIN),
        (Kind.DATE, "12/31/2026", ENGLISH),
        (Kind.DATE, "1/2-2026", ENGLISH),
        (Kind.DATE, "soon", ENGLISH),
        (Kind.TIME, "25:00", ENGLISH),
        (Kind.TIME, "9", ENGLISH),
        (Kind.TIME, "13 pm", ENGLISH),
        (Kind.TIMESTAMP, "2026-11-21 09:14+02:00", ENGLISH),
        (Kind.TIMESTAMP, "2026-11-21 99:99", ENGLISH),
        (Kind.CHOICE, "published", ENGLISH),
        (Kind.JSON, "{'a': 1}", ENGLISH),
        (Kind.JSON, "NaN", ENGLISH),
        (Kind.UUID, "123", ENGLISH),
        (Kind.BYTES, "xyz", ENGLISH),
    ],
)
def test_refuses_in_one_sentence(kind: Kind, text: str, locale: Locale) -> None:
    with pytest.raises(BadValue) as caught:
        parse(kind, text, locale)
    assert caught.value.sentence.endswith(".")
    assert "\n" not in caught.value.sentence
    assert len(caught.value.sentence) < 150


@pytest.mark.parametrize("kind", [k for k in Kind if k not in (Kind.TEXT, Kind.LONG_TEXT)])
def test_nothing_typed_is_null(kind: Kind) -> None:
    assert parse(kind, "  ") is None


_EXACT: list[tuple[Kind, st.SearchStrategy[object]]] = [
    (Kind.TEXT, st.text(st.characters(exclude_categories=("Cs", "Cc")))),
    (Kind.INTEGER, st.integers(-(2**63), 2**63)),
    (Kind.DECIMAL, st.decimals(allow_nan=False, allow_infinity=False, places=8)),
    (Kind.FLOAT, st.floats(allow_nan=False)),
    (Kind.BOOLEAN, st.booleans()),
    (Kind.DATE, st.dates()),
    (Kind.TIME, st.times()),
    (Kind.TIMESTAMP, st.datetimes()),
    (Kind.TIMESTAMP_TZ, st.datetimes(timezones=st.just(UTC))),
    (Kind.UUID, st.uuids()),
    (Kind.BYTES, st.binary(min_size=1)),
]


@pytest.mark.parametrize("locale", LOCALES, ids=["plain", "english", "american", "german", "french"])
@pytest.mark.parametrize(("kind", "values"), _EXACT, ids=[kind.value for kind, _ in _EXACT])
def test_edit_text_reads_back_as_the_same_value(
    kind: Kind, values: st.SearchStrategy[object], locale: Locale
) -> None:
    handler, col = kind_for(column(kind)), column(kind)

    @given(values)
    def check(value: object) -> None:
        again = handler.parse(handler.edit_text(value, col, locale), col, locale)
        assert handler.same(value, again)
        assert type(again) is type(value)

    check()


@pytest.mark.parametrize("kind", list(Kind))
def test_edit_text_of_null_and_raw_text(kind: Kind) -> None:
    handler = kind_for(column(kind))
    assert handler.edit_text(None, column(kind), ENGLISH) == ""
    assert handler.edit_text(RawText("0044-03-15 BC"), column(kind), ENGLISH) == "0044-03-15 BC"


@pytest.mark.parametrize("preview", [Clipped("a", 9), BlobSize(9)])
def test_preview_is_never_edited(preview: object) -> None:
    with pytest.raises(TypeError):
        kind_for(column(Kind.TEXT)).edit_text(preview, column(Kind.TEXT), ENGLISH)


@pytest.mark.parametrize(
    ("kind", "a", "b", "same"),
    [
        (Kind.TEXT, None, None, True),
        (Kind.TEXT, None, "", False),
        (Kind.DECIMAL, Decimal("1.0"), Decimal("1.00"), True),
        (Kind.DECIMAL, Decimal("NaN"), Decimal("NaN"), True),
        (Kind.FLOAT, math.nan, math.nan, True),
        (Kind.BOOLEAN, True, 1, False),
        (Kind.TIMESTAMP_TZ, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1), False),
        (Kind.DATE, RawText("x"), RawText("x"), True),
        (Kind.DATE, RawText("x"), None, False),
        (Kind.TEXT, RawText("x"), "x", False),
    ],
)
def test_same(kind: Kind, a: object, b: object, same: bool) -> None:
    assert kind_for(column(kind)).same(a, b) is same
    assert kind_for(column(kind)).same(b, a) is same


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2024", (date(2024, 1, 1), date(2025, 1, 1))),
        ("2024-02", (date(2024, 2, 1), date(2024, 3, 1))),
        ("Dec 2024", (date(2024, 12, 1), date(2025, 1, 1))),
        ("december 2024", (date(2024, 12, 1), date(2025, 1, 1))),
        ("2024-02-29", (date(2024, 2, 29), date(2024, 3, 1))),
        ("9999", (date(9999, 1, 1), None)),
        ("9999-12-31", (date(9999, 12, 31), None)),
        ("2024-13", None),
        ("0000", None),
        ("paris", None),
    ],
)
def test_spans(text: str, span: tuple[date, date | None] | None) -> None:
    assert date_span(text, ENGLISH) == span


@pytest.mark.parametrize("locale", LOCALES)
def test_the_example_in_a_refusal_can_be_typed(locale: Locale) -> None:
    for kind in (Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMP_TZ):
        with pytest.raises(BadValue) as caught:
            parse(kind, "soon", locale)
        example = caught.value.sentence.partition("write it like ")[2].removesuffix(".")
        assert parse(kind, example, locale) is not None
