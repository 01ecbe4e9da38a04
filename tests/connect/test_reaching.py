"""Cancelling while a server is being reached: at once, whatever it says, and no other host is tried."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from desktop.base.cancel import CancelledError, CancelToken
from desktop.browse.records import read_record
from desktop.connect import postgres
from desktop.connect.engine import make_engine
from desktop.connect.probe import probe
from desktop.connect.profile import Profile
from desktop.edit.cascade import delete_impact
from desktop.edit.unit import Unit
from desktop.schema.database import Database, open_database
from tests.edit.craft import chosen
from tests.fixtures.databases import MakeDatabase

A_LONG_TIME = 60
Reach = Callable[[Profile, Database, CancelToken], object]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than any test waits."""
    settings = {**postgres._CONNECTION_SETTINGS, "connect_timeout": A_LONG_TIME}
    monkeypatch.setattr(postgres, "_CONNECTION_SETTINGS", settings)


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Takes calls and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(10)
        yield listening


@pytest.fixture
def swallowing() -> Iterator[int]:
    """The port of a host that answers to no packet: its queue is full."""
    with contextlib.ExitStack() as open_, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            filling = open_.enter_context(socket.socket())
            filling.setblocking(False)
            filling.connect_ex(listening.getsockname())
        yield int(listening.getsockname()[1])


@pytest.fixture
def known(make_postgres: MakeDatabase) -> Database:
    return make_postgres("CREATE TABLE t (id integer PRIMARY KEY, a text)")


def saving(profile: Profile, database: Database, token: CancelToken) -> object:
    unit = Unit(database)
    unit.stage_insert(database.find("t"), {"id": 1})
    return unit.save(token)


WAYS: dict[str, Reach] = {
    "open": lambda profile, _, token: open_database(profile, token=token),
    "test": lambda profile, _, token: probe(profile, token=token),
    "reconnect": lambda _, database, token: database.reconnect(token),
    "read": lambda _, database, token: read_record(database, database.find("t"), (1,), token=token),
    "save": saving,
    "count what goes along": lambda _, database, token: delete_impact(
        database, chosen(database.find("t"), 1), token=token
    ),
}


def started(reach: Reach, profile: Profile, known: Database, token: CancelToken) -> Callable[[], object]:
    """Begin to reach the server; the answer waits for the end."""
    moved = replace(known, engine=make_engine(profile), profile=profile)
    ended: list[object] = []

    def work() -> None:
        try:
            ended.append(reach(profile, moved, token))
        except Exception as error:  # noqa: BLE001 - it is what is looked at
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()

    def end() -> object:
        thread.join(20)
        assert not thread.is_alive()
        return ended[0]

    return end


def at(*ports: int) -> Profile:
    hosts, listed = ",".join(["127.0.0.1"] * len(ports)), ",".join(map(str, ports))
    profile = Profile("", "postgresql", host=hosts, database="newsroom", user="ada")
    return replace(profile, port=ports[0]) if len(ports) == 1 else replace(profile, options={"port": listed})


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_never_answers_is_given_up_at_once(
    silent: socket.socket, known: Database, way: str
) -> None:
    token = CancelToken()
    end = started(WAYS[way], at(silent.getsockname()[1]), known, token)
    with silent.accept()[0]:  # it is waited for now
        token.cancel()
        assert isinstance(end(), CancelledError)


def test_no_other_host_is_tried(silent: socket.socket, known: Database) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        other.settimeout(0)
        token = CancelToken()
        end = started(WAYS["open"], at(silent.getsockname()[1], other.getsockname()[1]), known, token)
        with silent.accept()[0]:
            token.cancel()
            assert isinstance(end(), CancelledError)
        with pytest.raises(BlockingIOError):
            other.accept()


class Counting(CancelToken):
    """Tells when it has been looked at a few times."""

    def __init__(self) -> None:
        super().__init__()
        self._left, self.often = 3, threading.Event()

    def check(self) -> None:
        super().check()
        self._left -= 1
        if not self._left:
            self.often.set()


def test_a_host_that_swallows_every_packet(swallowing: int, known: Database) -> None:
    token = Counting()
    end = started(WAYS["open"], at(swallowing), known, token)
    assert token.often.wait(10)  # again and again while nothing comes
    token.cancel()
    assert isinstance(end(), CancelledError)
