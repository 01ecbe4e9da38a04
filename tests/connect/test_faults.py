"""Driver errors taken apart, without any database description."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError
from desktop.base.keys import TableName
from desktop.connect.faults import Fault, FaultKind, read_fault


def sqlite_fault(*statements: str) -> Fault:
    """The fault of the last statement, run in memory with foreign keys on."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    try:
        with pytest.raises(sqlite3.Error) as caught:
            for statement in statements:
                connection.execute(statement)
    finally:
        connection.close()
    return read_fault(caught.value)


T = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT CHECK (b > 0), UNIQUE (a, b))"


@pytest.mark.parametrize(
    ("statements", "kind", "columns", "constraint"),
    [
        ((T, "INSERT INTO t VALUES (1,'x',1),(2,'x',1)"), FaultKind.UNIQUE, ("a", "b"), ""),
        ((T, "INSERT INTO t VALUES (1,'x',1),(1,'y',1)"), FaultKind.UNIQUE, ("id",), ""),
        ((T, "INSERT INTO t VALUES (1,NULL,1)"), FaultKind.NOT_NULL, ("a",), ""),
        ((T, "INSERT INTO t VALUES (1,'x',-1)"), FaultKind.CHECK, (), "b > 0"),
        ((T, "INSERT INTO t VALUES ('x','x',1)"), FaultKind.BAD_VALUE, (), ""),
        (
            (T, "CREATE UNIQUE INDEX i ON t (lower(a))", "INSERT INTO t VALUES (1,'x',1),(2,'X',1)"),
            FaultKind.UNIQUE,
            (),
            "i",
        ),
        (
            ("CREATE TABLE s (n INTEGER) STRICT", "INSERT INTO s VALUES ('x')"),
            FaultKind.BAD_VALUE,
            ("n",),
            "",
        ),
        (
            (
                "CREATE TABLE p (id INTEGER PRIMARY KEY)",
                "CREATE TABLE c (p REFERENCES p)",
                "INSERT INTO c VALUES (1)",
            ),
            FaultKind.FOREIGN_KEY,
            (),
            "",
        ),
        (("SELECT * FROM nowhere",), FaultKind.MISSING_OBJECT, (), ""),
        (("SELEKT",), FaultKind.OTHER, (), ""),
    ],
)
def test_sqlite(
    statements: tuple[str, ...], kind: FaultKind, columns: tuple[str, ...], constraint: str
) -> None:
    fault = sqlite_fault(*statements)
    assert (fault.kind, fault.columns, fault.constraint) == (kind, columns, constraint)
    assert fault.message


def test_names_with_dots_are_not_guessed() -> None:
    fault = sqlite_fault('CREATE TABLE "a.b" ("c, d.e" UNIQUE)', 'INSERT INTO "a.b" VALUES (1),(1)')
    assert fault.kind is FaultKind.UNIQUE
    assert (fault.table, fault.columns) != (TableName(None, "a"), ("b",))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OverflowError("x"), FaultKind.OUT_OF_RANGE),
        (UnicodeEncodeError("utf-8", "\udc80", 0, 1, "x"), FaultKind.BAD_VALUE),
        (CancelledError(), FaultKind.CANCELLED),
        (ZeroDivisionError("x"), FaultKind.OTHER),
        (psycopg.OperationalError("connection refused"), FaultKind.CONNECTION),
        (psycopg.InterfaceError("the connection is closed"), FaultKind.CONNECTION),
        (psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"), FaultKind.BAD_VALUE),
        (psycopg.errors.DeadlockDetected("x"), FaultKind.DEADLOCK),
        (psycopg.errors.StringDataRightTruncation("x"), FaultKind.TOO_LONG),
        (psycopg.errors.InvalidPassword("x"), FaultKind.CONNECTION),
        (psycopg.errors.SyntaxError("x"), FaultKind.OTHER),
        (psycopg.ProgrammingError("no query"), FaultKind.OTHER),
    ],
)
def test_whatever_is_raised(error: Exception, kind: FaultKind) -> None:
    wrapped = sa.exc.StatementError("x", "SELECT 1", None, error)
    assert read_fault(error).kind is kind
    assert read_fault(wrapped).kind is kind


def test_a_connection_that_was_invalidated_is_lost_whatever_the_code() -> None:
    error = sa.exc.DBAPIError("SELECT 1", None, psycopg.Error("gone"), connection_invalidated=True)
    assert read_fault(error).kind is FaultKind.CONNECTION
