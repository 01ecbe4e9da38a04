"""What concerns the whole database, in words: locks, rights, the line, the disk, the file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal
from desktop.connect import sqlite
from desktop.connect.sqlite import IMMEDIATE
from desktop.edit.explain import Attempt, explain, is_refusal
from desktop.schema.database import Database
from tests.edit.refusing import provoke, refused_insert
from tests.fixtures.databases import MakeDatabase, OpenSecond

T = TableName(None, "t")
DDL = ("CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20))", "INSERT INTO t VALUES (1, 'one')")


def attempt(database: Database, *before: str, statement: sa.Executable | None = None) -> Refusal:
    """Insert into t after the given statements, in one transaction that fails."""
    with pytest.raises(Exception) as caught, database.engine.connect() as connection:
        connection.execution_options(**{IMMEDIATE: True})
        driver = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            driver.set_authorizer(None)  # it lets nobody change settings
        for text in before:
            connection.execute(sa.text(text))
        insert = sa.insert(database.sa(T)).values(id=2, name="x" * 15)
        connection.execute(insert if statement is None else statement)
        connection.commit()
    assert is_refusal(caught.value), caught.value
    return explain(caught.value, Attempt(T, None, {"id": 2, "name": "x"}, "insert"), database)


def test_a_read_only_connection(make_database: MakeDatabase) -> None:
    refusal = refused_insert(make_database(*DDL, read_only=True), "t", {"id": 2})
    assert (refusal.reason, refusal.fields) == (Reason.READ_ONLY, ())
    assert refusal.sentence == "This database was opened for reading only."


def test_a_file_locked_by_another_program(
    make_sqlite: MakeDatabase, second: OpenSecond, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LOCK_WAIT", 0.1)
    database = make_sqlite(*DDL)
    other = second(database)
    other.exec_driver_sql("BEGIN IMMEDIATE")
    refusal = attempt(database)
    assert (refusal.reason, refusal.sentence) == (
        Reason.LOCKED,
        "Another program is writing to this database.",
    )
    assert refusal.hint == "Try again in a moment. Nothing was saved."
    other.exec_driver_sql("ROLLBACK")


def test_a_commit_that_finds_the_file_busy_leaves_nothing_open(
    make_sqlite: MakeDatabase, second: OpenSecond, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LOCK_WAIT", 0.1)
    database = make_sqlite(*DDL)
    reader = second(database)
    reader.exec_driver_sql("BEGIN")
    reader.exec_driver_sql("SELECT * FROM t").all()
    assert attempt(database).reason is Reason.LOCKED
    reader.exec_driver_sql("COMMIT")
    reader.exec_driver_sql("BEGIN IMMEDIATE")  # would fail if the refused save still held its lock
    assert reader.exec_driver_sql("SELECT count(*) FROM t").scalar() == 1
    reader.exec_driver_sql("ROLLBACK")


@pytest.mark.parametrize(
    ("before", "reason", "sentence"),
    [
        ("PRAGMA query_only = ON", Reason.READ_ONLY, "The database file is write-protected."),
        ("PRAGMA max_page_count = 1", Reason.STORAGE, "The database's disk is full."),
    ],
)
def test_a_file_that_takes_nothing(
    make_sqlite: MakeDatabase, before: str, reason: Reason, sentence: str
) -> None:
    database = make_sqlite(*DDL)
    many = sa.text(
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n LIMIT 2000)"
        " INSERT INTO t SELECT i, 'xxxxxxxxxxxxxxxxxxxx' FROM n"
    )
    refusal = attempt(database, before, statement=many)
    assert (refusal.reason, refusal.sentence) == (reason, sentence)


def test_a_file_that_was_deleted(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(*DDL)
    Path(database.profile.path).unlink()
    refusal = attempt(database)
    assert refusal.reason is Reason.FILE
    assert refusal.sentence == "The database file has been moved, replaced or deleted since it was opened."


def test_a_file_that_was_overwritten(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(*DDL)
    database.dispose()
    Path(database.profile.path).write_bytes(b"not a database, but long enough to look at" * 40)
    refusal = attempt(database)
    assert refusal.sentence == "The database file is damaged or has been overwritten."


def test_a_field_that_is_gone(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(*DDL)
    second(database).execute(sa.text("ALTER TABLE t DROP COLUMN name"))
    refusal = attempt(database)
    assert (refusal.reason, refusal.fields) == (Reason.GONE, ())


def test_a_record_locked_by_someone_else(make_postgres: MakeDatabase, second: OpenSecond) -> None:
    database = make_postgres(*DDL)
    other = second(database)
    other.execute(sa.text("BEGIN"))
    other.execute(sa.text("UPDATE t SET name = 'other' WHERE id = 1"))
    table = database.sa(T)
    refusal = attempt(
        database,
        "SET LOCAL lock_timeout = '50ms'",
        statement=sa.update(table).where(table.c.id == 1).values(name="mine"),
    )
    assert (refusal.reason, refusal.sentence) == (
        Reason.LOCKED,
        "Someone else is changing the same records right now.",
    )
    other.execute(sa.text("ROLLBACK"))


def test_a_lost_connection_and_the_next_one(make_postgres: MakeDatabase, second: OpenSecond) -> None:
    database = make_postgres(*DDL)
    other = second(database)
    with pytest.raises(sa.exc.OperationalError) as caught, database.engine.connect() as connection:
        process = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        other.execute(sa.text("SELECT pg_terminate_backend(:process, 2000)"), {"process": process})
        connection.execute(sa.text("SELECT 1"))
    refusal = explain(caught.value, Attempt(T, None, {}, "update"), database)
    assert (refusal.reason, refusal.sentence) == (
        Reason.CONNECTION,
        "The server has ended the connection; it was probably restarted.",
    )
    with database.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM t")) == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("40P01", Reason.LOCKED),
        ("40001", Reason.LOCKED),
        ("53100", Reason.STORAGE),
        ("53300", Reason.CONNECTION),
        ("57P01", Reason.CONNECTION),
        ("25006", Reason.READ_ONLY),
        ("55000", Reason.READ_ONLY),
        ("428C9", Reason.READ_ONLY),
        ("42P01", Reason.GONE),
    ],
)
def test_by_sqlstate(make_postgres: MakeDatabase, code: str, reason: Reason) -> None:
    database = make_postgres(*DDL)
    raising = sa.text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$")
    refusal = attempt(database, statement=raising)
    assert refusal.reason is reason
    assert refusal.hint.endswith("Nothing was saved.")
    assert code in refusal.details


def test_the_servers_own_time_limit(make_postgres: MakeDatabase) -> None:
    slow = sa.text("SELECT pg_sleep(5)")
    refusal = attempt(make_postgres(*DDL), "SET LOCAL statement_timeout = '30ms'", statement=slow)
    assert refusal.sentence == "The server stopped the work because it took too long."


def test_rights(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        *DDL,
        "DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO pg_monitor', current_schema()); END $$",
    )
    refusal = attempt(database, "SET LOCAL ROLE pg_monitor")
    assert refusal.reason is Reason.NOT_ALLOWED
    assert refusal.sentence.startswith("You are not allowed to add ")
    guarded = (
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "GRANT ALL ON t TO pg_monitor",
        "SET LOCAL ROLE pg_monitor",
    )
    refusal = attempt(database, *guarded)
    assert refusal.reason is Reason.NOT_ALLOWED
    assert refusal.sentence.startswith("A rule of the database does not let you add these ")


def test_words_of_a_bug_stay_a_bug(make_postgres: MakeDatabase) -> None:
    database = make_postgres(*DDL)
    with pytest.raises(sa.exc.ProgrammingError):
        explain(_syntax_error(database), Attempt(T, None, {}, "insert"), database)


def _syntax_error(database: Database) -> sa.exc.ProgrammingError:
    with pytest.raises(sa.exc.ProgrammingError) as caught, database.engine.connect() as connection:
        connection.execute(sa.text("SELEKT"))
    assert not is_refusal(caught.value)
    return caught.value


def test_the_session_works_on_after_a_refusal(newsroom: Database) -> None:
    users = TableName(None, "users")
    taken = sa.insert(newsroom.sa(users)).values(name="E", email="ada@example.org")
    for _ in range(12):  # more often than the pool has connections
        provoke(newsroom, taken, Attempt(users, None, {"email": "ada@example.org"}, "insert"))
    with newsroom.engine.begin() as connection:
        connection.execute(sa.insert(newsroom.sa(users)).values(name="E", email="new@example.org"))
        assert connection.scalar(sa.select(sa.func.count()).select_from(newsroom.sa(users))) == 4
