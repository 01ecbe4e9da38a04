"""Owns cancelling: ties a cancel token to the statements of one connection while a block runs."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.connect.faults import FaultKind, read_fault
from desktop.connect.sqlite import TOKEN

if TYPE_CHECKING:
    import psycopg

CANCEL_WAIT = 2.0
"""Seconds for the server to stop the statement before the connection is cut."""

_STOPPED = (FaultKind.CANCELLED, FaultKind.CONNECTION)


@contextlib.contextmanager
def running(connection: sa.Connection, token: CancelToken) -> Iterator[None]:
    """While the block runs, ``token.cancel()`` interrupts the connection's statement from any thread.

    The driver's complaint then becomes CancelledError; the caller still has to roll back. A block that
    ends although it was cancelled is not touched: it may have committed. Entering with a cancelled token
    raises at once.
    """
    stopper = _stopper(connection)
    connection.info[TOKEN] = token
    try:
        with token.interrupting(stopper.stop):
            yield
    except Exception as error:
        if token.cancelled and read_fault(error).kind in _STOPPED:
            raise CancelledError from error
        raise
    finally:
        stopper.close()
        if not connection.invalidated:
            connection.info.pop(TOKEN, None)


class _Stopper:
    """Stops what runs now; does nothing any more once closed, so that it never hits a later statement."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._lock = threading.Lock()
        self._closed = False

    def stop(self) -> None:
        with self._lock:
            if not self._closed:
                self._stop()

    def close(self) -> None:
        with self._lock:
            self._closed = True


class _ServerStopper(_Stopper):
    """Asks the server in a thread of its own: whoever cancels must not wait for the network."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        from psycopg import Error  # only with a server is it loaded at all

        from desktop.connect.giving_up import cut

        super().__init__(self._start)
        self._driver = driver
        self._error, self._cut = Error, cut
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._ask, name="cancel", daemon=True)
            self._thread.start()

    def _ask(self) -> None:
        with contextlib.suppress(self._error):  # cannot be asked: cut off below
            self._driver.cancel_safe(timeout=CANCEL_WAIT)
        if not self._ended.wait(CANCEL_WAIT):
            self._cut(self._driver)  # a server that does not answer at all

    def close(self) -> None:
        super().close()
        self._ended.set()
        if self._thread is not None:
            self._thread.join(2 * CANCEL_WAIT)


def _stopper(connection: sa.Connection) -> _Stopper:
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return _Stopper(driver.interrupt)
    return _ServerStopper(cast("psycopg.Connection[Any]", driver))
