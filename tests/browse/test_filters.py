"""Every form of filter, executed on real rows of both backends."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta, timezone

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.refusal import RefusedError
from desktop.browse.fetch import block, count, first_block, scan
from desktop.browse.filters import BadFilter
from desktop.browse.selection import AllMatching
from desktop.browse.view import ColumnFilter, Deleted, Sort, View
from desktop.schema.database import Database
from desktop.values.locale import PLAIN, Locale
from tests.fixtures.databases import MakeDatabase, SqlLog
from tests.fixtures.samples import NAUGHTY

POSTS = TableName(None, "posts")
THINGS = TableName(None, "things")

CREATE = (
    "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, n INTEGER, small SMALLINT, price NUMERIC(10,2),"
    " weight REAL, yes BOOLEAN, day DATE, at TIMESTAMP, state TEXT CHECK (state IN ('draft', 'in_review')),"
    " extra JSON)"
)
ROWS = (
    "INSERT INTO things VALUES"
    " (1, 'Paris', 10, 1, 1.50, 0.1, TRUE, '2024-05-01', '2024-05-01 00:00:00', 'draft', '{\"a\": 1}'),"
    " (2, 'New Paris', 20, 2, 12345678.91, 0.2, FALSE, '2024-05-31', '2024-05-31 23:59:59',"
    " 'in_review', '[]'),"
    " (3, '100%', -5, NULL, 0, 1e10, NULL, '2024-06-01', '2024-06-01 10:30:15', NULL, NULL),"
    " (4, 'a_b\\c', 2000, 7, -1.25, NULL, TRUE, '2025-01-01', '2025-01-01 00:00:01', 'draft', NULL),"
    " (5, 'ÉCOLE Straße', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),"
    " (6, '', 0, 0, 1.5, 0.1, FALSE, '2023-12-31', '2023-12-31 12:00:00', 'in_review', '\"paris\"'),"
    " (7, NULL, 10, 1, 9.99, 2.5, TRUE, '2024-05-15', '2024-05-15 08:00:00', 'draft', 'null')"
)


@pytest.fixture
def things(make_database: MakeDatabase) -> Database:
    return make_database(CREATE, ROWS)


def ids(
    database: Database, table: TableName, *filters: tuple[str, str], search: str = "", locale: Locale = PLAIN
) -> list[object]:
    view = View(table, ("id",), filters=tuple(ColumnFilter(c, t) for c, t in filters), search=search)
    rows = first_block(database, view, locale=locale)
    assert count(database, AllMatching(view), locale=locale) == len(rows)
    return [row.key[0] for row in rows]


CASES: list[tuple[str, str, list[int]]] = [
    ("name", "paris", [1, 2]),
    ("name", "PARIS", [1, 2]),
    ("name", "par*", [1]),
    ("name", "*paris", [1, 2]),
    ("name", "n*p*", [2]),
    ("name", '"Paris"', [1]),
    ("name", "= paris", []),
    ("name", "%", [3]),
    ("name", "_", [4]),
    ("name", "\\", [4]),
    ("name", "/", []),
    ("name", "a_b\\c", [4]),
    ("name", "école", [5]),
    ("name", "STRASSE", []),
    ("name", "straße", [5]),
    ("name", "empty", [6, 7]),
    ("name", "not empty", [1, 2, 3, 4, 5]),
    ("name", "not paris", [3, 4, 5, 6, 7]),
    ("name", "<> Paris", [2, 3, 4, 5, 6, 7]),
    ("name", "paris, 100", [1, 2, 3]),
    ("name", '""', [6]),
    ("name", ">= P", [1, 4, 5]),
    ("name", "N..Paris", [1, 2]),
    ("name", "*", [1, 2, 3, 4, 5, 6]),
    ("n", "10", [1, 7]),
    ("n", ">= 10", [1, 2, 4, 7]),
    ("n", "< 0", [3]),
    ("n", "0..10", [1, 6, 7]),
    ("n", "..0", [3, 6]),
    ("n", "20..", [2, 4]),
    ("n", "10, 20", [1, 2, 7]),
    ("n", "not 10", [2, 3, 4, 5, 6]),
    ("n", "empty", [5]),
    ("n", "2*", [2, 4]),
    ("n", "99999999999999999999", []),
    ("n", "< 99999999999999999999", [1, 2, 3, 4, 6, 7]),
    ("n", "> -99999999999999999999", [1, 2, 3, 4, 6, 7]),
    ("small", "70000", []),
    ("small", "< 70000", [1, 2, 4, 6, 7]),
    ("small", "9223372036854775807", []),
    ("price", "1.5", [1, 6]),
    ("price", "1.50..10", [1, 6, 7]),
    ("price", "12345678.91", [2]),
    ("price", "< 0", [4]),
    ("weight", "0.1", [1, 6]),
    ("weight", "> 0.1", [2, 3, 7]),
    ("weight", "0.1..0.2", [1, 2, 6]),
    ("yes", "yes", [1, 4, 7]),
    ("yes", "no", [2, 6]),
    ("yes", "not yes", [2, 3, 5, 6]),
    ("yes", "empty", [3, 5]),
    ("day", "2024-05", [1, 2, 7]),
    ("day", "2024", [1, 2, 3, 7]),
    ("day", "2024-05-01", [1]),
    ("day", "May 2024", [1, 2, 7]),
    ("day", "> 2024-05", [3, 4]),
    ("day", "<= 2024-05", [1, 2, 6, 7]),
    ("day", "2024-05..2024-06", [1, 2, 3, 7]),
    ("day", "not 2024", [4, 5, 6]),
    ("day", "9999", []),
    ("day", "<= 9999", [1, 2, 3, 4, 6, 7]),
    ("at", "2024-05", [1, 2, 7]),
    ("at", "2024-05-01", [1]),
    ("at", "2024-05-31", [2]),
    ("at", "> 2024", [4]),
    ("at", "2024-06-01 10:30", [3]),
    ("at", "2024-06-01 10:30:15", [3]),
    ("at", "2024-06-01 10:30:16", []),
    ("at", ">= 2024-06-01 10:30", [3, 4]),
    ("at", "< 2024-06-01 10:30", [1, 2, 6, 7]),
    ("state", "draft", [1, 4, 7]),
    ("state", "In review", [2, 6]),
    ("state", "rev", [2, 6]),
    ("state", "<> draft", [2, 3, 5, 6]),
    ("state", "empty", [3, 5]),
    ("extra", "paris", [6]),
    ("extra", "empty", [3, 4, 5]),
    ("extra", '= {"a": 1}', [1]),
]


def test_each_form_of_filter(things: Database) -> None:
    wrong = {
        f"{column}: {text}": found
        for column, text, expected in CASES
        if (found := ids(things, THINGS, (column, text))) != expected
    }
    assert wrong == {}


def test_filters_must_all_hold(things: Database) -> None:
    assert ids(things, THINGS, ("name", "paris"), ("n", "> 10")) == [2]


def test_dates_in_every_writing_are_found(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, at DATETIME)",
        "INSERT INTO things VALUES (1, '2024-05-01'), (2, '2024-05-01T10:30:00'),"
        " (3, '2024-05-01 10:30:20.5'), (4, '2024-04-30T23:59:59'), (5, '2024-05-02 00:00:00')",
    )
    assert ids(database, THINGS, ("at", "2024-05-01")) == [1, 2, 3]
    assert ids(database, THINGS, ("at", "2024-05-01 10:30")) == [2, 3]
    assert ids(database, THINGS, ("at", "< 2024-05-01")) == [4]


def test_day_with_zone_is_the_persons_day(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, at TIMESTAMPTZ)",
        "INSERT INTO things VALUES (1, '2024-05-02 22:00+00'), (2, '2024-05-02 21:59+00'), (3, 'infinity')",
    )
    here = Locale(zone=timezone(timedelta(hours=2)))
    assert ids(database, THINGS, ("at", "2024-05-03"), locale=here) == [1]
    assert ids(database, THINGS, ("at", "> 2024-05-03"), locale=here) == [3]


TYPES = [
    ("char(5)", "ab", "= ab"),
    ("inet", "10.0.0.1", "10.0"),
    ("int[]", "{1,2}", '"{1,2}"'),
    ("jsonb", '{"a": 1}', '"a"*, *"a"*'),
    ("uuid", "0000000a-0000-0000-0000-00000000000b", "0000000A-0000-0000-0000-00000000000b"),
    ("uuid", "0000000a-0000-0000-0000-00000000000b", "0000000a*"),
    ("interval", "1 mon", "mon"),
    ("time", "10:30:20", "10:30"),
    ("bytea", "\\x0011", "2"),
    ("mood", "sad", "SAD"),
    ("double precision", "0.1", "0.1"),
    ("real", "0.1", "= 0.1"),
]


def test_types_of_postgresql(make_postgres: MakeDatabase) -> None:
    columns = ", ".join(f"v{i} {type_name}" for i, (type_name, _, _) in enumerate(TYPES))
    casts = ", ".join(f"CAST(CAST(%s AS text) AS {type_name})" for type_name, _, _ in TYPES)
    database = make_postgres(
        "CREATE TYPE mood AS ENUM ('sad', 'ok')", f"CREATE TABLE things (id int PRIMARY KEY, {columns})"
    )
    with database.engine.begin() as connection:
        insert = f"INSERT INTO things VALUES (1, {casts})"  # noqa: S608
        connection.exec_driver_sql(insert, tuple(stored for _, stored, _ in TYPES))
        connection.exec_driver_sql("INSERT INTO things VALUES (2)")
    for number, (type_name, _, text) in enumerate(TYPES):
        assert ids(database, THINGS, (f"v{number}", text)) == [1], type_name
        assert ids(database, THINGS, (f"v{number}", "not empty")) == [1], type_name


FOREIGN_KEY_CASES = [
    ("ada", [1, 6]),
    ("zoé", [2, 5]),
    ("2", [3, 4]),
    ('"Ada Lovelace"', [1, 6]),
    ("not ada", [2, 3, 4, 5]),
    ("<> Ada Lovelace", [2, 3, 4, 5]),
    ("ada, grace", [1, 3, 4, 6]),
    (">= 2", [2, 3, 4, 5]),
    ("empty", []),
]
MANY_TO_MANY_CASES = [
    ("water", [1, 4]),
    ("wat, city", [1, 2, 4]),
    ("empty", [3, 5, 6]),
    ("not water", [2, 3, 5, 6]),
    ("*", [1, 2, 4]),
]


def test_relations_are_filtered_by_names(newsroom: Database) -> None:
    for text, expected in FOREIGN_KEY_CASES:
        assert ids(newsroom, POSTS, ("author_id", text)) == expected, text
    for text, expected in MANY_TO_MANY_CASES:
        assert ids(newsroom, POSTS, ("tags", text)) == expected, text


SEARCHES = [
    ("", [1, 2, 3, 4, 5, 6]),
    ("the", [1, 4]),
    ("THE harbour", [4]),
    ("harbour grace", [4]),
    ("élection", [2]),
    ("ÉLECTION soirée", [2]),
    ("上海", [3]),
    ("مدينة", [5]),
    ("straße", [6]),
    ('"master saw"', [4]),
    ('"saw master"', []),
    ("review", [5, 6]),
    ("nobody", []),
    ("%", []),
]


def test_search_finds_every_word_somewhere(newsroom: Database) -> None:
    for search, expected in SEARCHES:
        assert ids(newsroom, POSTS, search=search) == expected, search


def test_soft_deleted_are_hidden_shown_or_alone(newsroom: Database) -> None:
    posts = newsroom.sa(POSTS)
    with newsroom.engine.begin() as connection:
        connection.execute(
            posts.update().where(posts.c["id"] == 2).values({posts.c["deleted_at"]: sa.func.now()})
        )
    seen = {
        deleted: [
            (row.key[0], row.deleted) for row in first_block(newsroom, View(POSTS, ("id",), deleted=deleted))
        ]
        for deleted in Deleted
    }
    assert seen[Deleted.HIDDEN] == [(1, False), (3, False), (4, False), (5, False), (6, False)]
    assert seen[Deleted.SHOWN] == [(1, False), (2, True), (3, False), (4, False), (5, False), (6, False)]
    assert seen[Deleted.ONLY] == [(2, True)]


@pytest.mark.parametrize("flag", ["BOOLEAN", "INTEGER"])
def test_flag_that_is_null_means_not_deleted(make_database: MakeDatabase, flag: str) -> None:
    yes = "TRUE" if flag == "BOOLEAN" else "1"
    no = "FALSE" if flag == "BOOLEAN" else "0"
    database = make_database(
        f"CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, is_deleted {flag})",
        f"INSERT INTO things VALUES (1, 'a', {yes}), (2, 'b', {no}), (3, 'c', NULL)",  # noqa: S608
    )
    database = database.with_preferences(database.preferences.with_marker(THINGS, "is_deleted"))
    assert ids(database, THINGS) == ([2, 3] if database.table(THINGS).marker else [1, 2, 3])


def test_unknown_fields_are_refused_never_ignored(things: Database) -> None:
    with pytest.raises(BadFilter, match="There is no field named gone") as caught:
        ids(things, THINGS, ("gone", "x"))
    assert (caught.value.refusal.table, caught.value.refusal.fields) == (THINGS, ("gone",))
    with pytest.raises(BadFilter) as caught:
        ids(things, THINGS, search="a " * 60)
    assert (caught.value.refusal.table, caught.value.refusal.fields) == (THINGS, ())
    with pytest.raises(RefusedError, match="There is no field named gone"):
        first_block(things, View(THINGS, ("gone",)))
    with pytest.raises(RefusedError, match="There is no field named gone"):
        first_block(things, View(THINGS, ("id",), sort=(Sort("gone"),)))


def test_unusual_names(make_database: MakeDatabase) -> None:
    odd = ['a"b', "per%cent", "co:lon", "per%(x)s", "sp ace", "select", "ünï", "o0", "k0"]
    table = sa.Table(
        'we"ird %s :x',
        metadata := sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text) for name in odd),
    )
    database = make_database(metadata)
    plain = table.to_metadata(sa.MetaData())
    with database.engine.begin() as connection:
        connection.execute(plain.insert(), [dict.fromkeys(odd, "x") | {"id": n} for n in range(3)])
    name = TableName(None, 'we"ird %s :x')
    view = View(
        name,
        tuple(odd),
        filters=tuple(ColumnFilter(column, "x") for column in odd),
        sort=tuple(Sort(column, True) for column in odd),
        search="x",
    )
    found = scan(database, view)
    assert found.count == 3
    assert [row.key for row in block(database, view, found, 0)] == [(2,), (1,), (0,)]


def test_naughty_texts_are_only_texts(
    make_database: MakeDatabase, sql_log: Callable[[Database], SqlLog]
) -> None:
    if not NAUGHTY.exists():
        pytest.skip("the shared data folder is not here")
    texts = [text for text in json.loads(NAUGHTY.read_text(encoding="utf-8")) if text.strip()]
    database = make_database("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)")
    stored = {number: text for number, text in enumerate(texts) if "\x00" not in text}
    with database.engine.begin() as connection:
        insert = sa.text("INSERT INTO things VALUES (:id, :name)")
        connection.execute(insert, [{"id": number, "name": text} for number, text in stored.items()])
    log = sql_log(database)
    for number, text in list(stored.items())[::4]:
        exact = '"' + text.replace('"', '""') + '"'
        assert number in ids(database, THINGS, ("name", exact)), text
        ids(database, THINGS, search=text[:60])
    assert len({statement for statement in log.statements if "lower" not in statement}) < 20
