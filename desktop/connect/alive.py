"""Owns the question whether a pooled server connection still answers; must never wait without a bound.

A server that hangs, or a network that swallows everything, says neither yes nor no: a plain statement would
wait for it until somebody cancels, and nobody can cancel what has not begun.

To ask before every page would take as long as the page. Where a connection was just used, and now is only
read by, it is enough to look whether the server has sent something unasked: most often that it has ended it.
"""

from __future__ import annotations

import select
import time
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.pq import ConnStatus, ExecStatus
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from desktop.connect.backend import JUST_READING

PATIENCE = 2.0
"""Seconds to answer a question without work in it; after that the connection is made anew."""

TRUSTED = 1.0
"""Seconds after its last use within which a connection that looks alive is not asked before it is read by."""
_USED = "rowkeeper_used"
"""Key in ``Connection.info``, which lasts as long as the connection: when it was given back last."""


def listen(engine: sa.Engine) -> None:
    """Ask the connections of the engine's pool, where there is reason to."""
    sa.event.listen(engine, "checkin", _returned)
    sa.event.listen(engine, "checkout", _ask)


def _returned(_driver: psycopg.Connection[Any] | None, entry: ConnectionPoolEntry) -> None:
    entry.info[_USED] = time.monotonic()


def _ask(driver: psycopg.Connection[Any], entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    """Before a connection is used again; where it is dead the pool is told to make new ones."""
    used = entry.info.get(_USED)
    if used is None or (JUST_READING.get() and time.monotonic() - used < TRUSTED and not _has_news(driver)):
        return  # just made, or just used
    if not answers(driver):
        driver.pgconn.finish()  # without a word: a dead line would not let it through
        raise sa.exc.InvalidatePoolError


def _has_news(driver: psycopg.Connection[Any]) -> bool:
    if driver.closed:
        return True
    waiting = select.poll()
    waiting.register(driver.pgconn.socket, select.POLLIN)
    return bool(waiting.poll(0))


def answers(driver: psycopg.Connection[Any]) -> bool:
    """Send an empty statement, and wait a while for what comes back."""
    line = driver.pgconn
    try:
        line.send_query(b"")
        line.flush()
        waiting = select.poll()
        waiting.register(line.socket, select.POLLIN)
        while line.is_busy():
            if not waiting.poll(PATIENCE * 1000):
                return False
            line.consume_input()
        found = [result.status for result in iter(line.get_result, None)]
    except psycopg.OperationalError:
        return False
    return found == [ExecStatus.EMPTY_QUERY] and line.status == ConnStatus.OK
