"""What happens to servers, disks and files while somebody edits: one sentence, nothing lost, and again."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.base.keys import RecordRef
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.records import read_record
from desktop.connect import sqlite
from desktop.connect.profile import sqlite_profile
from desktop.edit.unit import Unit
from desktop.schema.database import Database, open_database
from tests.faults.moments import Moment, at_commit, at_update
from tests.faults.servers import until
from tests.fixtures.databases import MakeDatabase, OpenSecond

TIMES = 5 if os.environ.get("FAULTS") == "full" else 1
TABLE = "CREATE TABLE notes (id integer PRIMARY KEY, name text)"
ROWS = "INSERT INTO notes VALUES (1, 'one'), (2, 'two')"
NAME = sa.text("SELECT name FROM notes WHERE id = 1")


def staged(database: Database, text: str = "kept") -> Unit:
    unit = Unit(database)
    unit.stage(RecordRef(database.find("notes"), (1,)), "name", "one", text)
    return unit


def refused(unit: Unit) -> Refusal:
    """A save that is refused and leaves everything staged."""
    with pytest.raises(RefusedError) as told:
        unit.save()
    assert unit.dirty
    assert "Nothing was saved." in f"{told.value.refusal.sentence} {told.value.refusal.hint}"
    return told.value.refusal


def name_in(file: Path) -> str:
    with contextlib.closing(sqlite3.connect(file)) as plain:
        return str(plain.execute("SELECT name FROM notes WHERE id = 1").fetchone()[0])


# --- servers -----------------------------------------------------------------------------------------------

END = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Rowkeeper'")
ENDED = sa.text("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'Rowkeeper')")


@pytest.mark.parametrize("number", range(TIMES))
@pytest.mark.parametrize("at", [at_update, at_commit])
def test_a_killed_backend(make_postgres: MakeDatabase, second: OpenSecond, at: Moment, number: int) -> None:
    database = make_postgres(TABLE, ROWS)
    behind = second(database)
    unit = staged(database)
    at(database, lambda: behind.execute(END))
    refusal = refused(unit)
    assert refusal.reason is Reason.CONNECTION
    if at is at_update:
        assert refusal.sentence.startswith("The server has ended the connection")
    assert behind.scalar(NAME) == "one"
    unit.save()
    assert behind.scalar(NAME) == "kept"


@pytest.mark.parametrize("number", range(TIMES))
def test_idle_for_too_long_between_two_actions_goes_unnoticed(
    make_postgres: MakeDatabase, second: OpenSecond, number: int
) -> None:
    database = make_postgres(TABLE, ROWS)
    behind = second(database)
    unit = staged(database)
    behind.execute(END)  # every pooled connection, as idle_session_timeout does it
    until(lambda: behind.scalar(ENDED))
    assert read_record(database, database.find("notes"), (2,)) is not None
    unit.save()
    assert behind.scalar(NAME) == "kept"


@pytest.mark.parametrize("number", range(TIMES))
def test_idle_for_too_long_within_a_save(
    make_postgres: MakeDatabase, second: OpenSecond, number: int
) -> None:
    database = make_postgres(TABLE, ROWS)
    behind = second(database)
    pid: list[object] = []

    def shorten(connection: sa.Connection) -> None:
        connection.connection.cursor().execute("SET idle_in_transaction_session_timeout = '50ms'")
        pid.append(connection.connection.driver_connection.info.backend_pid)  # type: ignore[union-attr]

    gone = sa.text("SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = :pid)")

    def linger() -> None:
        while not behind.scalar(gone, {"pid": pid[-1]}):
            pass

    sa.event.listen(database.engine, "begin", shorten)
    unit = staged(database)
    at_update(database, linger)
    assert refused(unit).sentence == (
        "The server has ended the connection because nothing happened on it for a while."
    )
    sa.event.remove(database.engine, "begin", shorten)
    database.engine.dispose()
    unit.save()
    assert behind.scalar(NAME) == "kept"


# --- files -------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a small disk can only be made by root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_full_disk(small_disk: Path, journal: str) -> None:
    file, filler = small_disk / "notes.sqlite", small_disk / "filler"
    with contextlib.closing(sqlite3.connect(file)) as plain:
        plain.execute(f"PRAGMA journal_mode = {journal}")
        plain.execute(TABLE)
        plain.execute(ROWS)
        plain.commit()
    database = open_database(sqlite_profile(file))
    unit = staged(database, "x" * 30_000)
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as full:
        while True:
            full.write(b"x" * 4096)
    refusal = refused(unit)
    assert (refusal.reason, refusal.sentence) == (Reason.STORAGE, "The database's disk is full.")
    assert name_in(file) == "one"
    filler.unlink()
    unit.save()
    assert name_in(file) == "x" * 30_000
    database.dispose()


def test_a_file_that_another_program_has_locked(
    make_sqlite: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LOCK_WAIT", 0.3)
    database = make_sqlite(TABLE, ROWS)
    unit = staged(database)
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        " c.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); sys.stdin.read()"
    )
    command = ["python3", "-c", script, database.profile.path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"locked\n"
        refusal = refused(unit)
        other.terminate()
    assert (refusal.reason, refusal.sentence) == (
        Reason.LOCKED,
        "Another program is writing to this database.",
    )
    unit.save()
    assert name_in(Path(database.profile.path)) == "kept"


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
@pytest.mark.parametrize("what", ["deleted", "replaced", "replaced while it is written"])
def test_a_file_that_went_is_told_and_never_written(
    make_sqlite: MakeDatabase, tmp_path: Path, journal: str, what: str
) -> None:
    database = make_sqlite(TABLE, ROWS)
    file, other = Path(database.profile.path), tmp_path / "other.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as plain:
        plain.execute(f"PRAGMA journal_mode = {journal}")
    shutil.copy(file, other)
    assert read_record(database, database.find("notes"), (1,)) is not None
    unit = staged(database)
    if what == "deleted":
        file.rename(tmp_path / "aside.sqlite")
    elif what == "replaced":
        os.replace(other, file)
    else:
        at_update(database, lambda: os.replace(other, file))
    refusal = refused(unit)
    assert (refusal.reason, refusal.sentence) == (
        Reason.FILE,
        "The database file has been moved, replaced or deleted since it was opened.",
    )
    assert not file.exists() or name_in(file) == "one"
    with pytest.raises(RefusedError, match="moved, replaced or deleted"):
        read_record(database, database.find("notes"), (1,))
    if what == "deleted":
        with pytest.raises(RefusedError, match="cannot be opened"):
            database.reconnect()
        assert not file.exists()
        os.replace(other, file)
    assert database.reconnect() == frozenset()
    unit.save()
    assert name_in(file) == "kept"


def test_a_file_on_a_medium_that_became_read_only(small_disk: Path) -> None:
    file = small_disk / "notes.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as plain:
        plain.execute(TABLE)
        plain.execute(ROWS)
        plain.commit()
    database = open_database(sqlite_profile(file))
    unit = staged(database)
    database.engine.dispose()  # as long as a file is open for writing, the medium cannot become read-only
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    refusal = refused(unit)
    assert (refusal.reason, refusal.sentence) == (Reason.READ_ONLY, "The database file is write-protected.")
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    database.reconnect()
    unit.save()
    assert name_in(file) == "kept"
    database.dispose()
