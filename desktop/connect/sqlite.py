"""Owns how SQLite files are opened: real transactions, foreign keys, nothing a hostile file could call."""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry

from desktop.base.cancel import CancelToken
from desktop.connect.backend import BackendArguments, Fetched, all_of
from desktop.connect.profile import Profile
from desktop.connect.sqlite_file import decode_text, file_uri
from desktop.connect.sqlite_guard import confine, watch

LIBRARY_VERSION = sqlite3.sqlite_version_info
IMMEDIATE = "rowkeeper_immediate"
"""Execution option of a connection: its transactions take the write lock at once."""
TOKEN = "rowkeeper_token"
"""Key in ``Connection.info`` for the cancel token of the work now under way."""
CASEFOLD = "rowkeeper_casefold"
"""SQL function: a text without case, by Unicode's rules (SQLite's own lower() knows ASCII only)."""

LOCK_WAIT = 5.0
"""Seconds to wait for another program's lock."""
_LOCK_TRY_MS = 200
_BUSY = 5


def backend(profile: Profile) -> BackendArguments:
    """How to open the file: it must exist, and is only read where the profile says so."""
    held = _HeldFile(profile.path)

    def listen(engine: sa.Engine) -> None:
        _listen(engine, read_only=profile.read_only)
        sa.event.listen(engine, "connect", held.opened)
        sa.event.listen(engine, "begin", held.check)
        sa.event.listen(engine, "commit", held.check)
        sa.event.listen(engine, "engine_disposed", held.forget)

    return BackendArguments(
        url=sa.URL.create("sqlite", database=profile.path),
        listen=listen,
        engine_args={"creator": functools.partial(_open, profile.path, profile.read_only)},
    )


class _HeldFile:
    """Sees to it that the file is the one that was opened first, until the engine is disposed.

    Connections that are open go on with a file that was replaced or deleted, in WAL mode without an error,
    and new ones open whatever is in its place: what one of them writes would be lost or in the wrong file.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._opened: tuple[int, int] | None = None

    def opened(self, driver: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        if self._opened is None:
            self._opened = self._there()

    def check(self, connection: sa.Connection) -> None:
        """Raises what SQLite itself raises where it notices."""
        if self._there() == self._opened:
            return
        error = sqlite3.OperationalError("the file was moved, replaced or deleted")
        error.sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED
        error.sqlite_errorname = "SQLITE_READONLY_DBMOVED"
        raise sa.exc.OperationalError("BEGIN", None, error, hide_parameters=True)

    def forget(self, engine: sa.Engine) -> None:
        """What is there now is meant."""
        self._opened = None

    def _there(self) -> tuple[int, int]:
        try:
            found = os.stat(self._path)
        except OSError:
            return 0, 0
        return found.st_dev, found.st_ino


def _open(path: str, read_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        file_uri(path, read_only=read_only),
        uri=True,
        timeout=LOCK_WAIT,
        isolation_level=None,  # the driver's own implicit transactions cannot honour "Cancel rolls back"
        check_same_thread=False,
    )
    connection.text_factory = decode_text
    return connection


def tuples(connection: sa.Connection, statement: sa.Executable, parameters: Mapping[str, object]) -> Fetched:
    """All rows of a statement. Text is read by the driver's own means, or by ours where some is not UTF-8."""
    driver = _driver(connection)
    driver.text_factory = str
    try:
        return all_of(connection.execute(statement, parameters))
    except (sqlite3.OperationalError, sa.exc.OperationalError) as error:
        if "Could not decode" not in str(error):
            raise
    finally:
        driver.text_factory = decode_text
    return all_of(connection.execute(statement, parameters))


def _listen(engine: sa.Engine, *, read_only: bool) -> None:
    sa.event.listen(engine, "connect", functools.partial(_harden, read_only=read_only))
    sa.event.listen(engine, "begin", _begin)
    sa.event.listen(engine, "checkin", _end_transaction)


def _harden(connection: sqlite3.Connection, entry: ConnectionPoolEntry, *, read_only: bool) -> None:
    # First: from here on no view, trigger or default in the file may call a function that could do harm.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    if read_only:  # the file is opened so as well; this holds where a medium is taken as frozen, too
        connection.execute("PRAGMA query_only = ON")
    # Not marked as innocuous, so with trusted_schema off only Rowkeeper's own statements can call it.
    connection.create_function(CASEFOLD, 1, _casefold, deterministic=True)
    watch(connection, functools.partial(_cancelled, entry.info))
    confine(connection)  # last: it lets no setting through any more


def _cancelled(info: Mapping[Any, Any]) -> bool:
    token = info.get(TOKEN)
    return isinstance(token, CancelToken) and token.cancelled


def _casefold(value: bytes | str | int | float | None) -> str | None:
    if value is None:
        return None
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.casefold()


def fold(expression: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The text without case. It travels as bytes, because the driver refuses invalid UTF-8 in arguments."""
    return getattr(sa.func, CASEFOLD)(sa.cast(expression, sa.LargeBinary), type_=sa.Text())  # type: ignore[no-any-return]


def exact(expression: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """Type and bytes as text; a real number by its literal, which is exact where its text is not."""
    kind = sa.func.typeof(expression)
    stored = sa.func.coalesce(sa.func.hex(sa.cast(expression, sa.LargeBinary)), "")
    number = sa.case((kind == "real", sa.func.quote(expression)), else_="")
    return kind.op("||")(stored).op("||")(number)


@contextlib.contextmanager
def values_below(connection: sa.Connection, most: int) -> Iterator[None]:
    """While the block runs, a value or row of more bytes is an error, before it takes up the memory."""
    driver = _driver(connection)
    before = driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, most)
    try:
        yield
    finally:
        driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


def is_utf8(connection: sa.Connection) -> bool:
    """Whether text is stored as UTF-8 (and not as UTF-16)."""
    return str(_driver(connection).execute("PRAGMA encoding").fetchone()[0]) == "UTF-8"


@contextlib.contextmanager
def without_waiting(connection: sa.Connection) -> Iterator[None]:
    """While the block runs, a lock in the way is an error at once."""
    driver = _driver(connection)
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(LOCK_WAIT * 1000)}")


def data_version(connection: sa.Connection) -> int:
    """Another number than before where another connection has committed since; begins to read.

    Only numbers of one connection can be compared (PRAGMA data_version).
    """
    return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())


def most_parameters(connection: sa.Connection) -> int:
    """Most bound parameters of one statement in this build of SQLite."""
    return _driver(connection).getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)


def _begin(connection: sa.Connection) -> None:
    """Start a real transaction; straight at the driver, so that statement listeners see statements only."""
    immediate = connection.get_execution_options().get(IMMEDIATE, False)
    statement = "BEGIN IMMEDIATE" if immediate else "BEGIN"
    driver = _driver(connection)
    try:
        if immediate:
            _begin_immediate(driver, connection.info.get(TOKEN))
        else:
            driver.execute(statement)
    except sqlite3.Error as error:
        raise sa.exc.OperationalError(statement, None, error, hide_parameters=True) from error


def _begin_immediate(driver: sqlite3.Connection, token: CancelToken | None) -> None:
    """Wait for the write lock in short tries: SQLite's own wait cannot be interrupted."""
    until = time.monotonic() + LOCK_WAIT
    driver.execute(f"PRAGMA busy_timeout = {_LOCK_TRY_MS}")
    try:
        while True:
            if token is not None:
                token.check()
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != _BUSY or time.monotonic() > until:
                    raise
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(LOCK_WAIT * 1000)}")


def _end_transaction(driver: sqlite3.Connection | None, _entry: ConnectionPoolEntry) -> None:
    """After a COMMIT that found the database busy, the transaction is still open: end it here."""
    if driver is not None and driver.in_transaction:
        driver.rollback()


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver
