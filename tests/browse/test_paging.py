"""Blocks read by key, put together, are the whole view in its order, whatever the data and the sort."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from desktop.base.keys import Key, TableName
from desktop.browse import fetch
from desktop.browse.fetch import block, first_block, position, scan
from desktop.browse.rows import Row
from desktop.browse.view import Sort, View
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase

SMALL = 7
COLUMNS = ("id", "grp", "n", "t", "r", "d", "day", "at", "yes")
ITEMS = TableName(None, "items")

metadata = sa.MetaData()
groups = sa.Table(
    "groups", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text)
)
items = sa.Table(
    "items",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("grp", sa.ForeignKey("groups.id")),
    sa.Column("n", sa.Integer, index=True),
    sa.Column("t", sa.Text),
    sa.Column("r", sa.REAL),
    sa.Column("d", sa.Numeric(10, 2)),
    sa.Column("day", sa.Date),
    sa.Column("at", sa.DateTime),
    sa.Column("yes", sa.Boolean),
)
pairs = sa.Table(
    "pairs",
    metadata,
    sa.Column("a", sa.Text, primary_key=True),
    sa.Column("b", sa.Integer, primary_key=True),
    sa.Column("n", sa.Integer),
)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many borders between blocks with little data."""
    monkeypatch.setattr("desktop.browse.fetch.BLOCK", SMALL)
    monkeypatch.setattr("desktop.browse.scan.BLOCK", SMALL)


def maybe(dice: random.Random, value: object) -> object:
    return None if dice.random() < 0.25 else value


def random_items(dice: random.Random, count: int) -> list[dict[str, object]]:
    return [
        {
            "id": number * 3,
            "grp": maybe(dice, dice.randint(1, 4)),
            "n": maybe(dice, dice.randint(-3, 3)),
            "t": maybe(dice, dice.choice(["", "a", "A", "ab", "é", "中", "%", "b'c"])),
            "r": maybe(dice, dice.choice([0.1, 0.2, 1e10, -0.1, 1 / 3])),
            "d": maybe(dice, Decimal(dice.randint(-300, 300)) / 100),
            "day": maybe(dice, date(2024, 1, dice.randint(1, 5))),
            "at": maybe(dice, datetime(2024, 1, 1, 0, 0, dice.randint(0, 3), dice.choice([0, 500000]))),
            "yes": maybe(dice, dice.random() < 0.5),
        }
        for number in range(count)
    ]


def fill(database: Database, table: sa.Table, rows: Sequence[dict[str, object]]) -> None:
    plain = sa.MetaData()
    with database.engine.begin() as connection:
        connection.execute(table.to_metadata(plain).insert(), list(rows))


def expected(
    rows: list[dict[str, object]], sort: Sequence[Sort], key: Sequence[str], nulls_low: bool
) -> list[Key]:
    """The keys in the order of the sort, by Python."""
    last = sort[-1].descending if sort else False
    named = {sort_term.column for sort_term in sort}
    for term in reversed([*sort, *(Sort(name, last) for name in key if name not in named)]):

        def value(row: dict[str, object], column: str = term.column) -> tuple[bool, object]:
            found = row[column]
            if found is None:
                return (not nulls_low, 0)
            return (nulls_low, found)

        rows = sorted(rows, key=value, reverse=term.descending)
    return [tuple(row[name] for name in key) for row in rows]


def all_blocks(database: Database, view: View) -> list[Row]:
    found = scan(database, view)
    blocks = [block(database, view, found, index) for index in range(found.blocks)]
    first = [row.key for row in first_block(database, view)]
    assert first == ([row.key for row in blocks[0]] if blocks else [])
    assert all(len(rows) == SMALL for rows in blocks[:-1])
    rows = [row for rows in blocks for row in rows]
    assert len(rows) == found.count
    assert block(database, view, found, found.blocks) == []
    for number in range(0, len(rows), 5):
        assert position(database, view, found, rows[number].key) == number
    if found.rows is None:  # else there is no key
        for run in filter(None, (range(found.blocks), range(1, found.blocks), range(found.blocks - 1))):
            parts = fetch.keys(database, view, found, run)
            assert [key for part in parts for key in part] == [r.key for i in run for r in blocks[i]]
    return rows


def sorts(dice: random.Random, columns: Sequence[str]) -> list[tuple[Sort, ...]]:
    singles = [(Sort(c, down),) for c in columns for down in (False, True)]
    mixed = [
        tuple(Sort(c, dice.random() < 0.5) for c in dice.sample(columns, dice.randint(2, 3)))
        for _ in range(8)
    ]
    return [(), *singles, *mixed]


@pytest.mark.parametrize("count", [0, 1, SMALL, 40])
def test_blocks_are_the_sorted_table(make_database: MakeDatabase, count: int) -> None:
    dice = random.Random(count)
    database = make_database(metadata)
    rows = random_items(dice, count)
    fill(database, groups, [{"id": i, "name": f"group {i}"} for i in range(1, 5)])
    if rows:
        fill(database, items, rows)
    nulls_low = database.capabilities.nulls_first_ascending
    tried = sorts(dice, [c for c in COLUMNS if c != "grp"]) if count > SMALL else [(), (Sort("n"),)]
    for sort in tried:
        found = all_blocks(database, View(ITEMS, COLUMNS, sort=sort))
        assert [row.key for row in found] == expected(rows, sort, ["id"], nulls_low), sort


def test_composite_keys_and_mixed_directions(make_database: MakeDatabase) -> None:
    dice = random.Random(5)
    database = make_database(metadata)
    keys = dice.sample([(a, b) for a in ("", "a", "é", "中", "Z") for b in range(-5, 8)], 50)
    rows: list[dict[str, object]] = [{"a": a, "b": b, "n": maybe(dice, dice.randint(0, 2))} for a, b in keys]
    fill(database, pairs, rows)
    nulls_low = database.capabilities.nulls_first_ascending
    for sort in sorts(dice, ["a", "b", "n"]):
        found = all_blocks(database, View(TableName(None, "pairs"), ("n",), sort=sort))
        assert [row.key for row in found] == expected(rows, sort, ["a", "b"], nulls_low), sort


@pytest.mark.parametrize("descending", [False, True])
def test_sort_by_the_name_of_a_foreign_key(make_database: MakeDatabase, descending: bool) -> None:
    dice = random.Random(9)
    database = make_database(metadata)
    names: dict[object, object] = {1: "zebra", 2: "ant", 3: "ant", 4: "Bee"}
    rows = random_items(dice, 40)
    fill(database, groups, [{"id": i, "name": name} for i, name in names.items()])
    fill(database, items, rows)
    found = all_blocks(database, View(ITEMS, ("grp", "n"), sort=(Sort("grp", descending), Sort("n"))))
    by_name = [{**row, "grp": names.get(row["grp"])} for row in rows]
    sort = [Sort("grp", descending), Sort("n")]
    nulls_low = database.capabilities.nulls_first_ascending
    assert [row.key for row in found] == expected(by_name, sort, ["id"], nulls_low)
    assert all(row.labels[0] == names.get(row.values[0]) for row in found)


def test_text_in_an_order_of_its_own(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite("CREATE TABLE w (id INTEGER PRIMARY KEY, t TEXT COLLATE NOCASE NOT NULL)")
    words = ["a", "A", "b", "B", "Aa", "aA", "c", "C"] * 6
    with database.engine.begin() as connection:
        for number, word in enumerate(words):
            connection.execute(sa.text("INSERT INTO w VALUES (:n, :w)"), {"n": number, "w": word})
    found = all_blocks(database, View(TableName(None, "w"), ("t",), sort=(Sort("t"),)))
    assert [row.key[0] for row in found] == sorted(range(48), key=lambda n: (words[n].lower(), n))


def test_dates_written_in_several_ways(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite("CREATE TABLE w (id INTEGER PRIMARY KEY, at DATETIME)")
    moments = [
        "2024-05-01",
        "2024-05-01 10:00:00",
        "2024-05-01T10:00:00",
        "2024-05-01 10:00:00.000000",
        17,
        "soon",
    ]
    with database.engine.begin() as connection:
        for number in range(60):
            connection.exec_driver_sql("INSERT INTO w VALUES (?, ?)", (number, moments[number % 6]))
    found = all_blocks(database, View(TableName(None, "w"), ("at",), sort=(Sort("at"),)))
    assert sorted(row.key[0] for row in found) == list(range(60))  # type: ignore[type-var]


def test_text_that_is_not_valid_utf8(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite("CREATE TABLE w (id TEXT PRIMARY KEY NOT NULL, x)")
    with database.engine.begin() as connection:
        for number in range(40):
            stored = bytes([0x61, 0x80 + number])
            connection.exec_driver_sql("INSERT INTO w VALUES (CAST(? AS TEXT), 'x')", (stored,))
    assert len(all_blocks(database, View(TableName(None, "w"), ("id",)))) == 40


def test_keys_that_are_null(make_sqlite: MakeDatabase) -> None:
    inserts = ["INSERT INTO w VALUES (NULL, 'x')"] * 20
    database = make_sqlite("CREATE TABLE w (id TEXT PRIMARY KEY, x)", *inserts)
    assert len(all_blocks(database, View(TableName(None, "w"), ("id", "x")))) == 20


TYPES = {
    "real": ["0.1", "0.2", "0.3", "NaN", "Infinity", "1e-30"],
    "float8": ["0.1", "0.30000000000000004", "-Infinity", "1e300"],
    "numeric": ["0.1", "NaN", "1e20", "12345678901234567.89", "1.10"],
    "date": ["infinity", "-infinity", "0044-03-15 BC", "2024-01-01", "9999-12-31", "20000-01-01"],
    "timestamptz": ["infinity", "2024-01-01 00:00:00.000001+00", "0001-01-01 00:00+00"],
    "time": ["24:00", "00:00", "12:00:00.5"],
    "interval": ["1 mon", "30 days", "1 year 2 mons", "-1 day"],
    "uuid": ["00000000-0000-0000-0000-00000000000a", "ffffffff-0000-0000-0000-000000000000"],
    "char(5)": ["a", "ab", "b", "  x"],
    "int[]": ["{1,2}", "[0:1]={1,2}", "{}", "{NULL}"],
    "jsonb": ['{"a": 1}', "[]", "null", "1.10"],
    "json": ['{"a":  1}', "[]", "null"],
    "inet": ["10.0.0.1", "::1", "10.0.0.0/8"],
    "point": ["(1,2)", "(0,0)"],
    "bytea": ["\\x00", "\\x", "\\xffff"],
    "mood": ["sad", "ok", "happy"],
    "boolean": ["t", "f"],
    "money": ["1.00", "-2.50"],
}


def test_no_row_is_lost_between_blocks_of_any_type(make_postgres: MakeDatabase) -> None:
    columns = ", ".join(f"v{i} {type_name}" for i, type_name in enumerate(TYPES))
    database = make_postgres(
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')", f"CREATE TABLE w (id int PRIMARY KEY, {columns})"
    )
    casts = ", ".join(f"CAST(CAST(%s AS text) AS {type_name})" for type_name in TYPES)
    with database.engine.begin() as connection:
        for number in range(24):
            row = [None if number % 9 == 8 else values[number % len(values)] for values in TYPES.values()]
            connection.exec_driver_sql(f"INSERT INTO w VALUES (%s, {casts})", (number, *row))  # noqa: S608
    for i, type_name in enumerate(TYPES):
        for descending in (False, True):
            view = View(TableName(None, "w"), (f"v{i}",), sort=(Sort(f"v{i}", descending),))
            keys = {row.key[0] for row in all_blocks(database, view)}
            assert keys == set(range(24)), type_name


KEYS: dict[str, Callable[[int], str]] = {
    "real": lambda n: str(n / 10),
    "numeric": lambda n: f"{n}.10",
    "timestamp": lambda n: f"2024-01-01 00:00:00.{n:06}" if n else "infinity",
    "char(5)": str,
    "uuid": lambda n: f"{n:032}",
    "inet": lambda n: f"10.0.0.{n}",
    "mood": lambda n: f"m{n}",
    "date": lambda n: f"{n + 1:04}-01-01 BC",
}


def test_keys_of_any_type(make_postgres: MakeDatabase) -> None:
    moods = ", ".join(f"'m{n}'" for n in range(20))
    tables = [f"CREATE TABLE w{i} (id {name} PRIMARY KEY, x int)" for i, name in enumerate(KEYS)]
    database = make_postgres(f"CREATE TYPE mood AS ENUM ({moods})", *tables)
    for i, (type_name, text) in enumerate(KEYS.items()):
        with database.engine.begin() as connection:
            for number in range(20):
                connection.exec_driver_sql(
                    f"INSERT INTO w{i} VALUES (CAST(CAST(%s AS text) AS {type_name}), 1)",  # noqa: S608
                    (text(number),),
                )
        found = all_blocks(database, View(TableName(None, f"w{i}"), ("x",)))
        assert len({row.key for row in found}) == 20, type_name


def test_rows_added_and_deleted_since_the_scan(make_database: MakeDatabase) -> None:
    database = make_database(metadata)
    fill(database, pairs, [{"a": "x", "b": n * 2, "n": 0} for n in range(20)])
    view = View(TableName(None, "pairs"), ("n",))
    found = scan(database, view)
    fill(database, pairs, [{"a": "x", "b": 3, "n": 0}])
    with database.engine.begin() as connection:
        connection.execute(sa.delete(database.sa(view.table)).where(database.sa(view.table).c["b"] == 16))
    assert [row.key[1] for row in block(database, view, found, 0)] == [0, 2, 3, 4, 6, 8, 10]
    assert [row.key[1] for row in block(database, view, found, 1)] == [14, 18, 20, 22, 24, 26]
    assert position(database, view, found, ("x", 16)) is None
