"""Gives the tests of files out the tables that two ways to a file are compared on."""

from __future__ import annotations

import pytest

from desktop.schema.database import Database
from tests.fixtures.databases import Backend, MakeDatabase
from tests.transfer.kinds import POSTGRES, SQLITE, fill_postgres, fill_sqlite


@pytest.fixture
def every_kind(make_database: MakeDatabase, backend: Backend) -> Database:
    """A table with hard values of every kind."""
    parents = "CREATE TABLE p (id INTEGER PRIMARY KEY, name VARCHAR(90))"
    if backend == "sqlite":
        database = make_database(parents, SQLITE)
        fill_sqlite(database)
    else:
        database = make_database("CREATE TYPE mood AS ENUM ('fine', '-bad', 'a,b')", parents, POSTGRES)
        fill_postgres(database)
    return database


@pytest.fixture
def many(make_database: MakeDatabase) -> Database:
    """A table of ``MANY`` records."""
    return make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)",
        "INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 60000)"
        " SELECT n, 'a note of some length, with a comma, for number ' || n FROM s",
    )
