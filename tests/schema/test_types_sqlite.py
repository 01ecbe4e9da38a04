"""Any value may stand in any SQLite column: all are read without an exception and go back as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.raw import RawText
from desktop.schema.types_sqlite import bindable
from tests.fixtures.databases import MakeDatabase, OpenSecond

ODD = TableName(None, "odd")
TYPES = (
    *("INTEGER", "REAL", "NUMERIC(10,2)", "TEXT", "VARCHAR(5)", "BOOLEAN", "DATE", "TIME", "DATETIME"),
    *("TIMESTAMPTZ", "JSON", "BLOB", "UUID", "GEOMETRY", ""),
)
LITERALS = (
    *("0", "1", "2", "-1", "9223372036854775807", "-9223372036854775808", "1.5", "0.1", "1e300"),
    *("9e999", "-9e999", "1.23456789012345678e16", "''", "'abc'", "'yes'", "'true'", "'5'", "'5.0'", "'1e5'"),
    *("'007'", "'12345678901234567.89'", "'NaN'", "'infinity'", "'2024-05-01'", "'2024-05-01T10:00:00'"),
    *("'2024-05-01 10:00:00.000000'", "'2024-05-01 10:00'", "'2024-05-01 10:00:00.5'", "'10:00'"),
    *("'10:00:00.123'", "'24:00:00'", "'2024-13-45'", "'-0044-03-15'", "'2024-05-01 00:00:00'", "'2024'"),
    *("'2024-05-01T10:00:00Z'", "'2024-05-01 10:00:00+02:00'", "'2024-W18-3'", "'20240501'"),
    *("x''", "x'00ff'", "x'616263'", "CAST(x'636166e9' AS TEXT)", "'a' || char(0) || 'b'", "' 5 '", "'１２'"),
    *("1714557600", "2460431.5", "'[1,2' ", '\'{"a": 1, "a": 2}\'', "'Straße 中文'", "'1_000'", "NULL"),
)


@pytest.mark.parametrize("declared", TYPES)
def test_every_value_in_every_type_goes_back_as_it_was(
    declared: str, make_sqlite: MakeDatabase, second: OpenSecond
) -> None:
    values = ", ".join(f"({number}, {literal})" for number, literal in enumerate(LITERALS))
    database = make_sqlite(
        f"CREATE TABLE odd (id INTEGER PRIMARY KEY, v {declared})",
        f"INSERT INTO odd VALUES {values}",  # noqa: S608
    )
    stored = sa.text("SELECT id, typeof(v), hex(CAST(v AS BLOB)), hex(quote(v)) FROM odd ORDER BY id")
    before = second(database).execute(stored).all()

    odd = database.sa(ODD)
    with database.engine.begin() as connection:
        rows = connection.execute(sa.select(odd.c.id, odd.c.v)).all()
        connection.execute(sa.update(odd).values(v=None))
        for row in rows:
            connection.execute(
                sa.update(odd).where(odd.c.id == row.id).values(v=bindable(row.v, odd.c.v.type))
            )

    assert len(rows) == len(LITERALS)
    assert second(database).execute(stored).all() == before


@pytest.mark.parametrize(
    ("declared", "literal", "value"),
    [
        ("INTEGER", "'abc'", RawText("abc")),
        ("INTEGER", "1.5", RawText("1.5", 1.5)),
        ("INTEGER", "9223372036854775807", 2**63 - 1),
        ("BOOLEAN", "1", True),
        ("BOOLEAN", "2", RawText("2", 2)),
        ("BOOLEAN", "'yes'", RawText("yes")),
        ("NUMERIC", "1234.567", Decimal("1234.567")),
        ("NUMERIC", "10", Decimal(10)),
        ("TEXT", "'12345678901234567.89'", "12345678901234567.89"),
        ("TEXT", "x'00ff'", RawText("x'00ff'", b"\x00\xff")),
        ("TEXT", "CAST(x'636166e9' AS TEXT)", "caf\udce9"),
        ("DATE", "'2024-05-01'", date(2024, 5, 1)),
        ("DATE", "'2024-05-01 00:00:00'", date(2024, 5, 1)),
        ("DATE", "'2024-05-01 10:00:00'", RawText("2024-05-01 10:00:00")),
        ("DATE", "2024", RawText("2024", 2024)),
        ("TIME", "'10:00'", time(10)),
        ("TIME", "'24:00:00'", RawText("24:00:00")),
        ("DATETIME", "'2024-05-01'", datetime(2024, 5, 1)),
        ("DATETIME", "'2024-05-01T10:00:00.5'", datetime(2024, 5, 1, 10, 0, 0, 500_000)),
        ("DATETIME", "'2024-05-01 10:00:00.000000'", datetime(2024, 5, 1, 10)),
        ("DATETIME", "'2024-05-01 10:00:00Z'", RawText("2024-05-01 10:00:00Z")),
        ("TIMESTAMPTZ", "'2024-05-01 10:00:00Z'", datetime(2024, 5, 1, 10, tzinfo=UTC)),
        ("TIMESTAMPTZ", "'2024-05-01 10:00:00'", datetime(2024, 5, 1, 10, tzinfo=UTC)),
        ("REAL", "1", 1.0),
        ("REAL", "'nonsense'", RawText("nonsense")),
        ("JSON", "'{\"a\": 1}'", '{"a": 1}'),
        ("JSON", "5", "5"),
        ("BLOB", "x'00'", b"\x00"),
        ("BLOB", "'text'", RawText("text")),
        ("", "5", "5"),
        ("", "'5'", RawText("5")),
        ("", "'five'", "five"),
    ],
)
def test_values_arrive_as_their_type_or_as_raw_text(
    declared: str, literal: str, value: object, make_sqlite: MakeDatabase
) -> None:
    database = make_sqlite(
        f"CREATE TABLE odd (id INTEGER PRIMARY KEY, v {declared})",
        f"INSERT INTO odd VALUES (1, {literal})",  # noqa: S608
    )
    with database.engine.connect() as connection:
        found = connection.scalar(sa.select(database.sa(ODD).c.v))
    assert found == value
    assert isinstance(found, type(value))


@pytest.mark.parametrize(
    ("declared", "value", "stored"),
    [
        ("DATETIME", datetime(2024, 5, 1, 10), "'2024-05-01 10:00:00'"),
        ("DATETIME", datetime(2024, 5, 1, 10, 0, 0, 5), "'2024-05-01 10:00:00.000005'"),
        ("TIMESTAMPTZ", datetime(2024, 5, 1, 10, tzinfo=UTC), "'2024-05-01 10:00:00+00:00'"),
        ("DATE", date(2024, 5, 1), "'2024-05-01'"),
        ("DATE", datetime(2024, 5, 1, 10), "'2024-05-01'"),
        ("TIME", time(10, 5), "'10:05:00'"),
        ("NUMERIC", Decimal("9223372036854775807"), "9223372036854775807"),
        ("NUMERIC", Decimal("19.90"), "19.9"),
        ("TEXT", "12345678901234567.89", "'12345678901234567.89'"),
        ("REAL", Decimal("0.1"), "0.1"),
        ("BOOLEAN", True, "1"),
        ("", "6", "6"),
        ("", "six", "'six'"),
    ],
)
def test_values_are_stored_exactly(
    declared: str, value: object, stored: str, make_sqlite: MakeDatabase, second: OpenSecond
) -> None:
    database = make_sqlite(f"CREATE TABLE odd (id INTEGER PRIMARY KEY, v {declared})")
    with database.engine.begin() as connection:
        connection.execute(sa.insert(database.sa(ODD)).values(id=1, v=value))
    assert second(database).scalar(sa.text("SELECT quote(v) FROM odd")) == stored


@pytest.mark.parametrize("literal", ["5", "'5'", "'five'", "x'05'", "5.5", "CAST(x'ff' AS TEXT)"])
def test_a_key_of_any_type_finds_its_record(literal: str, make_sqlite: MakeDatabase) -> None:
    database = make_sqlite("CREATE TABLE odd (k PRIMARY KEY, v)", f"INSERT INTO odd VALUES ({literal}, 'x')")  # noqa: S608
    odd = database.sa(ODD)
    with database.engine.connect() as connection:
        key = connection.scalar(sa.select(odd.c.k))
        assert connection.scalar(sa.select(odd.c.v).where(odd.c.k == bindable(key, odd.c.k.type))) == "x"


def test_a_moment_finds_its_record_in_whatever_form_it_is_stored(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE odd (k DATETIME PRIMARY KEY, v TEXT)",
        "INSERT INTO odd VALUES ('2024-05-01T10:00', 'x'), ('2024-05-02', 'y')",
    )
    odd = database.sa(ODD)
    with database.engine.connect() as connection:
        for key, value in connection.execute(sa.select(odd.c.k, odd.c.v)).all():
            assert connection.scalar(sa.select(odd.c.v).where(odd.c.k == key)) == value
