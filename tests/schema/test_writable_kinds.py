"""Only what has a key that names exactly one record can be written; the rest says why."""

from __future__ import annotations

import pytest

from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase


def reason(database: Database, table: str) -> str:
    return database.table(database.find(table)).read_only_reason


@pytest.mark.parametrize(
    ("ddl", "writable"),
    [
        ("CREATE TABLE t (id INTEGER PRIMARY KEY)", True),
        ("CREATE TABLE t (a INTEGER UNIQUE, v TEXT)", False),
        ("CREATE TABLE t (a INTEGER, b INTEGER NOT NULL, UNIQUE (a, b))", False),
        ("CREATE TABLE t (v JSON)", False),
        ("CREATE VIEW t AS SELECT 1 AS a", False),
    ],
)
def test_on_a_server(make_postgres: MakeDatabase, ddl: str, writable: bool) -> None:
    assert (reason(make_postgres(ddl), "t") == "") == writable


@pytest.mark.parametrize(
    ("ddl", "writable"),
    [
        ("CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID", True),
        ("CREATE TABLE t (a TEXT PRIMARY KEY, v)", True),
        ("CREATE TABLE t (v)", True),
        ("CREATE TABLE t (rowid, oid, _rowid_)", False),
        ("CREATE VIEW t AS SELECT 1 AS a", False),
    ],
)
def test_in_a_file(make_sqlite: MakeDatabase, ddl: str, writable: bool) -> None:
    assert (reason(make_sqlite(ddl), "t") == "") == writable
