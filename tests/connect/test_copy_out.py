"""A COPY that waits for its server lets all other threads go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from desktop.connect.backend import COPY_OUT
from desktop.schema.database import Database

_LONG = 20_000
"""Characters of a row that the server sends at once."""
_SLOW_ROW = sa.text(
    f"SELECT repeat('x', {_LONG}) AS line FROM generate_series(1, 3) g"  # noqa: S608 - constants
    " WHERE g < 3 OR CAST(pg_sleep(1) AS text) = 'x'"
)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_no_thread_stands_still_while_the_server_looks_for_the_next_row(newsroom: Database) -> None:
    sizes: list[int] = []

    def take(blocks: Iterator[list[memoryview]]) -> None:
        sizes.extend(len(row) for rows in blocks for row in rows)

    def copy() -> None:
        with newsroom.engine.connect() as connection:
            statement = _SLOW_ROW.columns(sa.column("line", sa.Text)).subquery()
            connection.execute(sa.select(statement), execution_options={COPY_OUT: (",", take)}).close()

    copying = threading.Thread(target=copy)
    started = last = time.monotonic()
    longest = 0.0
    copying.start()
    while copying.is_alive():
        time.sleep(0.005)
        now = time.monotonic()
        last, longest = now, max(longest, now - last)
    assert time.monotonic() - started > 1  # it did wait
    assert sizes == [_LONG + 1, _LONG + 1]
    assert longest < 0.5
