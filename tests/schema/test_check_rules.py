"""Simple CHECKs are known before the database is asked, and never refuse what it would take."""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop.base.keys import TableName
from desktop.schema.database import Database
from desktop.schema.describe import Column, Table
from desktop.schema.rules import check_record, check_value
from tests.fixtures.databases import Backend, MakeDatabase

T = TableName(None, "t")
TEXT, INTEGER, DECIMAL, FLOAT, DATE = "VARCHAR(40)", "INTEGER", "NUMERIC(12,3)", "REAL", "DATE"

TOLD: list[tuple[str, str, object, str | None]] = [
    (INTEGER, "c > 0", 0, "C must be more than 0."),
    (INTEGER, "0 < c", 0, "C must be more than 0."),
    (INTEGER, "c BETWEEN 1 AND 10", 11, "C must be at most 10."),
    (INTEGER, "c >= -5 AND c <= 5 AND length('x') = 1", -6, "C must be at least -5."),
    (INTEGER, "c IS NULL OR c > 3", 3, "C must be more than 3."),
    (INTEGER, "c IN (1, 2, 3)", 4, "C must be 1, 2 or 3."),
    (INTEGER, "c <> 7", 7, "C must be other than 7."),
    (DECIMAL, "c >= 0.5", Decimal("0.499"), "C must be at least 0.5."),
    (FLOAT, "c < 100", 101.5, "C must be less than 100."),
    (DATE, "c >= '2000-01-01'", date(1999, 12, 31), "C must be 2000-01-01 or later."),
    (TEXT, "length(c) >= 3", "ab", "C must have at least 3 characters."),
    (TEXT, "length(trim(c)) > 0", "  ", "C must not be blank."),
    (TEXT, "c <> ''", "", "C must not be empty."),
    (TEXT, "trim(c) <> ''", " ", "C must not be blank."),
    (TEXT, "c LIKE 'A%'", "Bcd", "C must begin with “A”."),
    (TEXT, "c LIKE '%@%'", "nobody", "C must contain “@”."),
    (TEXT, "c NOT LIKE '% %'", "a b", "C must not contain “ ”."),
    (INTEGER, "c > 0 OR d > 0", 0, None),
    (INTEGER, "NOT (c > 0)", 5, None),
    (INTEGER, "CASE WHEN d = 1 AND c > 5 AND d < 3 THEN c > 7 ELSE c < 9 END", 1, None),
    (INTEGER, "c + 1 > 5", 1, None),
    (INTEGER, "d IS NULL OR c > 5", 1, None),
    (INTEGER, "c % 2 = 0", 3, None),
    (TEXT, "c = 'x'", "X", None),
    (TEXT, "c > 'm'", "a", None),
    (TEXT, "lower(c) = c", "A", None),
]
TOLD_BY_SQLITE: list[tuple[str, str, object, str | None]] = [
    ("TEXT", "c GLOB 'A[0-9]*'", "AB", "C must have the form “A[0-9]*”."),
    ("TEXT", "c NOT GLOB '*[^0-9]*'", "1a", "C must not have the form “*[^0-9]*”."),
    ("TEXT", "[c] == 5", "6", None),
]
TOLD_BY_POSTGRES: list[tuple[str, str, object, str | None]] = [
    ("text", "c ~ '^[A-Z]{2}[0-9]+$'", "A1", "C must match the pattern “^[A-Z]{2}[0-9]+$”."),
    ("text", r"c ~ '^\+[0-9 ]+$'", "0123", r"C must match the pattern “^\+[0-9 ]+$”."),
    ("text", "c ~* '^ab'", "xb", "C must match the pattern “^ab”."),
    ("text", "c !~ '[<>]'", "a<b", "C must not match the pattern “[<>]”."),
    ("text", "c ~ '(a+)+$'", "b", None),
    ("text", "c ~ '^(?=x)'", "b", None),
    ("varchar(9)", "c LIKE 'A%'", "abc", "C must begin with “A”."),
    ("varchar(9)", "c ILIKE 'A%'", "abc", None),
    ("char(4)", "length(c) > 3", "ab", None),
]


def _problem(make: MakeDatabase, type_: str, check: str, value: object) -> str | None:
    database = make(f"CREATE TABLE t (id INTEGER PRIMARY KEY, c {type_}, d INTEGER, CHECK ({check}))")
    return check_value(database.table(T).column("c"), value)


@pytest.mark.parametrize(("type_", "check", "value", "sentence"), TOLD, ids=str)
def test_what_a_check_says(
    type_: str, check: str, value: object, sentence: str | None, make_database: MakeDatabase
) -> None:
    assert _problem(make_database, type_, check, value) == sentence


@pytest.mark.parametrize(("type_", "check", "value", "sentence"), TOLD_BY_SQLITE, ids=str)
def test_what_sqlite_says(
    type_: str, check: str, value: object, sentence: str | None, make_sqlite: MakeDatabase
) -> None:
    assert _problem(make_sqlite, type_, check, value) == sentence


@pytest.mark.parametrize(("type_", "check", "value", "sentence"), TOLD_BY_POSTGRES, ids=str)
def test_what_postgres_says(
    type_: str, check: str, value: object, sentence: str | None, make_postgres: MakeDatabase
) -> None:
    assert _problem(make_postgres, type_, check, value) == sentence


def test_two_fields_of_a_record(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, starts DATE, ends DATE, low INTEGER, high INTEGER,"
        " CHECK (starts <= ends), CHECK (high IS NULL OR low < high), CHECK (low < id + 1))"
    )
    table = database.table(T)
    assert check_record(table, {"starts": date(2024, 2, 1), "ends": date(2024, 1, 1), "low": 1}) == [
        ("starts", "Starts must not be later than Ends.")
    ]
    assert check_record(table, {"low": 3, "high": 3}) == [("low", "Low must be less than High.")]
    assert check_record(table, {"starts": date(2024, 2, 1), "ends": None, "low": 1, "high": 2}) == []


# Whatever the CHECK and the value: what is told wrong, the database refuses.

WORDS = st.text(alphabet=string.ascii_letters + "0123456789 _-.%é中ßİ'", max_size=6)
LIKES = st.text(alphabet="aAbB1%_ é", max_size=5)
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "<>"])
SMALL = st.integers(-20, 20)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


CHECKS: dict[str, st.SearchStrategy[str]] = {
    "whole": st.one_of(
        st.builds("whole {} {}".format, SIGNS, SMALL),
        st.builds("{1} {0} whole".format, SIGNS, st.decimals(-9, 9, places=1)),
        st.builds("whole BETWEEN {} AND {}".format, SMALL, SMALL),
        st.builds("whole IN ({}, {})".format, SMALL, SMALL),
        st.builds("whole IS NULL OR whole {} {}".format, SIGNS, SMALL),
        st.builds("whole {} {} OR whole {} {}".format, SIGNS, SMALL, SIGNS, SMALL),
        st.builds("NOT (whole {} {} AND whole {} {})".format, SIGNS, SMALL, SIGNS, SMALL),
    ),
    "exact": st.builds("exact {} {}".format, SIGNS, st.decimals(-9, 9, places=3)),
    "near": st.builds("near {} {}".format, SIGNS, st.sampled_from(["0.1", "0", "2.5", "1e3", "-0.3"])),
    "word": st.one_of(
        st.builds("length(word) {} {}".format, SIGNS, st.integers(0, 6)),
        st.builds("length(trim(word)) {} {}".format, SIGNS, st.integers(0, 3)),
        st.builds("word <> {}".format, WORDS.map(_quoted)),
        st.builds("trim(word) <> {}".format, WORDS.map(_quoted)),
        st.builds("word LIKE {}".format, LIKES.map(_quoted)),
        st.builds("word NOT LIKE {}".format, LIKES.map(_quoted)),
    ),
    "day": st.builds("day {} '{}'".format, SIGNS, st.dates(date(1990, 1, 1), date(2030, 1, 1))),
}
PATTERNS = st.text(alphabet="aA1.^$|()[]-*+?{2}\\é ", max_size=7).map(_quoted)
OWN: dict[str, st.SearchStrategy[str]] = {
    "sqlite": st.builds("word GLOB {}".format, st.text(alphabet="aA1*?[]^-é", max_size=6).map(_quoted)),
    "postgresql": st.builds("word {} {}".format, st.sampled_from(["~", "!~", "~*"]), PATTERNS),
}
VALUES: dict[str, st.SearchStrategy[object]] = {
    "whole": SMALL,
    "exact": st.decimals(-10, 10, places=3),
    "near": st.one_of(st.floats(-1e4, 1e4), st.sampled_from([0.1, 0.0, 2.5, 1000.0, -0.3])),
    "word": st.one_of(WORDS, LIKES, st.text(alphabet="aA1é ", max_size=4)),
    "day": st.dates(date(1990, 1, 1), date(2030, 1, 1)),
}
CREATE = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, whole INTEGER, exact NUMERIC(9,3), near REAL, word VARCHAR(20),"
    " day DATE, day2 DATE, CHECK ({}))"
)


@pytest.fixture
def opened(make_database: MakeDatabase) -> Callable[[str], Database | None]:
    """A database whose table has that CHECK; None where the database itself does not understand it."""

    def make(check: str) -> Database | None:
        try:
            return make_database(CREATE.format(check))
        except sa.exc.DBAPIError:
            return None

    return make


def _accepts(database: Database, values: dict[str, object]) -> bool:
    try:
        with database.engine.begin() as connection:
            connection.execute(sa.insert(database.sa(T)).values(id=1, **values))
    except sa.exc.DBAPIError:
        return False
    return True


def _check_column(database: Database, column: Column, values: list[object]) -> None:
    for value in values:
        if check_value(column, value) is None:
            continue
        assert not _accepts(database, {column.name: value}), (column.rules, value)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(sorted(CHECKS)))
def test_a_rule_never_refuses_what_the_database_takes(
    data: st.DataObject, name: str, opened: Callable[[str], Database | None], backend: Backend
) -> None:
    checks = CHECKS[name] if name != "word" else st.one_of(CHECKS[name], OWN[backend], OWN[backend])
    database = opened(data.draw(checks))
    if database is not None:
        values = data.draw(st.lists(VALUES[name], min_size=4, max_size=12))
        _check_column(database, database.table(T).column(name), values)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sign=SIGNS, day=st.dates(date(1990, 1, 1), date(2030, 1, 1)), days=st.integers(-2, 2))
@example(sign="<", day=date(2024, 1, 1), days=0)
def test_nor_do_rules_about_two_fields(
    sign: str, day: date, days: int, opened: Callable[[str], Database | None]
) -> None:
    database = opened(f"day {sign} day2")
    assert database is not None
    values: dict[str, object] = {"day": day, "day2": day + timedelta(days=days)}
    table: Table = database.table(T)
    assert table.orders
    assert bool(check_record(table, values)) is not _accepts(database, values)
