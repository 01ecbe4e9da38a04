"""Owns the end of a transaction that nobody wants any more: rolled back in bounded time, else cut off.

A server that hangs would keep whoever waits for its answer; it rolls back too once its client is gone.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from psycopg.pq import TransactionStatus

from desktop.connect import alive


def listen(engine: sa.Engine) -> None:
    """Bound every ROLLBACK of the engine's connections by ``alive.PATIENCE``."""
    sa.event.listen(engine, "rollback", _roll_back)


def cut(driver: psycopg.Connection[Any]) -> None:
    """End the line, which frees a thread that waits for an answer; from any thread."""
    with (
        contextlib.suppress(OSError, psycopg.Error),  # closed meanwhile: that is what is wanted
        socket.socket(fileno=os.dup(driver.fileno())) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)


def _roll_back(connection: sa.Connection) -> None:
    """Done here, SQLAlchemy's own ROLLBACK finds nothing left to do."""
    if connection.invalidated or connection.closed:
        return
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    if driver.pgconn.transaction_status == TransactionStatus.IDLE:
        return
    try:
        with _cut_after(driver, alive.PATIENCE):
            driver.rollback()
    except psycopg.OperationalError:
        connection.invalidate()  # gone, and its transaction with it: the next statement takes a new one


@contextlib.contextmanager
def _cut_after(driver: psycopg.Connection[Any], seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, cut, (driver,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
