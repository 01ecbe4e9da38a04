"""Cancelling stops the statement that runs, and never a later one."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.connect import running as module
from desktop.connect.engine import make_engine
from desktop.connect.profile import parse_url
from desktop.connect.running import running
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.postgres import Server

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


def test_a_statement_the_server_itself_stopped_was_not_cancelled(make_postgres: MakeDatabase) -> None:
    database = make_postgres("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    with database.engine.connect() as connection:
        connection.execute(sa.text("SET LOCAL statement_timeout = '100ms'"))
        with pytest.raises(sa.exc.OperationalError), running(connection, CancelToken()):
            connection.execute(sa.text("SELECT pg_sleep(60)"))


def test_a_cancel_that_was_under_way_hits_no_later_statement(database: Database) -> None:
    """The interrupts are called outside the token's lock: one may be called after the block has ended."""
    token = CancelToken()
    with database.engine.connect() as connection:
        with running(connection, token):
            (late,) = token._interrupts  # looked up by a canceller, and called too late
        slow = SLOW[database.capabilities.name].replace("FROM n)", "FROM n WHERE i < 300000)")
        timer = threading.Timer(0.05, late)
        timer.start()
        connection.execute(sa.text(slow.replace("60", "0.3"))).all()
        timer.join()


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


class Line:
    """A network between client and server that can go dead without a word."""

    def __init__(self, host: str, port: int) -> None:
        self.server = (host, port)
        self.dead = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.sockets: list[socket.socket] = [self.listening]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                self.sockets.append(client)
                if not self.dead.is_set():
                    server = socket.create_connection(self.server)
                    self.sockets.append(server)
                    for pair in ((client, server), (server, client)):
                        threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := here.recv(65_536):
                if not self.dead.is_set():
                    there.sendall(data)

    def close(self) -> None:
        for end in self.sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def line(postgres_server: Server) -> Iterator[Line]:
    profile, _ = parse_url(postgres_server.url)
    line = Line(profile.host, profile.port or 5432)
    yield line
    line.close()


def test_a_server_that_answers_nothing_at_all_is_cut_off(
    postgres_server: Server, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CANCEL_WAIT", 0.2)
    profile, _ = parse_url(postgres_server.url)
    engine = make_engine(replace(profile, host="127.0.0.1", port=line.port))
    token = CancelToken()

    def go_dead() -> None:
        line.dead.set()
        token.cancel()

    with engine.connect() as connection:
        timer = threading.Timer(0.2, go_dead)
        timer.start()
        with pytest.raises(CancelledError), running(connection, token):
            connection.execute(sa.text("SELECT pg_sleep(60)"))
        timer.join()
    engine.dispose()
