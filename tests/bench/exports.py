"""Owns the benchmark of files out: CSV beside the native clients, other formats beside their bare writers."""

from __future__ import annotations

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from unittest import mock

import pyarrow
import pyarrow.parquet as parquet
import xlsxwriter

from desktop.base.cancel import CancelToken
from desktop.browse.view import ColumnFilter, View
from desktop.schema.database import Database
from desktop.transfer import export as export_module
from desktop.transfer.export import ExportOptions, export
from desktop.transfer.fast_path import Slow
from tests.bench.jobs import ORDERS, Bench, raw_connection
from tests.bench.measure import Line, compare, peak_memory, seconds

MOST_GROWTH = 64.0
"""MB an export may take, whatever its size."""
_COLUMNS = ("id", "customer_id", "title", "city", "amount", "paid", "ordered_on", "note")
_ALL = f"SELECT {', '.join(_COLUMNS)} FROM orders ORDER BY id"  # noqa: S608 - constants
_IN_A_WORKBOOK = 20_000
"""Rows of the workbook: its library writes about ten thousand a second."""
_CHUNK = 10_000


def exports(bench: Bench, runs: int) -> list[Line]:
    """Every line about files out."""
    rows = f"{bench.rows:,} records"
    client, run_client = _client(bench)
    lines = [
        compare(f"{bench.name}: CSV of {rows}, against {client}", _ours(bench, "csv"), run_client, 1.2, runs),
        compare(
            f"{bench.name}: CSV of {rows} value by value, against a bare cursor with csv.writer",
            _value_by_value(bench, "csv"),
            lambda: seconds(lambda: _raw_csv(bench)),
            3.0,
            runs,
        ),
        compare(
            f"{bench.name}: Parquet of {rows}, against a bare cursor with pyarrow",
            _ours(bench, "parquet"),
            lambda: seconds(lambda: _raw_parquet(bench)),
            1.2,
            runs,
        ),
        compare(
            f"{bench.name}: Parquet of {rows} value by value, against a bare cursor with pyarrow",
            _value_by_value(bench, "parquet"),
            lambda: seconds(lambda: _raw_parquet(bench)),
            3.0,
            runs,
        ),
        compare(
            f"{bench.name}: XLSX of {_IN_A_WORKBOOK:,} records, against the bare writer",
            _ours(bench, "xlsx", ColumnFilter("id", f"<= {_IN_A_WORKBOOK}")),
            lambda: seconds(lambda: _raw_xlsx(bench)),
            1.5,
            runs,
        ),
    ]
    return [*lines, _memory(bench, "csv"), _memory(bench, "parquet")]


def _ours(bench: Bench, kind: str, *filters: ColumnFilter) -> Callable[[], float]:
    view = View(ORDERS, _COLUMNS, filters=filters)
    path = bench.folder / f"ours.{kind}"
    options = ExportOptions(kind, names=False)
    return lambda: seconds(lambda: export(bench.large, view, None, path, options, token=CancelToken()))


def _value_by_value(bench: Bench, kind: str) -> Callable[[], float]:
    ours = _ours(bench, kind)

    def run() -> float:
        with mock.patch.object(export_module, "fast_path", lambda *a, **k: Slow("measured")):
            return ours()

    return run


def _client(bench: Bench) -> tuple[str, Callable[[], float]]:
    """The database's own client, or where it is not installed the driver; and how long it takes."""
    profile, target = bench.large.profile, bench.folder / "client.csv"
    if profile.backend == "sqlite":
        command, name = ["sqlite3", "-readonly", "-csv", "-header", profile.path, _ALL], "the sqlite3 client"
        settings = dict(os.environ)
    else:
        copy = rf"\copy ({_ALL}) TO '{target}' CSV HEADER"
        host = ["-h", profile.host or "", "-p", str(profile.port), "-U", profile.user, "-d", profile.database]
        command, name = ["psql", "-qX", *host, "-c", copy], r"psql \copy"
        settings = {**os.environ, "PGOPTIONS": profile.options["options"]}
    if shutil.which(command[0]) is None:
        return "a bare cursor with csv.writer", lambda: seconds(lambda: _raw_csv(bench))

    def run() -> None:
        with target.open("wb") as file:
            subprocess.run(command, stdout=file, env=settings, check=True)

    return name, lambda: seconds(run)


def _memory(bench: Bench, kind: str) -> Line:
    """What a process of its own needs for the large table beyond the small one."""
    most = _peak(bench.large, bench, kind) - _peak(bench.small, bench, kind)
    job = f"{bench.name}: memory growth of the {kind} file of {bench.rows:,} records"
    return Line(job, f"{most:.0f} MB", f"{MOST_GROWTH:.0f} MB", most / MOST_GROWTH, 1.0)


def _peak(database: Database, bench: Bench, kind: str) -> float:
    """MB of memory that the export command needs at most, start to end."""
    profile = database.profile
    target = profile.path or database.engine.url.render_as_string(hide_password=False)
    file = bench.folder / f"peak.{kind}"
    return peak_memory([sys.executable, "main.py", "export", target, "orders", str(file)])


@contextmanager
def _cursor(bench: Bench, statement: str) -> Iterator[Any]:
    with closing(raw_connection(bench)) as raw:
        cursor = raw.cursor() if isinstance(raw, sqlite3.Connection) else raw.cursor(name="raw")
        with closing(cursor):
            cursor.execute(statement)
            yield cursor


def _chunks(bench: Bench, statement: str) -> Iterator[list[tuple[object, ...]]]:
    with _cursor(bench, statement) as cursor:
        while rows := cursor.fetchmany(_CHUNK):
            yield rows


def _raw_csv(bench: Bench) -> None:
    with (bench.folder / "raw.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for rows in _chunks(bench, _ALL):
            writer.writerows(rows)


def _raw_parquet(bench: Bench) -> None:
    chunks = _chunks(bench, _ALL)
    first = pyarrow.table(_columns(next(chunks)))
    with parquet.ParquetWriter(bench.folder / "raw.parquet", first.schema) as writer:
        writer.write_table(first)
        for rows in chunks:
            writer.write_table(pyarrow.table(_columns(rows), schema=first.schema))


def _columns(rows: list[tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
    return dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True))


def _raw_xlsx(bench: Bench) -> None:
    book = xlsxwriter.Workbook(bench.folder / "raw.xlsx", {"constant_memory": True})
    sheet = book.add_worksheet()
    statement = _ALL.replace(" ORDER", f" WHERE id <= {_IN_A_WORKBOOK} ORDER")
    number = 0
    for rows in _chunks(bench, statement):
        for row in rows:
            sheet.write_row(number, 0, [str(v) if type(v).__name__ == "date" else v for v in row])
            number += 1
    book.close()
