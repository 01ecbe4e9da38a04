"""Trying a connection: what it tells, and the words where it cannot be had."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from desktop.base.refusal import Reason, RefusedError
from desktop.connect import postgres
from desktop.connect.opening import opening, opening_refusal
from desktop.connect.probe import probe
from desktop.connect.profile import Profile, parse_url, sqlite_profile
from tests.fixtures.postgres import Server


@pytest.fixture
def server(postgres_server: Server) -> Profile:
    profile, _ = parse_url(postgres_server.url)
    return profile


@pytest.mark.parametrize("read_only", [False, True])
def test_a_server_that_answers(server: Profile, read_only: bool) -> None:
    found = probe(replace(server, read_only=read_only))
    assert (found.tls, found.may_write) == (False, not read_only)
    assert found.milliseconds > 0
    assert found.server_version[0].isdigit()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_opens(tmp_path: Path, read_only: bool) -> None:
    (tmp_path / "a.db").touch()
    found = probe(sqlite_profile(tmp_path / "a.db", read_only=read_only))
    assert (found.tls, found.may_write) == (False, not read_only)


def refused(profile: Profile) -> tuple[Reason, str]:
    with pytest.raises(RefusedError) as caught:
        probe(profile)
    refusal = caught.value.refusal
    assert refusal.hint
    assert refusal.details
    return refusal.reason, refusal.sentence


def test_no_such_database(server: Profile) -> None:
    sentence = "There is no database named “nowhere” on 127.0.0.1."
    assert refused(replace(server, database="nowhere")) == (Reason.CONNECTION, sentence)


def test_no_such_user(server: Profile) -> None:
    # A server that asks for passwords does not tell whether there is such a user.
    assert refused(replace(server, user="nobody"))[1] in (
        "The server does not let “nobody” in.",
        "The password for “nobody” was not accepted.",
    )


def test_no_server_there(server: Profile) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    sentence = f"No PostgreSQL server answers at 127.0.0.1, port {port}."
    assert refused(replace(server, port=port))[1] == sentence


def test_no_such_host(server: Profile) -> None:
    nowhere = replace(server, host="no-such-host.invalid", sslmode="disable")
    assert refused(nowhere)[1] == "There is no server named “no-such-host.invalid”."


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Accepts connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_server_that_does_not_answer(
    server: Profile, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = {**postgres._CONNECTION_SETTINGS, "connect_timeout": 2}
    monkeypatch.setattr(postgres, "_CONNECTION_SETTINGS", patient)
    sentence = f"127.0.0.1, port {silent_port} did not answer within 5 seconds."
    assert refused(replace(server, port=silent_port))[1] == sentence


def test_a_server_without_encryption_where_it_is_wanted(server: Profile) -> None:
    assert refused(replace(server, sslmode="require"))[1] == "The server does not offer encryption."


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ('FATAL:  password authentication failed for user "ann"', "The password for “ann” was not accepted."),
        ("fe_sendauth: no password supplied", "The password for “ann” was not accepted."),
        (
            'FATAL: no pg_hba.conf entry for host "1.2.3.4"',
            "The server does not let “ann” in from this machine.",
        ),
        (
            "SSL error: certificate verify failed",
            "The server's certificate could not be verified, so nothing was sent to it.",
        ),
        (
            "connection refused\nconnection to server at db1 failed: session is read-only",
            "A server answers at db1, but it takes no changes now.",
        ),
        ("FATAL: sorry, too many clients already", "The server has no connection left."),
        ("FATAL: the database system is starting up", "The server is just starting or stopping."),
        ("something else", "The server db1 did not accept the connection."),
    ],
)
def test_what_the_client_library_says(message: str, sentence: str) -> None:
    profile = Profile("", "postgresql", host="db1", user="ann")
    refusal = opening_refusal(psycopg.OperationalError(message), profile)
    assert refusal is not None
    assert (refusal.sentence, refusal.details) == (sentence, message)


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(b"SQLite format 3\0" + b"x" * 5000)  # the header of one, the body of none
    with pytest.raises(RefusedError) as caught:
        probe(sqlite_profile(file))
    assert caught.value.refusal.sentence == "“a.db” is not an SQLite database that can be read."


def test_a_bug_is_not_told_as_a_refusal() -> None:
    with pytest.raises(ZeroDivisionError), opening(sqlite_profile("/a.db")):
        raise ZeroDivisionError
