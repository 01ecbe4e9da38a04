"""SQLite files made to do harm: nothing outside their own data, one sentence each, no crash and no hang."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import TableName
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.fetch import BLOCK, first_block
from desktop.browse.reading import fetch
from desktop.browse.view import View
from desktop.connect.profile import Profile, sqlite_profile
from desktop.connect.running import running
from desktop.connect.sqlite_guard import MOST_BYTES
from desktop.edit.load import OnConflict, load_rows
from desktop.edit.unit import Unit
from desktop.schema.database import Database, open_database
from tests.connect.test_sqlite import make_file

T = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
ENDLESS_VIEW = f"CREATE VIEW v AS {ENDLESS} SELECT i FROM n"  # noqa: S608
ENDLESS_TRIGGER = " ".join(
    ("CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO t (name)", ENDLESS, "SELECT i FROM n; END")
)
Open = Callable[..., Database]


@pytest.fixture
def opened(tmp_path: Path, request: pytest.FixtureRequest) -> Open:
    def make(*statements: str) -> Database:
        database = open_database(sqlite_profile(make_file(tmp_path / "bad.db", *statements)))
        request.addfinalizer(database.dispose)
        return database

    return make


def insert(database: Database, **values: object) -> None:
    unit = Unit(database)
    unit.stage_insert(TableName(None, "t"), values)
    unit.save(CancelToken())


@pytest.mark.parametrize(
    "call",
    ["load_extension('/tmp/x')", "fts3_tokenizer('simple', x'00')", "writefile('/tmp/x', 'y')", "edit('x')"],
)
def test_a_view_that_reaches_out_is_listed_as_unreadable(opened: Open, call: str) -> None:
    database = opened(T, f"CREATE VIEW v AS SELECT {call} AS a")
    assert [str(name) for name in database.schema.tables] == ["t"]
    (broken,) = database.schema.broken
    assert str(broken.name) == "v"
    assert broken.reason.startswith("This view cannot be read: ")
    insert(database, id=1, name="the rest works")


@pytest.mark.parametrize("table", ["dbstat", "sqlite_stmt", "pragma_database_list"])
def test_a_view_of_the_library_itself_is_listed_as_unreadable(opened: Open, table: str) -> None:
    database = opened(f"CREATE VIEW v AS SELECT * FROM {table}")  # noqa: S608
    assert [str(broken.name) for broken in database.schema.broken] == ["v"]


@pytest.mark.parametrize(
    "call", ["load_extension('x')", "fts3_tokenizer('simple', x'00')", "rowkeeper_casefold(1)"]
)
def test_a_trigger_that_reaches_out_is_refused_in_words(opened: Open, call: str) -> None:
    database = opened(T, f"CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT {call}; END")
    with pytest.raises(RefusedError) as refused:
        insert(database, id=1, name="x")
    assert refused.value.refusal.reason is Reason.NOT_ALLOWED
    assert refused.value.refusal.sentence == (
        "A trigger or rule of this file uses something that no file may use here."
    )
    assert fetch(database, sa.text("SELECT * FROM t"), CancelToken()) == []


def test_what_only_computes_still_works_in_views_triggers_and_indexes_of_words(opened: Open) -> None:
    database = opened(
        T,
        "CREATE VIEW v AS SELECT upper(name) AS a, strftime('%Y', 'now') AS b,"
        " row_number() OVER (ORDER BY id) AS d FROM t",
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET name = trim(name) WHERE id = new.id; END",
        "CREATE VIRTUAL TABLE f USING fts5(words)",
        "INSERT INTO f VALUES ('a')",
        "CREATE VIRTUAL TABLE g USING fts4(words)",
        "CREATE VIRTUAL TABLE h USING rtree(id, low, high)",
    )
    insert(database, id=1, name=" a ")
    assert not database.schema.broken
    assert [row[0] for row in fetch(database, sa.text("SELECT a FROM v"), CancelToken())] == ["A"]
    found = sa.text("SELECT words, bm25(f), highlight(f, 0, '<', '>') FROM f WHERE f MATCH 'a'")
    assert len(fetch(database, found, CancelToken())) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH DATABASE ':memory:' AS other",
        "PRAGMA writable_schema = ON",
        "PRAGMA trusted_schema = ON",
        "PRAGMA query_only = OFF",
        "PRAGMA temp_store_directory = '/tmp'",
        "SELECT load_extension('x')",
        "SELECT fts3_tokenizer('simple', x'00')",
    ],
)
def test_not_even_our_own_statements_can_open_the_cage(opened: Open, statement: str) -> None:
    database = opened(T)
    with database.engine.connect() as connection, pytest.raises(sa.exc.DatabaseError):
        connection.execute(sa.text(statement.replace(":", "\\:")))


def test_a_value_of_any_size_is_not_made(opened: Open) -> None:
    size = MOST_BYTES + 1
    database = opened(T, "CREATE TABLE g (id INTEGER PRIMARY KEY)", "INSERT INTO g VALUES (1)")
    driver = database.engine.raw_connection()
    assert isinstance(driver.driver_connection, sqlite3.Connection)
    assert driver.driver_connection.getlimit(sqlite3.SQLITE_LIMIT_ATTACHED) == 0
    driver.close()
    with pytest.raises(RefusedError) as refused:
        fetch(database, sa.text(f"SELECT hex(zeroblob({size})) FROM g"), CancelToken())  # noqa: S608
    assert refused.value.refusal.sentence == "A value here is larger than 256 MB and cannot be read."


def test_a_generated_column_that_reaches_out_costs_only_its_table(opened: Open) -> None:
    database = opened(
        "CREATE TABLE g (id INTEGER PRIMARY KEY, bomb AS (zeroblob(600000000)))",
        "INSERT INTO g (id) VALUES (1)",
        T,
    )
    insert(database, id=1, name="x")
    with pytest.raises(RefusedError):
        first_block(database, View(TableName(None, "g"), ("id", "bomb")))


def cancel_soon(token: CancelToken) -> None:
    threading.Timer(0.3, token.cancel).start()


def test_an_endless_view_opens_and_its_count_can_be_stopped(opened: Open) -> None:
    database = opened(ENDLESS_VIEW)
    view = View(TableName(None, "v"), ("i",))
    assert len(first_block(database, view)) == BLOCK
    token = CancelToken()
    cancel_soon(token)
    with pytest.raises(CancelledError):
        fetch(database, sa.text("SELECT count(*) FROM v"), token)


def test_an_endless_trigger_can_be_stopped_and_leaves_nothing(opened: Open) -> None:
    database = opened(T, ENDLESS_TRIGGER)
    token = CancelToken()
    cancel_soon(token)
    with pytest.raises(CancelledError):
        load_rows(database, TableName(None, "t"), ["id"], [{"id": 1}], OnConflict.STOP, token=token)
    assert fetch(database, sa.text("SELECT id FROM t"), CancelToken()) == []


def test_a_cancel_between_two_statements_stops_the_next(opened: Open) -> None:
    """SQLite itself forgets an interrupt that finds nothing running."""
    database = opened(ENDLESS_VIEW)
    token = CancelToken()
    with (
        database.engine.connect() as connection,
        pytest.raises(CancelledError),
        running(connection, token),
    ):
        token.cancel()
        connection.execute(sa.text("SELECT count(*) FROM v"))


@pytest.mark.parametrize(
    "definition",
    [
        "CREATE TABLE t (a,\0 b)",
        "CREATE TABLE other (a",
        "CREATE VIRTUAL TABLE t USING nothing(x)",
        "CREATE TABLE t (" + "(" * 5000,
    ],
)
def test_a_schema_that_is_no_sql_is_told_in_a_sentence(tmp_path: Path, definition: str) -> None:
    path = make_file(tmp_path / "bad.db", T)
    spoil(path, "UPDATE sqlite_master SET sql = ?", definition)
    assert refused_sentence(sqlite_profile(path)) == "“bad.db” is not an SQLite database that can be read."


def test_a_view_named_like_a_table_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = make_file(tmp_path / "bad.db", T)
    spoil(path, "INSERT INTO sqlite_master VALUES ('view', 't', 't', 0, ?)", "CREATE VIEW t AS SELECT 1")
    assert refused_sentence(sqlite_profile(path)) == "“bad.db” is not an SQLite database that can be read."


def test_names_with_line_breaks_and_two_thousand_columns_open(opened: Open) -> None:
    columns = ", ".join(f"c{number}" for number in range(1999))
    database = opened(
        'CREATE TABLE "a\nb" (id INTEGER PRIMARY KEY, name TEXT)',
        f"CREATE TABLE wide (id INTEGER PRIMARY KEY, {columns})",
    )
    assert {name.name for name in database.schema.tables} == {"a\nb", "wide"}
    assert len(database.table(TableName(None, "wide")).columns) == 2000


def test_broken_pages_are_told_when_they_are_read_and_not_before(tmp_path: Path) -> None:
    rows = [f"INSERT INTO t VALUES ({number}, '{'x' * 500}')" for number in range(200)]  # noqa: S608
    path = make_file(tmp_path / "bad.db", T, *rows)
    content = bytearray(path.read_bytes())
    content[2 * 4096 :] = b"\xff\x07\xff" * ((len(content) - 2 * 4096) // 3)
    path.write_bytes(content)
    database = open_database(sqlite_profile(path))
    with pytest.raises(RefusedError) as refused:
        fetch(database, sa.text("SELECT * FROM t"), CancelToken())
    assert refused.value.refusal.sentence == "The database file is damaged or has been overwritten."
    database.dispose()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path.write_bytes(b"not a database, but long enough"), "is not an SQLite database."),
        (lambda path: path.mkdir(), "is a folder, not a database file."),
        (lambda path: os.mkfifo(path), "is not an ordinary file."),
        (lambda path: path.symlink_to("/dev/zero"), "is not an ordinary file."),
        (lambda path: path.symlink_to("nothing"), "There is no file"),
    ],
    ids=["text", "folder", "pipe", "device", "dangling"],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_file_of_a_database_is_never_opened(
    tmp_path: Path, make: Callable[[Path], object], sentence: str, read_only: bool
) -> None:
    path = tmp_path / "bad.db"
    make(path)
    assert sentence in refused_sentence(sqlite_profile(path, read_only=read_only))


def test_a_link_to_a_database_opens(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(make_file(tmp_path / "real.db", T))
    database = open_database(sqlite_profile(tmp_path / "link.db"))
    insert(database, id=1)
    database.dispose()


def spoil(path: Path, statement: str, value: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(statement, (value,))
    connection.commit()
    connection.close()


def refused_sentence(profile: Profile) -> str:
    with pytest.raises(RefusedError) as refused:
        open_database(profile)
    return refused.value.refusal.sentence
