"""Owns running a Select as COPY TO STDOUT and taking its rows off the line; writes no file."""

from __future__ import annotations

import selectors
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import errors, sql
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from desktop.connect.backend import COPY_OUT

_ROWS, _BYTES = 250, 262_144
"""A block has about so many of either at most: 500 rows would set off the garbage collector each time."""


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
    form = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, DELIMITER {})")
    select = sql.SQL(statement)
    with cursor.copy(form.format(select, sql.Literal(delimiter)), parameters):
        take(_blocks(cursor.connection))
    return True


def _blocks(connection: psycopg.Connection[Any]) -> Iterator[list[memoryview]]:
    """The rows as they come. Straight from libpq: psycopg's own way of waiting costs thrice the reading."""
    read = connection.pgconn.get_copy_data
    size = 0
    while size >= 0:
        rows: list[memoryview] = []
        held = 0
        for _ in range(_ROWS):
            size, row = read(0)  # waits, and lets the other threads run meanwhile
            if size < 0:
                break
            rows.append(row)
            held += size
            if held > _BYTES:
                break
        if rows:
            yield rows
    _end(connection)


def _end(connection: psycopg.Connection[Any]) -> None:
    """Raise what psycopg would, where the server stopped before the last row."""
    failed = None
    while (result := _next_result(connection.pgconn)) is not None:
        if result.status != ExecStatus.COMMAND_OK:
            failed = failed or result
    if failed is not None:
        raise errors.error_from_result(failed)
    if connection.pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(connection.pgconn.get_error_message())


def _next_result(pgconn: PGconn) -> PGresult | None:
    """The next result, once it is there. To ask sooner waits for the server and keeps all other threads from
    working: behind ten million rows that was half a second (psycopg 3.3, executed)."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pgconn.socket, selectors.EVENT_READ)
        while pgconn.is_busy():
            waiting.select()
            pgconn.consume_input()
    return pgconn.get_result()
