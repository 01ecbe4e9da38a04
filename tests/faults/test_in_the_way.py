"""Others are in the way: a lock that is let go in time, one that is not, a server that asks to try again."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.refusal import Reason, RefusedError
from desktop.connect import sqlite
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import ref
from tests.fixtures.databases import MakeDatabase, OpenSecond

FULL = os.environ.get("FAULTS") == "full"
TIMES = 5 if FULL else 1
ROW = ("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)", "INSERT INTO notes VALUES (1, 'as it was')")


def staged(database: Database, before: object, text: str) -> Unit:
    unit = Unit(database)
    unit.stage(ref(database.find("notes"), 1), "text", before, text)
    return unit


def stored(connection: sa.Connection) -> object:
    return connection.scalar(sa.text("SELECT text FROM notes"))


@contextmanager
def locked(path: str, seconds: float) -> Iterator[None]:
    """Another program writes to the file for so long, or as long as the block."""

    def let_go() -> None:
        done.wait(seconds)
        other.rollback()

    done = threading.Event()
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        thread = threading.Thread(target=let_go)
        thread.start()
        yield
        done.set()
        thread.join()


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
@pytest.mark.parametrize("seconds", [0.05, 0.3, 60])
def test_a_lock_is_waited_for_and_not_for_ever(
    make_sqlite: MakeDatabase,
    second: OpenSecond,
    monkeypatch: pytest.MonkeyPatch,
    journal: str,
    seconds: float,
) -> None:
    monkeypatch.setattr(sqlite, "LOCK_WAIT", 0.5 if seconds > 1 else 20)
    database = make_sqlite(*ROW)
    behind = second(database)
    behind.execute(sa.text(f"PRAGMA journal_mode = {journal}"))
    for number in range(TIMES):
        unit, text = staged(database, stored(behind), f"text {number}"), f"text {number}"
        with locked(database.profile.path, seconds):
            if seconds < 1:
                unit.save()
            else:
                with pytest.raises(RefusedError) as told:
                    unit.save()
                assert told.value.refusal.reason is Reason.LOCKED
                assert "Nothing was saved" in told.value.refusal.hint
        unit.save()
        assert stored(behind) == text


def test_who_waits_for_a_lock_can_go(make_sqlite: MakeDatabase, second: OpenSecond) -> None:
    database = make_sqlite(*ROW)
    for _ in range(TIMES):
        unit, token = staged(database, "as it was", "kept"), CancelToken()
        with locked(database.profile.path, 60):
            threading.Timer(0.2, token.cancel).start()
            begun = time.monotonic()
            with pytest.raises(CancelledError):
                unit.save(token)
            assert time.monotonic() - begun < sqlite.LOCK_WAIT
        assert unit.dirty and stored(second(database)) == "as it was"
    assert list(Path(database.profile.path).parent.glob("*-journal")) == []


CODES = {"40001": "serialization", "40P01": "deadlock"}
MOMENTS = {"at the statement": "", "at the commit": "DEFERRABLE INITIALLY DEFERRED"}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("refusals", [1, 2, 3])
def test_a_server_that_asks_to_try_again_is_asked_again_so_many_times(
    make_postgres: MakeDatabase, second: OpenSecond, refusals: int, code: str, moment: str
) -> None:
    """A sequence counts the attempts: it is not rolled back."""
    database = make_postgres(
        *ROW,
        "CREATE SEQUENCE attempts",
        "CREATE FUNCTION busy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF nextval('attempts') <= {refusals} THEN"
        f" RAISE EXCEPTION 'try again' USING ERRCODE = '{code}'; END IF; RETURN new; END $$",
        "CREATE CONSTRAINT TRIGGER busy AFTER UPDATE ON notes"
        f" {MOMENTS[moment]} FOR EACH ROW EXECUTE FUNCTION busy()",
    )
    behind = second(database)
    unit = staged(database, "as it was", "kept")
    if refusals < 3:
        unit.save()
    else:
        with pytest.raises(RefusedError) as told:
            unit.save()
        assert "Nothing was saved" in f"{told.value.refusal.sentence} {told.value.refusal.hint}"
        assert unit.dirty and stored(behind) == "as it was"
        unit.save()
    assert stored(behind) == "kept"
    assert behind.scalar(sa.text("SELECT last_value FROM attempts")) == refusals + 1
