"""A COPY that waits for its server lets all other threads go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from desktop.connect.backend import COPY_OUT
from desktop.connect.profile import parse_url
from desktop.schema.database import Database, open_database
from tests.connect.test_tls import TLS
from tests.connect.tls_line import encrypted_line_to
from tests.fixtures.postgres import Server

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


def test_all_rows_come_through_tls_however_wide_they_are(postgres_server: Server) -> None:
    own = parse_url(postgres_server.url)[0]
    assert own.port is not None
    sizes: list[int] = []

    def take(blocks: Iterator[list[memoryview]]) -> None:
        sizes.extend(len(row) for rows in blocks for row in rows)

    widths = "SELECT repeat('x', g * 997) AS line FROM generate_series(1, 90) g ORDER BY g"
    with encrypted_line_to(own.port, TLS / "right.pem") as port:
        database = open_database(replace(own, host="localhost", port=port, sslmode="require"))
        with database.engine.connect() as connection:
            statement = sa.select(sa.text(widths).columns(sa.column("line", sa.Text)).subquery())
            connection.execute(statement, execution_options={COPY_OUT: (",", take)}).close()
        database.engine.dispose()
    assert sizes == [number * 997 + 1 for number in range(1, 91)]
