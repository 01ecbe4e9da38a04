"""Owns the question whether a pooled server connection still answers; must never wait without a bound.

A server that hangs, or a network that swallows everything, says neither yes nor no: a plain statement would
wait for it until somebody cancels, and nobody can cancel what has not begun.
"""

from __future__ import annotations

import select
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.pq import ConnStatus, ExecStatus
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

PATIENCE = 2.0
"""Seconds to answer a question without work in it; after that the connection is made anew."""


_USED = "rowkeeper_used"
"""Key in ``Connection.info``, which lasts as long as the connection: it is not new any more."""


def ask(driver: psycopg.Connection[Any], entry: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
    """Before a connection is used again; where it is dead the pool is told to make new ones."""
    if entry.info.setdefault(_USED, False) and not answers(driver):
        driver.pgconn.finish()  # without a word: a dead line would not let it through
        raise sa.exc.InvalidatePoolError
    entry.info[_USED] = True


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
