"""Owns the connection of one read: cancellable, in a transaction of its own, refusals in words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.connect.backend import JUST_READING, wanted_by
from desktop.connect.faults import FaultKind, read_fault
from desktop.connect.running import running
from desktop.schema.database import Database

_REFUSALS = {
    FaultKind.PERMISSION: (Reason.NOT_ALLOWED, "You are not allowed to read this.", ""),
    FaultKind.UNSAFE: (
        Reason.NOT_ALLOWED,
        "This view uses something that no file may use here.",
        "Details says what. Be careful with a file that should have no reason to.",
    ),
    FaultKind.TOO_LONG: (Reason.OTHER, "A value here is larger than 256 MB and cannot be read.", ""),
    FaultKind.CONNECTION: (Reason.CONNECTION, "The connection to the database was lost.", "Reconnect."),
    FaultKind.LOCKED: (Reason.LOCKED, "Another program has locked the database.", "Try again."),
    FaultKind.NOT_A_DATABASE: (
        Reason.STORAGE,
        "The database file is damaged or has been overwritten.",
        "Keep it and open a backup.",
    ),
    FaultKind.MOVED: (
        Reason.FILE,
        "The database file has been moved, replaced or deleted since it was opened.",
        "Reconnect to use the file that is in its place now.",
    ),
    FaultKind.MISSING_OBJECT: (
        Reason.GONE,
        "The table is not as it was when the database was opened.",
        "Reload the database.",
    ),
}


@contextlib.contextmanager
def reading(
    database: Database, token: CancelToken, *, snapshot: bool = False, chunk: int | None = None
) -> Iterator[sa.Connection]:
    """A connection for a few statements; raises CancelledError, RefusedError for what can be expected.

    ``snapshot``: all statements see the same state. ``chunk``: so many rows at a time from the server.
    """
    with contextlib.ExitStack() as stack, _refusing():
        connection = stack.enter_context(_taken(database, token))
        if snapshot and database.capabilities.row_locks:  # where writers go on while we read
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        if chunk is not None:
            connection = connection.execution_options(yield_per=chunk)
        elif not snapshot and database.lone_statements:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        with running(connection, token):
            yield connection


def _taken(database: Database, token: CancelToken) -> sa.Connection:
    mark = JUST_READING.set(True)
    try:
        with wanted_by(token):
            return database.engine.connect()
    finally:
        JUST_READING.reset(mark)


def fetch(database: Database, statement: sa.Executable, token: CancelToken) -> Sequence[sa.Row[Any]]:
    """All rows of one statement."""
    with reading(database, token) as connection:
        return connection.execute(statement).all()


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the driver's own among them: rows may be taken straight from it
        fault = read_fault(error)
        if fault.kind not in _REFUSALS:
            raise
        reason, sentence, hint = _REFUSALS[fault.kind]
        raise RefusedError(Refusal(reason, sentence, hint, details=fault.message)) from error
