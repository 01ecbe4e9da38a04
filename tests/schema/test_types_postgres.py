"""Every PostgreSQL value is read without an exception and goes back as it was."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.raw import RawText
from desktop.schema.describe import Kind
from desktop.schema.types import is_orderable
from tests.fixtures.databases import MakeDatabase, OpenSecond

ODD = TableName(None, "odd")
TYPES = (
    "CREATE TYPE mood AS ENUM ('sad', 'so-so', 'it''s fine')",
    "CREATE TYPE pair AS (a integer, b text)",
    "CREATE DOMAIN year AS integer CHECK (VALUE BETWEEN 1900 AND 2100)",
    "CREATE DOMAIN later_year AS year NOT NULL",
    "CREATE DOMAIN document AS json",
    "CREATE DOMAIN short_code AS varchar(5)",
)
VALUES = (
    ("date", "'infinity'", Kind.DATE),
    ("date", "'-infinity'", Kind.DATE),
    ("date", "'0044-03-15 BC'", Kind.DATE),
    ("date", "'2024-05-01'", Kind.DATE),
    ("date", "'12345-01-01'", Kind.DATE),
    ("timestamp", "'infinity'", Kind.TIMESTAMP),
    ("timestamp", "'2024-05-01 10:00:00.000001'", Kind.TIMESTAMP),
    ("timestamp(0)", "'20000-01-01'", Kind.TIMESTAMP),
    ("timestamptz", "'0044-03-15 12:00:00 BC'", Kind.TIMESTAMP_TZ),
    ("timestamptz", "'0001-01-01 00:00:00+14'", Kind.TIMESTAMP_TZ),
    ("timestamptz", "'2024-03-31 02:30:00 Europe/Berlin'", Kind.TIMESTAMP_TZ),
    ("time", "'24:00'", Kind.TIME),
    ("timetz", "'10:00:00.5+05:30'", Kind.TIME),
    ("interval", "'1 mon'", Kind.INTERVAL),
    ("interval", "'1 year 2 mons -3 days 04:05:06.7'", Kind.INTERVAL),
    ("integer[]", "'[0:1]={1,2}'", Kind.ARRAY),
    ("text[]", "ARRAY['a,b', NULL, 'NULL', '\"', '']", Kind.ARRAY),
    ("mood[]", "'{sad,so-so}'", Kind.ARRAY),
    ("json", '\'{"a": 1,  "a": 2}\'', Kind.JSON),
    ("json", "'12345678901234567890.10'", Kind.JSON),
    ("jsonb", "'{\"a\": [1.10, null]}'", Kind.JSON),
    ("bit(5)", "'10100'", Kind.OTHER),
    ("varbit", "'101'", Kind.OTHER),
    ("money", "'-1234.5'", Kind.OTHER),
    ("inet", "'10.0.0.1/8'", Kind.NETWORK),
    ("cidr", "'10.0.0.0/8'", Kind.NETWORK),
    ("macaddr", "'08:00:2b:01:02:03'", Kind.NETWORK),
    ("int4range", "'[1,5)'", Kind.RANGE),
    ("tstzrange", "'(-infinity,2024-05-01 00:00:00+00]'", Kind.RANGE),
    ("int4multirange", "'{[1,3),[5,7)}'", Kind.OTHER),
    ("mood", "'it''s fine'", Kind.CHOICE),
    ("year", "1999", Kind.INTEGER),
    ("later_year", "1999", Kind.INTEGER),
    ("document", '\'{"b":1,"b":2}\'', Kind.JSON),
    ("short_code", "'ab'", Kind.TEXT),
    ("pair", "ROW(1, 'x,\"y')", Kind.OTHER),
    ("numeric", "'NaN'", Kind.DECIMAL),
    ("numeric", "'Infinity'", Kind.DECIMAL),
    ("numeric", "1e200 + 0.1", Kind.DECIMAL),
    ("numeric", "1.2300", Kind.DECIMAL),
    ("numeric(5,-2)", "12300", Kind.DECIMAL),
    ("bigint", "-9223372036854775808", Kind.INTEGER),
    ("smallint", "32767", Kind.INTEGER),
    ("real", "0.1", Kind.FLOAT),
    ("double precision", "0.1", Kind.FLOAT),
    ("double precision", "'-Infinity'", Kind.FLOAT),
    ("double precision", "'-0'", Kind.FLOAT),
    ("char(5)", "'ab'", Kind.TEXT),
    ('"char"', "'x'", Kind.OTHER),
    ("name", "'nm'", Kind.TEXT),
    ("text", "E'a\\r\\n\\u2028\\u00a0'", Kind.TEXT),
    ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", Kind.UUID),
    ("bytea", "decode('00ff27', 'hex')", Kind.BYTES),
    ("boolean", "true", Kind.BOOLEAN),
    ("tsvector", "'a:1A fat:2 cat'", Kind.OTHER),
    ("tsquery", "'fat & !cat'", Kind.OTHER),
    ("point", "'(0.1,2)'", Kind.OTHER),
    ("polygon", "'((0,0),(1,1),(1,0))'", Kind.OTHER),
    ("circle", "'<(1,2),3>'", Kind.OTHER),
    ("pg_lsn", "'16/B374D848'", Kind.OTHER),
    ("oid", "4294967295", Kind.OTHER),
    ("regclass", "'pg_class'", Kind.OTHER),
    ("jsonpath", "'$.a[*]'", Kind.OTHER),
)


def test_every_value_goes_back_as_it_was(make_postgres: MakeDatabase, second: OpenSecond) -> None:
    columns = ", ".join(f"v{number} {declared}" for number, (declared, _, _) in enumerate(VALUES))
    values = ", ".join(literal for _, literal, _ in VALUES)
    database = make_postgres(
        *TYPES,
        f"CREATE TABLE odd (id integer PRIMARY KEY, {columns})",
        f"INSERT INTO odd VALUES (1, {values})",  # noqa: S608
    )
    odd = database.sa(ODD)
    assert [c.kind for c in database.table(ODD).columns[1:]] == [kind for _, _, kind in VALUES]
    stored = sa.text("SELECT CAST(odd AS text), xmin FROM odd")
    before = second(database).execute(stored).one()

    with database.engine.begin() as connection:
        row = connection.execute(sa.select(odd)).one()._mapping
        connection.execute(sa.update(odd).values(dict(row)))

    after = second(database).execute(stored).one()
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_every_comparable_value_finds_its_record(make_postgres: MakeDatabase) -> None:
    columns = ", ".join(f"v{number} {declared}" for number, (declared, _, _) in enumerate(VALUES))
    values = ", ".join(literal for _, literal, _ in VALUES)
    database = make_postgres(
        *TYPES,
        f"CREATE TABLE odd (id integer PRIMARY KEY, {columns})",
        f"INSERT INTO odd VALUES (1, {values})",  # noqa: S608
    )
    odd = database.sa(ODD)
    with database.engine.connect() as connection:
        row = connection.execute(sa.select(odd)).one()._mapping
        for column in filter(is_orderable, odd.columns):
            value = row[column]
            by_value = sa.select(odd.c.id).where(column == value, column.in_([value, value]))
            assert connection.scalar(by_value.order_by(column)) == 1, column


@pytest.mark.parametrize(
    ("declared", "literal", "text"),
    [
        ("date", "'infinity'", "infinity"),
        ("date", "'0044-03-15 BC'", "0044-03-15 BC"),
        ("timestamp", "'-infinity'", "-infinity"),
        ("time", "'24:00'", "24:00:00"),
    ],
)
def test_what_python_cannot_say_arrives_as_raw_text(
    declared: str, literal: str, text: str, make_postgres: MakeDatabase
) -> None:
    database = make_postgres(
        f"CREATE TABLE odd (id integer PRIMARY KEY, v {declared})",
        f"INSERT INTO odd VALUES (1, {literal})",  # noqa: S608
    )
    with database.engine.connect() as connection:
        assert connection.scalar(sa.select(database.sa(ODD).c.v)) == RawText(text)


def test_types_describe_their_limits(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        *TYPES,
        "CREATE TABLE odd (id integer PRIMARY KEY, s smallint, b bigint, n numeric(8,3), m numeric(5,-2),"
        ' v varchar(7), c char(3), d short_code, e mood, y later_year, q "char", p point)',
    )
    table = database.table(ODD)
    assert (table.column("s").minimum, table.column("s").maximum) == (-32768, 32767)
    assert table.column("b").maximum == 2**63 - 1
    assert (table.column("n").precision, table.column("n").scale) == (8, 3)
    assert (table.column("m").precision, table.column("m").scale) == (5, -2)
    assert [table.column(c).length for c in "vcdq"] == [7, 3, 5, 1]
    assert table.column("e").choices == ("sad", "so-so", "it's fine")
    assert not table.column("y").nullable
    assert table.column("y").type_name == "later_year"
    assert not is_orderable(database.sa(ODD).c.p)
    assert is_orderable(database.sa(ODD).c.e)


def test_a_new_enum_label_does_not_break_reading(make_postgres: MakeDatabase, second: OpenSecond) -> None:
    database = make_postgres(*TYPES, "CREATE TABLE odd (id integer PRIMARY KEY, v mood)")
    connection = second(database)
    connection.execute(sa.text("ALTER TYPE mood ADD VALUE 'new'"))
    connection.execute(sa.text("INSERT INTO odd VALUES (1, 'new')"))
    with database.engine.connect() as reading:
        assert reading.scalar(sa.select(database.sa(ODD).c.v)) == "new"
