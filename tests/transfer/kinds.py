"""Hard values of every kind on both backends, for the tests that two ways to a file lead to the same."""

from __future__ import annotations

import random
import struct

import sqlalchemy as sa

from desktop.schema.database import Database

TEXTS = (
    *(
        "",
        "plain",
        "a,b",
        'say "hi"',
        '"',
        "two\nlines",
        "cr\rcr",
        "crlf\r\n",
        "tab\tbed",
        ";",
        "NULL",
        "\\.",
    ),
    *("=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "'=1", "''=1", "'plain", "'", "＝1", "＋", "－x", "＠"),
    *(
        "上海",
        "é ß",
        "🙂",
        "Ａ",
        "\uffff"[:0] + "\ufeffbom",
        " lead",
        "0",
        "007",
        "1.5",
        "2024-01-01",
        "~",
        "{}",
    ),
    *("A", "＊", "／", "\ue000", "\x01", "\x7f", "\x1f", "null", "true", "ends,", ",", "%s %(x)s %%", ":x ?"),
    *(
        "＋,",
        "''＝\t\"x\"",
        "a,＠b,－",
        '＠"',
        "-infinity",
        "a,-infinity,b",
        "x\t-infinity\ty",
        "[]",
        "][",
        "\\",
    ),
)
SQLITE = """CREATE TABLE t (id INTEGER PRIMARY KEY, i INT, b BOOLEAN, dec NUMERIC(12,2), f REAL,
 txt VARCHAR(900), d DATE, tm TIME, ts TIMESTAMP, tz TIMESTAMPTZ, j JSON, raw BLOB, anyv, note TEXT,
 ref INT REFERENCES p(id))"""
POSTGRES = """CREATE TABLE t (id bigint PRIMARY KEY, i int, b boolean, dec numeric(12,2), wild numeric,
 f float8, r real, txt varchar(900), d date, tm time, ts timestamp, tz timestamptz, j json, jb jsonb,
 raw bytea, note text, u uuid, mood mood, c char(5), iv interval, net inet, arr text[], rng int4range,
 ref int REFERENCES p(id))"""
STORED = (
    *(
        0,
        1,
        -1,
        2,
        5,
        2**62,
        -(2**63),
        12.34,
        -12.34,
        0.1,
        0.1 + 0.2,
        1e-5,
        0.0001,
        1e9,
        1e15,
        1e16,
        1e22,
        1e23,
    ),
    *(9e99, 5e-324, 123456.789012345, 99999999.9999, 2.5, 100.0, 1 / 3),
    *(b"", b"\x00\xff", b"abc", b"=1", "2024-02-30", "2024-05-01", "2024-W01-1", "2024-05-01 00:00:00"),
    *("2024-05-01T10:00:00", "2024-05-01 10:00:00", "2024-05-01 10:00:00.5", "2024-05-01 10:00:00.123456"),
    *("2024-05-01 10:00:00.000000", "2024-02-30 10:00:00", "0000-01-01 00:00:00", "2024-05-01 10:00:00Z"),
    *(
        "2024-05-01 10:00",
        "2024-05-01 10:00:00+02:00",
        "2024-05-01 24:00:00",
        "10:05:00",
        "10:05",
        "10:05:00.5",
    ),
    *("25:00:00", "1234567890", "12345678", "1.50", "-5", "-1.5e3", "x\x00y", "2024-05-01\x00", "abc\x00,"),
)
MANY = 60_000
"""Records of the table that is large enough to come in several parts."""
LARGE = 1e100
"""From here on SQLite may not write a double in digits that are its own."""
UNDECODABLE = (b"ab\x80c", b"\x80", b"ab\xfcc", b"\xc3", b"Zo\xeb, x")
FLOATS = (
    *("0", "-0", "1", "0.1", "-2.5", "1e14", "999999999999999", "1e15", "1e15"),
    *(
        "1234567890123456",
        "9e15",
        "1e16",
        "1e22",
        "1e23",
        "9007199254740993",
        "0.0001",
        "0.00009",
        "1e-5",
        "5e-324",
    ),
    *(
        "1.7976931348623157e308",
        "NaN",
        "Infinity",
        "-Infinity",
        "0.30000000000000004",
        "123456.789",
        "1048576",
    ),
)


def fill_sqlite(database: Database) -> None:
    """Every value in every column, whatever its declared type."""
    names = ["i", "b", "dec", "f", "txt", "d", "tm", "ts", "tz", "j", "raw", "anyv", "note"]
    with database.engine.begin() as connection:
        run = connection.exec_driver_sql
        for n, text in enumerate(TEXTS, 1):
            run("INSERT INTO p VALUES (?, ?)", (n, text or None))
        for value in (None, *TEXTS, *STORED, *_doubles()):
            marks = ", ".join("?" * len(names))
            run(f"INSERT INTO t ({', '.join(names)}) VALUES ({marks})", (value,) * len(names))  # noqa: S608
        for stored in UNDECODABLE:
            run("INSERT INTO t (txt, note) VALUES (CAST(? AS TEXT), CAST(? AS TEXT))", (stored, stored))
        run("PRAGMA defer_foreign_keys = ON")
        run("UPDATE t SET ref = id WHERE id <= ?", (len(TEXTS),))


def _doubles() -> list[float]:
    picked = random.Random(7)
    bits = [struct.unpack("<d", picked.randbytes(8))[0] for _ in range(60)]
    return [x for x in bits if abs(x) < LARGE] + [
        picked.randint(-(10**9), 10**9) / 10**n for n in range(9) for _ in range(9)
    ]


def fill_postgres(database: Database) -> None:
    """The hard values of each type in its column."""
    with database.engine.begin() as connection:
        connection.execute(sa.text("SELECT set_config('TimeZone', 'UTC', true)"))

        def run(statement: str, **values: object) -> None:
            connection.execute(sa.text(statement), values)

        for n, text in enumerate(TEXTS, 1):
            run("INSERT INTO p VALUES (:n, :text)", n=n, text=text or None)
            run(
                "INSERT INTO t (id, txt, note, arr, j, jb, iv, ref)"
                " SELECT n, x, x, ARRAY[x], to_json(x), to_jsonb(x), make_interval(days => 3 - n), n"
                " FROM (SELECT CAST(:text AS text) AS x, CAST(:n AS int) AS n) AS given",
                n=n,
                text=text,
            )
        number = 1_000
        for name, texts in _fields().items():
            for text in texts:
                number += 1
                type_ = connection.scalar(
                    sa.text(
                        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                        " WHERE attrelid = CAST('t' AS regclass) AND attname = :name"
                    ),
                    {"name": name},
                )
                run(f"INSERT INTO t (id, {name}) VALUES (:n, CAST(:text AS {type_}))", n=number, text=text)  # noqa: S608


def _fields() -> dict[str, tuple[str, ...]]:
    """By column, what is stored there in a record of its own."""
    return {
        "f": (*FLOATS, *map(repr, _doubles())),
        "r": (*FLOATS[:16], "NaN", "Infinity", "1e6", "999999", "1234567", "16777216", "0.3"),
        "wild": (
            "0",
            "0.0000000",
            "0.000001",
            "0.0000001",
            "-0.00000012",
            "12.3400",
            "1e20",
            "NaN",
            "-5",
        ),
        "dec": ("0", "1.5", "-2.25", "9999999999.99", "NaN"),
        "d": ("2024-05-01", "infinity", "-infinity", "0044-03-15 BC", "10000-01-01", "0001-01-01"),
        "tm": ("10:05:00", "10:05:00.5", "24:00:00", "00:00:00.000001", "23:59:59.999999"),
        "ts": (
            "2024-05-01 10:00:00",
            "2024-05-01 10:00:00.5",
            "infinity",
            "-infinity",
            "0044-03-15 01:00:00.5 BC",
            "10000-01-01 00:00:00.25",
            "9999-12-31 23:59:59.999999",
        ),
        "tz": (
            "2024-05-01 10:00:00+02",
            "2024-05-01 10:00:00.5-03:30",
            "infinity",
            "-infinity",
            "0044-03-15 01:00:00+00 BC",
            "10000-01-01 00:00:00.25+00",
            "0001-01-01 00:00:00+00",
            "9999-12-31 23:59:59.999999+00",
        ),
        "jb": ("-5", "5", "null", "true", '{"a": [1, "x,y"]}'),
        "j": ("-5", "\n{}", '"x"'),
        "raw": ("\\x00ff", ""),
        "b": ("t", "f"),
        "mood": ("fine", "-bad", "a,b"),
        "c": ("ab", "=1", ""),
        "u": ("00000000-0000-0000-0000-000000000007",),
        "net": ("10.0.0.1", "::1"),
        "rng": ("[1,5)", "empty"),
        "i": ("-5", "2147483647"),
        "iv": ("-1 day", "1 mon"),
        "arr": ("{}", '{NULL,"a b",-1}'),
    }
