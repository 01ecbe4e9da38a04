"""What typed filter texts mean, before any database is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from desktop.browse.filter_text import MOST_CHARACTERS, parse_filter
from desktop.browse.filter_tree import (
    Always,
    AnyOf,
    BadFilter,
    Compare,
    Contains,
    Empty,
    Filter,
    Named,
    Not,
    Within,
)
from desktop.schema.describe import Column, Kind
from desktop.values.locale import PLAIN, Locale

ENGLISH = Locale()
GERMAN = Locale(decimal=",", group=".", zone=timezone(timedelta(hours=2)))


def read(text: str, kind: Kind, locale: Locale = ENGLISH, *, names: bool = False) -> Filter:
    choices = ("draft", "in_review", "published") if kind is Kind.CHOICE else ()
    return parse_filter(text, Column("c", kind, "", choices=choices), locale, names=names)


@pytest.mark.parametrize(
    ("text", "kind", "tree"),
    [
        ("", Kind.TEXT, Always()),
        ("  ", Kind.INTEGER, Always()),
        ("paris", Kind.TEXT, Contains(("paris",))),
        ("new york", Kind.TEXT, Contains(("new york",))),
        ("par*", Kind.TEXT, Contains(("par",), from_start=True)),
        ("*is", Kind.TEXT, Contains(("is",), to_end=True)),
        ("p*r*s", Kind.TEXT, Contains(("p", "r", "s"), from_start=True, to_end=True)),
        ("*", Kind.TEXT, Contains(())),
        ('"Paris"', Kind.TEXT, Compare("=", "Paris")),
        ('"a, b"', Kind.TEXT, Compare("=", "a, b")),
        ('"say ""hi"""', Kind.TEXT, Compare("=", 'say "hi"')),
        ('""', Kind.TEXT, Compare("=", "")),
        ('"unfinished', Kind.TEXT, Contains(('"unfinished',))),
        ("= Paris", Kind.TEXT, Compare("=", "Paris")),
        ("== Paris", Kind.TEXT, Compare("=", "Paris")),
        ("<> Paris", Kind.TEXT, Not(Compare("=", "Paris"))),
        ("!= Paris", Kind.TEXT, Not(Compare("=", "Paris"))),
        ("≠ Paris", Kind.TEXT, Not(Compare("=", "Paris"))),
        ("not paris", Kind.TEXT, Not(Contains(("paris",)))),
        ("!paris", Kind.TEXT, Not(Contains(("paris",)))),
        ("nothing", Kind.TEXT, Contains(("nothing",))),
        (">= m", Kind.TEXT, Compare(">=", "m")),
        ("a..m", Kind.TEXT, Within("a", "m")),
        ("wait...", Kind.TEXT, Contains(("wait...",))),
        ("...", Kind.TEXT, Contains(("...",))),
        ("..", Kind.TEXT, Contains(("..",))),
        ("empty", Kind.TEXT, Empty()),
        ("NULL", Kind.TEXT, Empty()),
        ("not empty", Kind.INTEGER, Not(Empty())),
        ('"empty"', Kind.TEXT, Compare("=", "empty")),
        ("a, b", Kind.TEXT, AnyOf((Contains(("a",)), Contains(("b",))))),
        ("a,", Kind.TEXT, Contains(("a",))),
        (",", Kind.TEXT, Contains((",",))),
        ('"a, b", c', Kind.TEXT, AnyOf((Compare("=", "a, b"), Contains(("c",))))),
        ("a, not b", Kind.TEXT, AnyOf((Contains(("a",)), Not(Contains(("b",)))))),
        ("not a, b", Kind.TEXT, Not(AnyOf((Contains(("a",)), Contains(("b",)))))),
        ("empty, a", Kind.TEXT, AnyOf((Empty(), Contains(("a",))))),
        ("10", Kind.INTEGER, Compare("=", 10)),
        ("1,234", Kind.INTEGER, Compare("=", 1234)),
        ("1, 234", Kind.INTEGER, AnyOf((Compare("=", 1), Compare("=", 234)))),
        ("1,2,3", Kind.INTEGER, AnyOf((Compare("=", 1), Compare("=", 2), Compare("=", 3)))),
        (">= 10", Kind.INTEGER, Compare(">=", 10)),
        ("≥10", Kind.INTEGER, Compare(">=", 10)),
        ("<-5", Kind.INTEGER, Compare("<", -5)),
        ("10..20", Kind.INTEGER, Within(10, 20)),
        ("10..", Kind.INTEGER, Within(10, None)),
        ("..20", Kind.INTEGER, Within(None, 20)),
        ("12*", Kind.INTEGER, Contains(("12",), from_start=True)),
        ("1.5", Kind.DECIMAL, Compare("=", Decimal("1.5"))),
        ("1.5..2.5", Kind.DECIMAL, Within(Decimal("1.5"), Decimal("2.5"))),
        ("yes", Kind.BOOLEAN, Compare("=", True)),
        ("FALSE", Kind.BOOLEAN, Compare("=", False)),
        ("not yes", Kind.BOOLEAN, Not(Compare("=", True))),
        ("Published", Kind.CHOICE, Compare("=", "published")),
        ("pub", Kind.CHOICE, AnyOf((Compare("=", "published"),))),
        ("in review", Kind.CHOICE, Compare("=", "in_review")),
        ("draft, pub", Kind.CHOICE, AnyOf((Compare("=", "draft"), AnyOf((Compare("=", "published"),))))),
        ("2024", Kind.DATE, Within(date(2024, 1, 1), date(2025, 1, 1), half_open=True)),
        ("2024-05", Kind.DATE, Within(date(2024, 5, 1), date(2024, 6, 1), half_open=True)),
        ("2024-05-03", Kind.DATE, Within(date(2024, 5, 3), date(2024, 5, 4), half_open=True)),
        ("> 2024-05", Kind.DATE, Compare(">=", date(2024, 6, 1))),
        (">= 2024-05", Kind.DATE, Compare(">=", date(2024, 5, 1))),
        ("<= 2024-05", Kind.DATE, Compare("<", date(2024, 6, 1))),
        ("< 2024-05", Kind.DATE, Compare("<", date(2024, 5, 1))),
        ("2024-05..2024-07", Kind.DATE, Within(date(2024, 5, 1), date(2024, 8, 1), half_open=True)),
        ("2024-05..", Kind.DATE, Within(date(2024, 5, 1), None, half_open=True)),
        ("..2024", Kind.DATE, Within(None, date(2025, 1, 1), half_open=True)),
        ("<= 9999", Kind.DATE, Not(Empty())),
        ("2024-05-03", Kind.TIMESTAMP, Within(datetime(2024, 5, 3), datetime(2024, 5, 4), half_open=True)),
        (
            "2024-05-03 10:30",
            Kind.TIMESTAMP,
            Within(datetime(2024, 5, 3, 10, 30), datetime(2024, 5, 3, 10, 31), half_open=True),
        ),
        (
            "2024-05-03 10:30:05",
            Kind.TIMESTAMP,
            Within(datetime(2024, 5, 3, 10, 30, 5), datetime(2024, 5, 3, 10, 30, 6), half_open=True),
        ),
        ("10:30", Kind.TIME, Within(time(10, 30), time(10, 31), half_open=True)),
        ("23:59", Kind.TIME, Within(time(23, 59), None, half_open=True)),
        ("> 1000", Kind.BYTES, Compare(">", 1000)),
        ("{1,2}*", Kind.OTHER, AnyOf((Contains(("{1",)), Contains(("2}",), from_start=True)))),
    ],
)
def test_meaning(text: str, kind: Kind, tree: Filter) -> None:
    assert read(text, kind) == tree


def test_day_is_the_day_where_the_person_is() -> None:
    low, high = datetime(2024, 5, 2, 22, tzinfo=UTC), datetime(2024, 5, 3, 22, tzinfo=UTC)
    assert read("2024-05-03", Kind.TIMESTAMP_TZ, GERMAN) == Within(low, high, half_open=True)


def test_numbers_in_the_persons_own_writing() -> None:
    assert read("1.234,5", Kind.DECIMAL, GERMAN) == Compare("=", Decimal("1234.5"))
    assert read("1,5", Kind.DECIMAL, GERMAN) == Compare("=", Decimal("1.5"))
    assert read("1,5", Kind.DECIMAL, PLAIN) == AnyOf((Compare("=", Decimal(1)), Compare("=", Decimal(5))))


def test_on_a_foreign_key_text_means_the_name_and_a_number_also_the_stored_value() -> None:
    assert read("ada", Kind.INTEGER, names=True) == Named(Contains(("ada",)), None)
    assert read("5", Kind.INTEGER, names=True) == Named(Contains(("5",)), Compare("=", 5))
    assert read('"Ada"', Kind.INTEGER, names=True) == Named(Compare("=", "Ada"), None)
    assert read("> 5", Kind.INTEGER, names=True) == Compare(">", 5)
    assert read("empty", Kind.INTEGER, names=True) == Empty()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (">= abc", Kind.INTEGER),
        ("abc", Kind.DECIMAL),
        (">=", Kind.INTEGER),
        ("= ", Kind.TEXT),
        ("maybe", Kind.BOOLEAN),
        ("soon", Kind.DATE),
        ("2024-13", Kind.DATE),
        ("1..x", Kind.INTEGER),
        ("archived", Kind.CHOICE),
        ("abc", Kind.BYTES),
        ("25:00", Kind.TIME),
        ("a\x00b", Kind.TEXT),
        ("a\udcff", Kind.TEXT),
        ("x" * (MOST_CHARACTERS + 1), Kind.TEXT),
        ("10, x", Kind.INTEGER),
        ("not " * 1000 + "x", Kind.TEXT),
    ],
)
def test_refuses_with_the_column_and_one_sentence(text: str, kind: Kind) -> None:
    with pytest.raises(BadFilter) as caught:
        read(text, kind)
    assert caught.value.column == "c"
    assert caught.value.refusal.fields == ("c",)
    assert caught.value.sentence.endswith(".")
