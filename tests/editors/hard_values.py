"""Owns the values that are hard to keep, by type of column, for both databases; tests nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from desktop.schema.database import Database
from tests.fixtures.databases import Backend

POSTGRES_TYPES = (
    "CREATE TYPE mood AS ENUM ('calm', 'Wild', 'it''s \"fine\"')",
    "CREATE DOMAIN document AS json",
)
_TEXTS = (
    "",
    " ",
    " Zoé \t",
    "NULL",
    "'; --",
    "\\x41",
    "a\nb",
    "a\r\nb\rc\n",
    "\u2028\u2029\u00a0\ufeff",
    "🙂e\u0301",
)
POSTGRES: Mapping[str, Sequence[str]] = {
    "smallint": ("32767", "-32768", "0"),
    "integer": ("2147483647", "-2147483648"),
    "bigint": ("2147483648", "9007199254740993", "9223372036854775807", "-9223372036854775808"),
    "numeric(38,10)": ("1234567890123456789012345678.0123456789", "-0.0000000001", "0", "NaN"),
    "numeric": ("1.50", "1.5", "1e-30", "123456789012345678901234567890.5", "Infinity", "-Infinity"),
    "real": ("0.1", "3.4028235e+38", "-0", "NaN", "1e-45"),
    "double precision": ("0.1", "9007199254740993", "5e-324", "-0", "Infinity", "NaN"),
    "boolean": ("true", "false"),
    "date": ("2024-02-29", "0001-01-01", "9999-12-31", "infinity", "0044-03-15 BC", "12345-01-01"),
    "time": ("00:00", "23:59:59.999999", "24:00", "12:30:00.000001"),
    "timetz": ("10:00:00.5+05:30", "23:59:59-12"),
    "timestamp": ("2024-05-01 10:00:00.000001", "2024-05-01", "-infinity", "0001-01-01"),
    "timestamptz": (
        "2024-03-31 02:30:00.123456+01",
        "2024-10-27 00:30:00+00",
        "0001-01-01 00:00:00+14",
        "infinity",
    ),
    "interval": (
        "1 year 2 mons -3 days 04:05:06.7",
        "-00:00:01",
        "1 mon",
        "0",
        "100:00:00",
        "-1 mons +2 days",
    ),
    "text": _TEXTS,
    "varchar(40)": ("x" * 40, "", "ä,;\"'"),
    "char(5)": ("ab", "     ", "abcde"),
    "mood": ("calm", "Wild", 'it\'s "fine"'),
    "json": ('{"a": 1,  "a": 2}', "12345678901234567890.10", "[]", ' "x" ', "null"),
    "jsonb": ('{"a": [1.10, null], "b": {"c": "\\u00e9\\n"}}', "9007199254740993", '"text"', "[]", "null"),
    "document": ('{"b":1,"b":2}', "[1 , 2]"),
    "uuid": ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000"),
    "bytea": ("\\x", "\\x00ff27", "\\x89504e470d0a1a0a"),
    "integer[]": ("{}", "{1,NULL,-3}", "{{1,2},{3,4}}", "[0:1]={1,2}", "{2147483647}"),
    "text[]": (
        '{"a,b",NULL,"NULL","\\"","\\\\",""," x ","{}"}',
        "{}",
        '{"two\nlines","a\r\nb","\u2028"}',
        "{{a},{b}}",
    ),
    "numeric[]": ("{1.50,1.5,NaN}", "{0.00000000000000000001}"),
    "timestamptz[]": ('{"2024-03-31 01:30:00.5+00",infinity}', '{"0044-03-15 12:00:00+00 BC"}'),
    "boolean[]": ("{t,f,NULL}", "{}"),
    "date[]": ("{2024-02-29,infinity}", '{"0044-03-15 BC"}'),
    "mood[]": ('{calm,"it\'s \\"fine\\""}', "{}"),
    "jsonb[]": ('{"{\\"a\\": [1, 2]}",NULL}', "{1}"),
    "interval[]": ('{"1 mon -2 days"}', '{"1 day 03:00:00",-00:00:01}'),
    "bytea[]": ('{"\\\\x00ff"}', "{}"),
    "int4range": ("[1,5)", "(,)", "empty", "[5,)", "(,0)"),
    "numrange": ("[1.50,2.0]", "(1.5,2)", "(,1.5]"),
    "daterange": ("[2024-01-01,2024-02-01)", "[-infinity,infinity]", "empty"),
    "tstzrange": ('["2024-03-31 01:30:00.5+00",)', "(-infinity,2024-05-01 00:00:00+00]"),
    "int4multirange": ("{[1,3),[5,7)}", "{}"),
    "inet": ("10.0.0.1/8", "192.168.0.1", "2001:db8::1/64"),
    "cidr": ("10.0.0.0/8", "2001:db8::/32"),
    "macaddr": ("08:00:2b:01:02:03",),
    "macaddr8": ("08:00:2b:01:02:03:04:05",),
    "bit(5)": ("10100", "00000"),
    "varbit": ("101", ""),
    "money": ("-1234.50", "0"),
    "tsvector": ("'a':1A 'fat':2 'cat'", ""),
    "point": ("(0.1,2)",),
    "polygon": ("((0,0),(1,1),(1,0))",),
    '"char"': ("x",),
    "pg_lsn": ("16/B374D848",),
}
SQLITE: Mapping[str, Sequence[object]] = {
    "INTEGER": (0, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), "text", "12x", 1.5, float(2**70), b"\x00\xff"),
    "REAL": (0.1, 5e-324, -0.0, float("inf"), 1e15 + 0.5, "text", b"\xff", 2**53),
    "NUMERIC(38,10)": (1, 0.1, "1234567890123456789012345678.0123456789", "text", b"1"),
    "DECIMAL_TEXT": ("1.50",),
    "BOOLEAN": (1, 0, 2, "yes", b"\x01"),
    "DATE": ("2024-02-29", "2024-02-30", "0001-01-01", "2024-05-01 00:00:00", 2460000.5, ""),
    "TIME": ("23:59:59.999999", "10:00", "25:00", 0.5),
    "DATETIME": (
        "2024-05-01 10:00:00.000001",
        "2024-05-01T10:00:00",
        "2024-05-01",
        "2024-05-01 10:00",
        1700000000,
    ),
    "TIMESTAMPTZ": ("2024-05-01 10:00:00+02:00", "soon", "2024-05-01T10:00:00Z"),
    "TEXT": (*_TEXTS, "a\0b", 5, 1.5, b"blob"),
    "CLOB_BODY": ("a\r\nb\nc\r", ""),
    "JSON": ('{"a": 1,  "a": 2}', "[]", "no json", 5, '{"n": 12345678901234567890.10}'),
    "BLOB": (b"", b"\x89PNG\r\n\x1a\n", b"\x00" * 100, "text", 7),
    "": (1, 1.5, "text", b"\x00", "1", "007"),
}
"""Values of any storage class in any column, as SQLite allows."""


def columns(backend: Backend) -> dict[str, Sequence[Any]]:
    """Hard values by declared type."""
    return dict(POSTGRES if backend == "postgresql" else SQLITE)


def table(backend: Backend) -> tuple[str, ...]:
    """What makes the table ``hard``: a key, a note, and a column v0, v1... of each type."""
    declared = ", ".join(f"v{number} {name}" for number, name in enumerate(columns(backend)))
    types = POSTGRES_TYPES if backend == "postgresql" else ()
    return (*types, f"CREATE TABLE hard (id integer PRIMARY KEY, note text, {declared})")


def rows(backend: Backend) -> int:
    """Records that hold them all; where a type has fewer values they begin again."""
    return max(len(values) for values in columns(backend).values())


def fill(connection: sa.Connection, backend: Backend) -> None:
    """Put one of each into every record."""
    given = columns(backend)
    marks = [f"CAST(%s AS {name})" if backend == "postgresql" else "?" for name in given]
    sign = "%s" if backend == "postgresql" else "?"
    statement = f"INSERT INTO hard VALUES ({sign}, 'note', {', '.join(marks)})"  # noqa: S608
    for row in range(rows(backend)):
        values = [values[row % len(values)] for values in given.values()]
        connection.exec_driver_sql(statement, (row + 1, *values))
    for row in range(rows(backend)):
        connection.exec_driver_sql(f"INSERT INTO hard (id) VALUES ({sign})", (row + 101,))  # noqa: S608


def stored(connection: sa.Connection, database: Database, key: int) -> dict[str, object]:
    """What is stored in every column of a record, to the last bit."""
    names = [f"v{number}" for number in range(len(columns(database.profile.backend)))]
    if database.profile.backend == "postgresql":
        wanted = ", ".join(f"CAST({name} AS text)" for name in names)
    else:
        wanted = ", ".join(
            f"typeof({name}) || ' ' || hex(CAST({name} AS BLOB))"
            f" || ' ' || CASE typeof({name}) WHEN 'real' THEN printf('%!.20g', {name}) ELSE '' END"
            for name in names
        )
    row = connection.execute(sa.text(f"SELECT {wanted} FROM hard WHERE id = {key}")).one()  # noqa: S608
    return dict(zip(names, row, strict=True))
