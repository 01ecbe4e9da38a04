"""Owns running a Select as COPY TO STDOUT and taking its rows off the line; writes no file."""

from __future__ import annotations

import selectors
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import errors, sql
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn

from desktop.connect.backend import COPY_OUT

_ROWS, _BYTES = 250, 262_144
"""A block has about so many of either at most: 500 rows would set off the garbage collector each time."""
_LOOK = 0.2
"""Seconds after which is looked anew in any case: TLS may hold what the socket shows no longer."""


def copy_out(
    cursor: psycopg.Cursor[Any], statement: str, parameters: Any, context: sa.ExecutionContext
) -> bool | None:
    """Run a Select as COPY where it was asked for; the statement and its values are SQLAlchemy's, finished.

    COPY takes no values from the server's side: psycopg writes them into the statement.
    """
    wanted: tuple[str, Callable[[Iterator[list[memoryview]]], None]] | None
    wanted = context.execution_options.get(COPY_OUT)
    if wanted is None:
        return None
    delimiter, take = wanted
    if not parameters:  # psycopg then looks for no values, and leaves signs as they are
        statement = statement.replace("%%", "%")
    form = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, DELIMITER {})")
    select = sql.SQL(statement)
    with cursor.copy(form.format(select, sql.Literal(delimiter)), parameters):
        take(_blocks(cursor.connection))
    return True


def _blocks(connection: psycopg.Connection[Any]) -> Iterator[list[memoryview]]:
    """The rows as they come. Straight from libpq: psycopg's own way of waiting costs thrice the reading."""
    pgconn = connection.pgconn
    with selectors.DefaultSelector() as line:
        line.register(pgconn.socket, selectors.EVENT_READ)
        size, dry = 0, False
        while size >= 0:
            rows: list[memoryview] = []
            held = 0
            while len(rows) < _ROWS and held <= _BYTES:
                size, row = pgconn.get_copy_data(1)
                if size < 0:
                    break
                if size == 0:  # most often there is more to be taken in without waiting
                    _take_in(pgconn, line, wait=dry)
                    dry = True
                    continue
                rows.append(row)
                held += size
                dry = False
            if rows:
                yield rows
        _end(connection, line)


def _take_in(pgconn: PGconn, line: selectors.BaseSelector, *, wait: bool) -> None:
    """What the server has said; ``wait`` until it says something. To let psycopg wait instead keeps all other
    threads from working: the window stood still until the server had found its next row (3.3, executed)."""
    if wait:
        line.select(_LOOK)
    pgconn.consume_input()


def _end(connection: psycopg.Connection[Any], line: selectors.BaseSelector) -> None:
    """Raise what psycopg would, where the server stopped before the last row."""
    pgconn, failed = connection.pgconn, None
    while True:
        while pgconn.is_busy():
            _take_in(pgconn, line, wait=True)
        if (result := pgconn.get_result()) is None:
            break
        if result.status != ExecStatus.COMMAND_OK:
            failed = failed or result
    if failed is not None:
        raise errors.error_from_result(failed)
    if pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(pgconn.get_error_message())
