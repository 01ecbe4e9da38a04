"""Cancelling stops the statement that runs, and never a later one."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.connect.running import running
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase

SLOW = {
    "SQLite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "PostgreSQL": "SELECT pg_sleep(60)",
}


@pytest.fixture
def database(make_database: MakeDatabase) -> Database:
    return make_database("CREATE TABLE t (id INTEGER PRIMARY KEY)")


def test_cancel_stops_the_statement_and_the_connection_works_on(database: Database) -> None:
    token = CancelToken()
    with database.engine.connect() as connection:
        timer = threading.Timer(0.2, token.cancel)
        timer.start()
        with pytest.raises(CancelledError), running(connection, token):
            connection.execute(sa.text(SLOW[database.capabilities.name])).all()
        timer.join()
        connection.rollback()
        token.cancel()  # too late: hits nothing
        assert connection.scalar(sa.text("SELECT 1")) == 1


def test_a_cancelled_token_runs_nothing(database: Database) -> None:
    token = CancelToken()
    token.cancel()
    with database.engine.connect() as connection:
        with pytest.raises(CancelledError), running(connection, token):
            connection.execute(sa.text("SELECT 1"))
        assert connection.scalar(sa.text("SELECT 1")) == 1


def test_other_errors_pass_through(database: Database) -> None:
    token = CancelToken()
    with database.engine.connect() as connection:
        with pytest.raises(sa.exc.DBAPIError), running(connection, token):
            connection.execute(sa.text("SELECT * FROM nowhere"))
        with pytest.raises(ZeroDivisionError), running(connection, token):
            token.cancel()
            raise ZeroDivisionError


def test_a_block_that_ended_in_time_is_not_touched(database: Database) -> None:
    token = CancelToken()
    with database.engine.connect() as connection, running(connection, token):
        connection.execute(sa.text("SELECT 1"))
        connection.commit()
        token.cancel()


def test_nobody_waits_for_the_server_while_cancelling(make_postgres: MakeDatabase) -> None:
    """``cancel()`` hands over to a thread of its own: the caller may be the one that paints."""
    database = make_postgres("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    token = CancelToken()
    names: list[str] = []
    with database.engine.connect() as connection:

        def cancel() -> None:
            token.cancel()
            names.extend(thread.name for thread in threading.enumerate())

        timer = threading.Timer(0.2, cancel)
        timer.start()
        with pytest.raises(CancelledError), running(connection, token):
            connection.execute(sa.text("SELECT pg_sleep(60)"))
        timer.join()
    assert "cancel" in names
