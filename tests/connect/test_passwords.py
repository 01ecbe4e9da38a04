"""A password reaches the server and the keyring, and nothing that is shown, logged or written."""

from __future__ import annotations

import logging
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.base.refusal import RefusedError
from desktop.connect import secrets
from desktop.connect.engine import make_engine
from desktop.connect.probe import probe
from desktop.connect.profile import Profile, parse_url
from desktop.connect.secrets import get_password, keep_password
from desktop.connect.store import remember_recent, save_profile
from desktop.connect.target import resolve
from desktop.schema.database import open_database
from tests.fixtures.databases import MakeDatabase

CANARY = "k4n4ri-p4ssword"


@pytest.fixture(autouse=True)
def _fresh_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_in_memory", {})


@pytest.fixture(autouse=True)
def _nothing_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert CANARY not in caplog.text
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file


@pytest.fixture
def profile(make_postgres: MakeDatabase) -> Iterator[Profile]:
    """Somebody who logs in with the canary, wherever the server asks for a password."""
    database = make_postgres("CREATE TABLE t (id integer PRIMARY KEY)")
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE canary LOGIN PASSWORD '{CANARY}'")
    yield replace(database.profile, user="canary")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE canary")


def test_a_password_that_works_is_in_no_file_log_or_repr(profile: Profile) -> None:
    assert probe(profile, CANARY).may_write
    database = open_database(profile, CANARY)
    try:
        assert not keep_password(profile, CANARY, remember=True)  # there is no keyring here
        assert get_password(profile) == CANARY
        save_profile(profile)
        remember_recent(profile)
        database.preferences.save()
        said = f"{database!r} {database.engine!r} {database.engine.url!r} {profile!r}"
        assert CANARY not in said + database.engine.url.render_as_string(hide_password=False)
        with database.engine.connect() as connection:
            assert (
                CANARY not in f"{connection!r} {connection.connection!r} {connection.get_execution_options()}"
            )
    finally:
        database.dispose()


@contextmanager
def _server_that_answers(answer: bytes) -> Iterator[int]:
    """A port that answers every connection attempt with these bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])

        def serve() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    line.recv(1024)
                    line.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield port
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize("answer", [b"", b"nonsense", b"E\x00\x00\x00\x14SFATAL\x00Mgo away\x00\x00"])
def test_a_password_is_not_in_what_is_told_of_a_failure(answer: bytes) -> None:
    with _server_that_answers(answer) as port:
        profile, password = resolve(f"postgresql://ann:{CANARY}@127.0.0.1:{port}/crm?sslmode=disable")
        assert password == CANARY
        for attempt in (probe, open_database):
            with pytest.raises(RefusedError) as refused:
                attempt(profile, password)
            told = "".join(traceback.format_exception(refused.value)) + repr(refused.value.refusal)
            assert CANARY not in told


def test_a_password_in_any_form_of_url_is_taken_out_of_the_profile() -> None:
    for text in (
        f"postgresql://ann:{CANARY}@db1/crm",
        f"postgresql+psycopg://ann:{CANARY}@db1/crm",
        f"postgresql://ann@db1/crm?password={CANARY}",
        f"postgresql+psycopg://ann@db1/crm?password={CANARY}",
        f"host=db1 user=ann dbname=crm password={CANARY}",
    ):
        profile, password = parse_url(text)
        assert (password, profile) == (
            CANARY,
            Profile("crm", "postgresql", host="db1", database="crm", user="ann"),
        )
        assert CANARY not in repr(make_engine(profile, password))


def test_a_password_hidden_among_the_options_is_not_saved() -> None:
    profile = Profile("crm", "postgresql", host="db1", database="crm")
    save_profile(replace(profile, options={"password": CANARY, "sslpassword": CANARY}))
    remember_recent(replace(profile, options={"password": CANARY}))
