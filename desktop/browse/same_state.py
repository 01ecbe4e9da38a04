"""Owns reading one state of an SQLite file by several connections at once; must not read two states."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.browse.reading import reading
from desktop.connect.faults import FaultKind, read_fault
from desktop.connect.sqlite import data_version, without_waiting
from desktop.schema.database import Database

_TRIES = 3
"""Somebody who commits at every one of them leaves us with one connection."""


@contextmanager
def reading_same_state(
    database: Database, token: CancelToken, most: int
) -> Iterator[Sequence[sa.Connection]]:
    """At most so many connections, in transactions that see the same state; at least one.

    Each may be used by one thread at a time. Raises what ``reading`` raises.
    """
    with ExitStack() as stack:
        first = stack.enter_context(reading(database, token, snapshot=True))
        others: list[sa.Connection] = []
        if (os.cpu_count() or 1) > 1:
            # Closed before the first is, whatever happens: they only ever read.
            aside = stack.enter_context(ExitStack())
            others = [aside.enter_context(reading(database, token, snapshot=True)) for _ in range(most - 1)]
            if not _same_state(first, others):
                others = []
                aside.close()
        yield [first, *others]


def _same_state(first: sa.Connection, others: Sequence[sa.Connection]) -> bool:
    """Begin to read with all of them; False where they may not see the same, or a lock is in the way."""
    with ExitStack() as stack:
        for connection in others:  # they would wait for a writer that waits for the first one
            stack.enter_context(without_waiting(connection))
        for _ in range(_TRIES):
            first.rollback()
            try:
                if _begin(first, others):
                    return True
            except sa.exc.DBAPIError as error:
                if read_fault(error).kind is not FaultKind.LOCKED:
                    raise
                return False
    return False


def _begin(first: sa.Connection, others: Sequence[sa.Connection]) -> bool:
    """Nobody has committed from before the first transaction began until after the last did, says the last:
    its version changes when it begins to read and finds another state than it saw before."""
    *between, witness = others
    witness.rollback()
    before = data_version(witness)
    witness.rollback()
    for connection in (first, *between):
        connection.rollback()
        data_version(connection)
    return data_version(witness) == before
