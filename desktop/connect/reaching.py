"""Owns reaching a server, in a wait that whoever wants the connection can give up; knows no profile.

A host that swallows every packet says nothing at all, and there is no line yet that could be cut.
"""

from __future__ import annotations

from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.abc import PQGenConn
from psycopg.rows import TupleRow
from sqlalchemy.pool import ConnectionPoolEntry

from desktop.connect.backend import WANTED_BY


class _Reaching(psycopg.Connection[TupleRow]):
    """A connection of the driver's, but for the waiting while it is made."""

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> PQGenConn[_Reaching]:
        """The driver asks it what to wait for, and comes back ten times a second if nothing happens."""
        steps, token = super()._connect_gen(conninfo), WANTED_BY.get()
        try:
            wanted = next(steps)
            while True:
                happened = yield wanted
                if token is not None:
                    token.check()
                wanted = steps.send(happened)
        except StopIteration as reached:
            made: _Reaching = reached.value
            return made
        finally:
            steps.close()


def listen(engine: sa.Engine) -> None:
    """Make every connection of the engine so."""
    sa.event.listen(engine, "do_connect", _connect)


def _connect(
    _dialect: sa.Dialect, _entry: ConnectionPoolEntry, arguments: tuple[Any, ...], parameters: dict[str, Any]
) -> psycopg.Connection[TupleRow]:
    token = WANTED_BY.get()
    if token is not None:
        token.check()
    return _Reaching.connect(*arguments, **parameters)
