"""A server that hangs, a line that swallows everything: whoever cancels is free again, nothing is lost."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import RecordRef
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.reading import fetch, reading
from desktop.connect import alive, running
from desktop.connect.profile import parse_url
from desktop.edit.unit import Unit
from desktop.edit.verdict import UnansweredError
from desktop.schema.database import Database, open_database
from tests.faults.moments import Moment, at_commit, at_rollback, at_update
from tests.faults.proxy import Proxy, line_to
from tests.faults.servers import OURS, Cluster, cluster, until

TIMES = 4 if os.environ.get("FAULTS") == "full" else 1


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alive, "PATIENCE", 0.3)
    monkeypatch.setattr(running, "CANCEL_WAIT", 0.3)


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    with cluster() as found:
        found.execute("CREATE TABLE notes (id integer PRIMARY KEY, text text)")
        found.execute("INSERT INTO notes VALUES (1, 'as it was')")
        found.execute("CREATE TABLE log (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)")
        yield found


@pytest.fixture
def database(own: Cluster) -> Iterator[Database]:
    found = open_database(parse_url(f"postgresql://rowkeeper@127.0.0.1:{own.port}/postgres")[0])
    yield found
    found.dispose()


def staged(own: Cluster, database: Database, text: str) -> Unit:
    ((before,),) = own.execute("SELECT text FROM notes")
    unit = Unit(database)
    unit.stage(RecordRef(database.find("notes"), (1,)), "text", before, text)
    unit.stage_insert(database.find("log"), {"text": text})
    return unit


def saved_once(own: Cluster, text: str) -> None:
    assert own.execute("SELECT text FROM notes") == [(text,)]
    assert own.execute(f"SELECT count(*) FROM log WHERE text = '{text}'") == [(1,)]  # noqa: S608


def test_a_statement_of_a_hung_server_can_be_cancelled(own: Cluster, database: Database) -> None:
    for _ in range(TIMES):
        token = CancelToken()
        with cancelled_while_hung(own, token), pytest.raises(CancelledError):
            fetch(database, sa.text("SELECT pg_sleep(600)"), token)
        assert fetch(database, sa.text("SELECT 1"), CancelToken()) == [(1,)]


@contextmanager
def cancelled_while_hung(own: Cluster, token: CancelToken) -> Iterator[None]:
    """As soon as the statement runs the server hangs, and somebody cancels."""

    def cancel() -> None:
        until(lambda: own.execute(f"{OURS} AND state = 'active'"))
        with own.hung():
            token.cancel()
            ended.wait(20)

    ended = threading.Event()
    thread = threading.Thread(target=cancel)
    thread.start()
    yield
    ended.set()
    thread.join()


def test_what_hangs_while_nothing_is_asked_is_not_waited_for(own: Cluster, database: Database) -> None:
    for number in range(TIMES):
        unit = staged(own, database, f"idle {number}")
        with own.hung():
            unit.save()
            saved_once(own, f"idle {number}")


@pytest.mark.parametrize("point", [at_update, at_commit])
def test_a_save_to_a_hung_server_can_be_cancelled(own: Cluster, database: Database, point: Moment) -> None:
    for number in range(TIMES):
        text = f"{point.__name__} {number}"
        unit, token = staged(own, database, text), CancelToken()
        with hung_at(own, database, point, token), pytest.raises((CancelledError, UnansweredError)) as told:
            unit.save(token)
        assert unit.dirty
        assert isinstance(told.value, UnansweredError) is (point is at_commit)
        unit.save()  # the server goes on: what it made of the first is found out
        assert len(unit.changes) == 0
        saved_once(own, text)


def test_a_refused_save_does_not_wait_for_the_answer_to_its_rollback(
    own: Cluster, database: Database
) -> None:
    for number in range(TIMES):
        unit, block = staged(own, database, f"refused {number}"), own.hung()
        own.execute(f"UPDATE notes SET text = 'theirs {number}'")  # noqa: S608 - fixed text
        stop = at_rollback(database, block.__enter__)
        with pytest.raises(RefusedError) as told:
            unit.save()
        assert told.value.refusal.reason is Reason.CONFLICT and unit.dirty
        block.__exit__(None, None, None)
        stop()
        assert own.execute("SELECT text FROM notes") == [(f"theirs {number}",)]
        assert fetch(database, sa.text("SELECT 1"), CancelToken()) == [(1,)]


def test_a_read_of_one_state_ends_though_the_server_hangs(own: Cluster, database: Database) -> None:
    for _ in range(TIMES):
        block = own.hung()
        with reading(database, CancelToken(), snapshot=True) as connection:
            assert connection.scalar(sa.text("SELECT 1")) == 1
            block.__enter__()
        block.__exit__(None, None, None)
        assert fetch(database, sa.text("SELECT 1"), CancelToken()) == [(1,)]


@contextmanager
def hung_at(own: Cluster, database: Database, point: Moment, token: CancelToken) -> Iterator[None]:
    """The server hangs at that point of a save, and somebody cancels."""
    block = own.hung()

    def hang() -> None:
        block.__enter__()
        timer.start()

    timer = threading.Timer(0.2, token.cancel)
    stop = point(database, hang)
    yield
    timer.join()
    block.__exit__(None, None, None)
    stop()


@pytest.fixture
def line(own: Cluster) -> Iterator[Proxy]:
    with line_to(own.port) as made:
        yield made


def test_a_line_that_swallows_everything_is_given_up(own: Cluster, line: Proxy) -> None:
    profile, _ = parse_url(f"postgresql://rowkeeper@127.0.0.1:{line.port}/postgres?connect_timeout=2")
    database = open_database(profile)
    for number in range(TIMES):
        unit = staged(own, database, f"hole {number}")
        with line.swallowing(), pytest.raises(RefusedError) as told:
            unit.save()
        assert told.value.refusal.reason is Reason.CONNECTION and unit.dirty
        unit.save()
        saved_once(own, f"hole {number}")
    database.dispose()


def test_a_server_that_lets_nobody_in_is_told(own: Cluster) -> None:
    url = f"postgresql://rowkeeper@127.0.0.1:{own.port}/postgres?connect_timeout=2"
    for _ in range(TIMES):
        with own.shut(), pytest.raises(RefusedError, match="did not answer"):
            open_database(parse_url(url)[0])
    open_database(parse_url(url)[0]).dispose()
