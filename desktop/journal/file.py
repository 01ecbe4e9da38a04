"""Owns opening Rowkeeper's own SQLite files: private, durable, one process each; knows no content.

An own file is never a person's database, so it needs no engine: plain sqlite3, from one thread at a time.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

FAULTS = (sqlite3.Error, OSError)
"""What an own file may fail with: a full or read-only folder, a damaged file."""


class InUseError(OSError):
    """Another running Rowkeeper works with the file."""


def open_file(
    path: Path, application: int, version: int, schema: str, *, alone: bool, check: bool = True
) -> sqlite3.Connection:
    """The file, made where there is none. What is committed there outlives a power cut.

    ``alone`` keeps every other process out for as long as the connection is open, and ends with the process
    however that ends. ``check`` reads all of it, to find damage. Raises InUseError, other OSErrors, and
    sqlite3.DatabaseError for a damaged or foreign file.
    """
    existed = _make(path)
    connection = sqlite3.connect(
        path, timeout=0 if alone else 5, isolation_level=None, check_same_thread=False
    )
    try:
        if alone:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("BEGIN IMMEDIATE")
        _check(connection, application, version, schema, fresh=not existed, whole=check)
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise InUseError("Another process works with the file") from error
        raise
    except BaseException:
        connection.close()
        raise
    return connection


def _make(path: Path) -> bool:
    """Whether the file was there; else it is made, readable for nobody else."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return path.stat().st_size > 0
    return False


def _check(
    connection: sqlite3.Connection, application: int, version: int, schema: str, *, fresh: bool, whole: bool
) -> None:
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    if not fresh and found == 0 and not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        fresh = True  # the process that made it ended before it had written anything
    if fresh:
        # PRAGMA takes no bound parameter; both are whole numbers of ours.
        connection.execute(f"PRAGMA application_id = {application:d}")
        connection.execute(f"PRAGMA user_version = {version:d}")
        for statement in schema.split(";"):
            connection.execute(statement)
        return
    kind = connection.execute("PRAGMA user_version").fetchone()[0]
    if (found, kind) != (application, version):
        raise sqlite3.DatabaseError("not a file of this kind and version")
    # Reads every page, so that damage shows here and not in the middle of the work.
    if whole and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("damaged")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block or nothing of it; what it deleted is wiped out of the log beside the file too."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def wipe_log(connection: sqlite3.Connection) -> None:
    """Move what stands in the write-ahead log into the file, and empty the log."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def put_aside(path: Path) -> Path:
    """Rename a damaged file, and what SQLite keeps beside it; returns its new name."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    path.replace(target)
    for ending in ("-wal", "-shm"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.replace(target.with_name(target.name + ending))
    return target


def erase(path: Path) -> None:
    """Remove the file and what SQLite keeps beside it; the connection is closed already."""
    for ending in ("-wal", "-shm", "-journal", ""):
        path.with_name(path.name + ending).unlink(missing_ok=True)
