"""Lengths of time, lists, ranges, addresses and JSON: what is understood, what is refused in words."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.schema.describe import Column, Kind
from desktop.values import array_text
from desktop.values.array import known_lines, list_lines, typed_list
from desktop.values.json_ import same_json
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import PLAIN, Locale
from desktop.values.range_ import Bounds, read_bounds

GERMAN = Locale(decimal=",", group=".", zone=timezone(timedelta(hours=2)), language="de")
INTERVAL = Column("c", Kind.INTERVAL, "interval")
INTEGERS = Column("c", Kind.ARRAY, "integer[]", element=Column("", Kind.INTEGER, "integer"))
TEXTS = Column("c", Kind.ARRAY, "text[]", element=Column("", Kind.TEXT, "text"))
FLAGS = Column("c", Kind.ARRAY, "boolean[]", element=Column("", Kind.BOOLEAN, "boolean"))
NUMBERS = Column("c", Kind.ARRAY, "numeric[]", element=Column("", Kind.DECIMAL, "numeric"))
MOMENTS = Column("c", Kind.RANGE, "tstzrange", element=Column("", Kind.TIMESTAMP_TZ, "timestamptz"))
SPAN = Column("c", Kind.RANGE, "int4range", element=Column("", Kind.INTEGER, "integer"))


def net(type_name: str) -> Column:
    return Column("c", Kind.NETWORK, type_name)


@pytest.mark.parametrize(
    ("column", "text", "stored"),
    [
        (INTERVAL, "2 days 03:00", "2 days 03:00"),
        (INTERVAL, "1:30 h", "1:30"),
        (INTERVAL, "1.5 hours", "1.5 hours"),
        (INTERVAL, "2d 3h", "2 d 3 h"),
        (INTERVAL, "1 year 2 mons -3 days +04:05:06.7", "1 year 2 mons -3 days +04:05:06.7"),
        (INTERVAL, "3 weeks and 1 day ago", "3 weeks 1 day ago"),
        (INTERVAL, "-00:00:01", "-00:00:01"),
        (INTERVAL, "p1dt2h", "P1DT2H"),
        (INTEGERS, "{1, 2,NULL}", "{1, 2,NULL}"),
        (INTEGERS, "{}", "{}"),
        (INTEGERS, "{{1,2},{3,4}}", "{{1,2},{3,4}}"),
        (INTEGERS, "[0:1]={1,2}", "[0:1]={1,2}"),
        (FLAGS, "{yes,no,t}", "{t,f,t}"),
        (TEXTS, r'{"a,b",NULL,"NULL","\"",""}', r'{"a,b",NULL,"NULL","\"",""}'),
        (SPAN, "[1, 10)", "[1, 10)"),
        (SPAN, "(,5]", "(,5]"),
        (SPAN, "Empty", "empty"),
        (MOMENTS, '["2024-05-01 00:00:00+00",infinity)', '["2024-05-01 00:00:00+00:00",infinity)'),
        (net("inet"), "10.0.0.1/8", "10.0.0.1/8"),
        (net("inet"), "2001:db8::1", "2001:db8::1"),
        (net("cidr"), "10.0.0.0/8", "10.0.0.0/8"),
        (net("macaddr"), "08-00-2B-01-02-03", "08-00-2B-01-02-03"),
        (net("macaddr8"), "08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03:04:05"),
    ],
)
def test_understands(column: Column, text: str, stored: str) -> None:
    assert kind_for(column).parse(text, column, PLAIN) == stored
    assert kind_for(column).parse("  ", column, PLAIN) is None


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        (INTERVAL, "5", "2 days 03:00"),
        (INTERVAL, "soon", "length of time"),
        (INTERVAL, "1:00 2:00", "length of time"),
        (INTEGERS, "1,2", "{a,b}"),
        (INTEGERS, "{1,x}", "Entry 2: “x” is not a whole number."),
        (INTEGERS, "{1,,2}", "not a list"),
        (INTEGERS, "{{1,2}", "not a list"),
        (SPAN, "1-10", "[1, 10)"),
        (SPAN, "[1,x)", "“x” is not a whole number."),
        (SPAN, "[10,1)", "ends before it begins"),
        (net("inet"), "10.0.0.256", "192.0.2.1"),
        (net("inet"), "10.0.0.0/255.0.0.0", "not a network address"),
        (net("cidr"), "10.0.0.1/8", "the network is 10.0.0.0/8"),
        (net("macaddr"), "08:00:2b:01:02", "08:00:2b:01:02:03"),
        (Column("c", Kind.JSON, "json"), '{"a": 1,\n "b" 2}', "a colon is missing (line 2, column 6)"),
    ],
)
def test_refuses_in_one_sentence(column: Column, text: str, says: str) -> None:
    with pytest.raises(BadValue) as caught:
        kind_for(column).parse(text, column, PLAIN)
    assert says in caught.value.sentence
    assert caught.value.sentence.endswith(".")


def test_an_interval_with_the_persons_decimal_sign() -> None:
    assert kind_for(INTERVAL).parse("1,5 h", INTERVAL, GERMAN) == "1.5 h"


@given(st.lists(st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"))))
def test_every_list_of_texts_is_put_together_and_taken_apart(entries: list[str | None]) -> None:
    text = array_text.compose(entries)
    assert array_text.entries(text) == entries
    lines = list_lines(text, TEXTS, PLAIN)
    assert lines is not None
    assert all(len(line.splitlines()) == 1 for line in lines)
    assert typed_list(lines, {}, TEXTS, PLAIN) == text


def test_entries_of_numbers_are_written_the_persons_way() -> None:
    lines = list_lines("{1.50,NULL,-2}", NUMBERS, GERMAN)
    assert lines == ["1,50", "NULL", "-2"]
    known = known_lines("{1.50,NULL,-2}", lines)
    assert typed_list(["1,50", "null", "", "3,25"], known, NUMBERS, GERMAN) == "{1.50,NULL,3.25}"


def test_a_no_break_space_belongs_to_its_entry() -> None:
    assert array_text.entries("{\u00a0a, b}") == ["\u00a0a", "b"]


@pytest.mark.parametrize("low", [None, "", "1", 'a"b', "a\\b", "x,y", "(", "2024-05-01 00:00:00+00"])
@pytest.mark.parametrize("high", [None, "z z", "]"])
def test_every_range_is_put_together_and_taken_apart(low: str | None, high: str | None) -> None:
    for included in (True, False):
        bounds = Bounds(low, high, included, not included)
        assert read_bounds(bounds.text) == bounds


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ('{"a": 1, "b": [1.0]}', '{"b":[1.00],"a":1}', True),
        ("[1, 2]", "[2, 1]", False),
        ("true", "1", False),
        ("9007199254740993", "9007199254740992", False),
        ("no json", "no json", True),
    ],
)
def test_json_by_what_it_means(first: str, second: str, same: bool) -> None:
    assert same_json(first, second) is same
