"""Several connections of one read see one state, or there is only one of them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.browse import same_state
from desktop.browse.same_state import reading_same_state
from desktop.connect import sqlite
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase

READ = sa.text("SELECT n FROM t")


@pytest.fixture
def counted(make_sqlite: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> Database:
    """One record, in a file that can be written while others read it."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    return make_sqlite("PRAGMA journal_mode = WAL", "CREATE TABLE t (n INTEGER)", "INSERT INTO t VALUES (0)")


@pytest.fixture
def other(counted: Database) -> Iterator[sqlite3.Connection]:
    """Another program with the same file."""
    with closing(sqlite3.connect(counted.profile.path or "", isolation_level=None, timeout=0)) as connection:
        yield connection


def _seen(database: Database) -> list[object]:
    with reading_same_state(database, CancelToken(), 3) as connections:
        return [connection.execute(READ).scalar() for connection in connections]


def _at_each_look(monkeypatch: pytest.MonkeyPatch, act: Callable[[int], object]) -> None:
    """Do something just before the numbers of the file's version are read, told which time it is."""
    real, looks = sqlite.data_version, iter(range(100))

    def looking(connection: sa.Connection) -> int:
        act(next(looks))
        return real(connection)

    monkeypatch.setattr(same_state, "data_version", looking)


def test_what_is_committed_afterwards_none_of_them_sees(counted: Database, other: sqlite3.Connection) -> None:
    with reading_same_state(counted, CancelToken(), 3) as connections:
        other.execute("UPDATE t SET n = 1")
        assert [connection.execute(READ).scalar() for connection in connections] == [0, 0, 0]
    assert _seen(counted) == [1, 1, 1]


@pytest.mark.parametrize("moment", range(4))
def test_a_commit_between_their_beginnings_has_them_begin_again(
    counted: Database, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    def act(look: int) -> None:
        if look == moment:
            other.execute("UPDATE t SET n = n + 1")

    _at_each_look(monkeypatch, act)
    assert _seen(counted) == [1, 1, 1]


def test_where_somebody_commits_all_the_time_one_reads_alone(
    counted: Database, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _at_each_look(monkeypatch, lambda look: other.execute("UPDATE t SET n = n + 1"))
    assert len(_seen(counted)) == 1


def test_where_a_writer_waits_for_the_readers_one_reads_alone(
    make_sqlite: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a file without a log a writer lets nobody begin while it waits for those who have begun."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    database = make_sqlite("CREATE TABLE t (n INTEGER)", "INSERT INTO t VALUES (0)")
    with closing(sqlite3.connect(database.profile.path or "", isolation_level=None, timeout=0)) as writer:

        def act(look: int) -> None:
            if look == 2:  # the first has begun, the others have not
                writer.execute("BEGIN")
                writer.execute("UPDATE t SET n = 1")
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    writer.execute("COMMIT")

        _at_each_look(monkeypatch, act)
        started = time.monotonic()
        assert _seen(database) == [0]
        assert time.monotonic() - started < sqlite.LOCK_WAIT / 2  # each would wait for the other
        writer.execute("COMMIT")
    assert _seen(database) == [1, 1, 1]


def test_with_one_processor_one_reads_alone(counted: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert _seen(counted) == [0]


def test_all_of_them_are_given_back(counted: Database) -> None:
    _seen(counted)
    assert counted.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
