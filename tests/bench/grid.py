"""Owns the benchmark of painting: a whole grid beside Qt's own SQL model, and one row further."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from PySide6.QtSql import QSqlDatabase, QSqlTableModel
from PySide6.QtWidgets import QApplication, QTableView

from desktop.base.keys import TableName
from desktop.browse.view import View
from desktop.connect.profile import Profile
from desktop.models.connection import Connection
from desktop.models.record_model import RecordModel
from desktop.schema.database import Database, open_database
from tests.bench.jobs import Bench
from tests.bench.measure import Line, compare
from ui import look
from ui.app import application
from ui.grid.grid_view import GridView

READINGS = TableName(None, "readings")
SCROLL_LIMIT = 16.0
"""Milliseconds for one row further: 60 in a second."""
_ROWS, _COLUMNS = 50, 12
_WORDS = ("place", "device", "remark", "unit", "checked_by", "batch")
_TABLE = """
CREATE TABLE readings (id INTEGER PRIMARY KEY, place VARCHAR(40), device VARCHAR(40), remark TEXT,
    unit VARCHAR(10), checked_by VARCHAR(40), batch VARCHAR(20), amount NUMERIC(10, 2), low INTEGER,
    high INTEGER, taken_on DATE, ok BOOLEAN)
"""
_FILL = """
INSERT INTO readings WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 20000)
SELECT n, 'Place ' || n % 90, 'Device ' || n, CASE n % 3 WHEN 0 THEN NULL ELSE 'Remark ' || n END, 'kg',
    'Person ' || n % 40, 'B' || n % 700, n / 100.0, n, n * 7, date('2020-01-01', '+' || n % 900 || ' days'),
    n % 2 FROM s
"""


def painting(bench: Bench, runs: int) -> list[Line]:
    """A full repaint of 50 rows of 12 columns, and one row further; both in the thread's own time."""
    path = bench.folder / "readings.sqlite"
    _build(path)
    with _ours(path) as ours, _theirs(path) as theirs:
        full = compare(
            f"repaint {_ROWS} x {_COLUMNS} cells, against QSqlTableModel in a QTableView",
            lambda: _repainted(ours),
            lambda: _repainted(theirs),
            1.5,
            runs * 7,
        )
        taken = statistics.median(_scrolled(ours) for _ in range(runs * 7)) * 1000
    scroll = Line("scroll by one row", f"{taken:.1f} ms", f"{SCROLL_LIMIT:.0f} ms", taken / SCROLL_LIMIT, 1.0)
    return [full, scroll]


def _build(path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(sa.text(_TABLE))
        connection.execute(sa.text(_FILL))
    engine.dispose()


@contextmanager
def _ours(path: Path) -> Iterator[GridView]:
    database = open_database(Profile(name=path.stem, backend="sqlite", path=str(path)))
    look.apply(application(), look.Theme.LIGHT)
    with closing(Connection(database)) as connection:
        grid = _grid(connection, database)
        yield grid
        grid.record_model.close()
        grid.close()
        grid.deleteLater()
        QApplication.processEvents()


def _grid(connection: Connection, database: Database) -> GridView:
    columns = tuple(column.name for column in database.table(READINGS).columns)
    assert len(columns) == _COLUMNS
    model = RecordModel(connection, View(READINGS, columns), connection)
    grid = GridView(model)
    _show(grid, look.scaled(look.ROW) * _ROWS + look.scaled(look.HEADER))
    _until(lambda: model.exact and model.row_at(200) is not None)
    return grid


@contextmanager
def _theirs(path: Path) -> Iterator[QTableView]:
    connected = QSqlDatabase.addDatabase("QSQLITE", "peer")
    connected.setDatabaseName(os.fspath(path))
    if not connected.open():
        raise RuntimeError(connected.lastError().text())
    model = QSqlTableModel(None, connected)
    model.setTable(READINGS.name)
    model.select()
    table = QTableView()
    table.setModel(model)
    table.verticalHeader().setDefaultSectionSize(look.scaled(look.ROW))
    table.resizeColumnsToContents()
    _show(table, look.scaled(look.ROW) * _ROWS + look.scaled(look.HEADER))
    yield table
    table.close()
    table.setModel(None)
    model.clear()
    del model
    connected.close()
    del connected
    QSqlDatabase.removeDatabase("peer")


def _show(view: QTableView, height: int) -> None:
    view.resize(1500, height)
    view.show()
    QApplication.processEvents()


def _repainted(view: QTableView) -> float:
    return _worked(view.viewport().repaint)


def _scrolled(view: QTableView) -> float:
    bar = view.verticalScrollBar()

    def scroll() -> None:
        bar.setValue(bar.value() + look.scaled(look.ROW))
        QApplication.processEvents()

    return _worked(scroll)


def _worked(work: Callable[[], object]) -> float:
    """Seconds this thread worked on it."""
    started = time.thread_time()
    work()
    return time.thread_time() - started


def _until(done: Callable[[], bool]) -> None:
    while not done():
        QApplication.processEvents()
