"""Owns doing something in the middle of a save: at its UPDATE, just before its COMMIT or its ROLLBACK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import sqlalchemy as sa

from desktop.schema.database import Database

Stop: TypeAlias = Callable[[], None]


class Moment(Protocol):
    """One of the three."""

    @property
    def __name__(self) -> str: ...

    def __call__(self, database: Database, do: Callable[[], object]) -> Stop: ...


def at_update(database: Database, do: Callable[[], object]) -> Stop:
    """Once, after the next UPDATE; returns how to stop waiting for it."""
    to_do = [do]

    def reached(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE") and to_do:
            to_do.pop()()

    return _listen(database, "after_cursor_execute", reached)


def at_commit(database: Database, do: Callable[[], object]) -> Stop:
    """Once, before the next COMMIT; returns how to stop waiting for it."""
    return _before(database, "commit", do)


def at_rollback(database: Database, do: Callable[[], object]) -> Stop:
    """Once, before the next ROLLBACK; returns how to stop waiting for it."""
    return _before(database, "rollback", do)


def _before(database: Database, event: str, do: Callable[[], object]) -> Stop:
    to_do = [do]

    def reached(connection: object) -> None:
        if to_do:
            to_do.pop()()

    return _listen(database, event, reached)


def _listen(database: Database, event: str, reached: Callable[..., None]) -> Stop:
    sa.event.listen(database.engine, event, reached, insert=True)
    return lambda: sa.event.remove(database.engine, event, reached)
