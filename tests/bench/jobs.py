"""Owns the benchmark's jobs: what Rowkeeper does beside the best raw statements on the same data."""

from __future__ import annotations

import itertools
import sqlite3
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import sqlalchemy as sa
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from desktop.base.keys import TableName
from desktop.browse.default_view import default_view
from desktop.browse.lookups import first_matches
from desktop.models.connection import Connection
from desktop.models.record_model import RecordModel
from desktop.schema.database import Database
from tests.bench.measure import Line, compare, seconds
from ui.grid.grid_view import GridView

ORDERS = TableName(None, "orders")
PICKER_LIMIT = 0.2
"""Seconds until a picker must show something."""


@dataclass
class Bench:
    """One backend with a large and a small table, and the slices of keys that deletes use up."""

    large: Database
    small: Database
    folder: Path
    rows: int
    slices: Iterator[int] = field(default_factory=itertools.count)

    @property
    def name(self) -> str:
        return self.large.capabilities.name

    @property
    def chosen(self) -> int:
        """How many records bulk work is done on."""
        return self.rows // 10

    def next_keys(self) -> list[int]:
        """A tenth of the keys, scattered evenly over the table, none of them handed out before."""
        start = next(self.slices)
        return list(range(start + 1, self.rows + 1, 10))


def first_rows(bench: Bench, runs: int) -> Line:
    """From asking for the table to its first rows painted, large against small."""
    _painted(bench.small), _painted(bench.large)  # both once before: neither pays for imports or a cold cache
    return compare(
        f"{bench.name}: first painted rows, {bench.rows:,} records against 1,000",
        lambda: _painted(bench.large),
        lambda: _painted(bench.small),
        3.0,
        runs,
    )


def _painted(database: Database) -> float:
    connection = Connection(database)
    started = time.perf_counter()
    model = RecordModel(connection, default_view(database.table(ORDERS)))
    grid = GridView(model)
    grid.resize(1100, 700)
    grid.show()
    while model.row_at(0) is None:
        QApplication.processEvents()
    grid.grab()
    taken = time.perf_counter() - started
    model.close()
    for lane in connection.lanes:  # the database stays open for the next run
        lane.close()
    grid.close()
    grid.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return taken


def picker(bench: Bench, runs: int) -> list[Line]:
    """First results of a picker over the large table, against a raw LIKE with LIMIT on the same text."""
    database = bench.large
    statement = sa.text("SELECT id, title FROM orders WHERE lower(title) LIKE '%number%' LIMIT 50")

    def ours(text: str) -> float:
        return seconds(lambda: first_matches(database, ORDERS, ("id",), text))

    def raw() -> float:
        with database.engine.connect() as connection:
            return seconds(lambda: connection.execute(statement).all())

    job = f"{bench.name}: picker: first results of {bench.rows:,}, against a raw LIKE with LIMIT"
    limit = Line(
        f"{bench.name}: picker: first results within {PICKER_LIMIT * 1000:.0f} ms",
        *_within([ours("number") for _ in range(runs)]),
    )
    return [compare(job, lambda: ours("number"), raw, 25.0, runs), limit]


def _within(times: list[float]) -> tuple[str, str, float, float]:
    slow = statistics.median(times)
    return f"{slow * 1000:.0f} ms", f"{PICKER_LIMIT * 1000:.0f} ms", slow / PICKER_LIMIT, 1.0


def raw_postgres(bench: Bench) -> psycopg.Connection[tuple[object, ...]]:
    profile = bench.large.profile
    return psycopg.connect(
        host=profile.host,
        port=profile.port,
        user=profile.user,
        dbname=profile.database,
        options=profile.options["options"],
    )


def raw_connection(bench: Bench) -> sqlite3.Connection | psycopg.Connection[tuple[object, ...]]:
    """The bare driver's connection to the large table; close it."""
    if bench.large.profile.backend == "sqlite":
        return sqlite3.connect(bench.large.profile.path)
    return raw_postgres(bench)
