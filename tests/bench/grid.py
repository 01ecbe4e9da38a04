"""Owns the benchmark of the grid: painting beside Qt's own SQL model, and how long the window is held up."""

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

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import TableName
from desktop.browse.view import View
from desktop.connect.profile import Profile
from desktop.connect.running import running
from desktop.models.connection import Connection
from desktop.models.record_model import RecordModel
from desktop.schema.database import Database, open_database
from tests.bench.jobs import ORDERS, Bench
from tests.bench.measure import Line, compare
from ui import look
from ui.app import Desk, WindowOptions, application
from ui.grid.grid_view import GridView
from ui.tour.heartbeat import Heartbeat

READINGS = TableName(None, "readings")
SCROLL_LIMIT = 16.0
"""Milliseconds for one row further: 60 in a second."""
GAP_LIMIT = 50.0
"""Milliseconds the window may stand still."""
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
_SLOW = (
    "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 400000000)"
    " SELECT count(*) FROM n"
)
_SLOW_SECONDS = 3.0


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


def standing_still(bench: Bench) -> Line:
    """The longest gap in the window's heartbeat while it opens the large table, a slow query runs, the whole
    table is scanned and read again, and somebody jumps about; waiting for a processor is left out."""
    desk = Desk(application(), WindowOptions())
    desk.window.resize(1200, 760)
    desk.window.show()
    desk.furnish()
    desk.workspace.opener.reopen(bench.large.profile)
    _until(lambda: desk.workspace.connection is not None)
    connection = desk.workspace.connection
    assert connection is not None
    heart = Heartbeat()
    heart.start()
    tab = desk.workspace.open_table(ORDERS)
    assert tab is not None
    _until(lambda: tab.model.exact and tab.model.row_at(0) is not None)
    _run_slowly(connection)
    bar = tab.grid.verticalScrollBar()
    for place in (bar.maximum(), bar.maximum() // 2, 0):
        bar.setValue(place)
        _until(lambda: tab.model.row_at(tab.grid.visible_rows[0]) is not None)
    tab.grid.selectAll()
    tab.model.refresh()
    _until(lambda: tab.model.pages.settled)
    gap = heart.stop()
    desk.window.close()
    desk.window.deleteLater()
    desk.deleteLater()
    QApplication.processEvents()
    job = f"{bench.name}: longest the window stood still, {bench.rows:,} records, a slow query beside it"
    return Line(job, f"{gap:.0f} ms", f"{GAP_LIMIT:.0f} ms", gap / GAP_LIMIT, 1.0)


def _run_slowly(connection: Connection) -> None:
    ended: list[None] = []

    def work(token: CancelToken, progress: Progress) -> None:
        with connection.database.engine.connect() as raw, running(raw, token):
            raw.execute(sa.text(_SLOW))

    job = connection.side.submit(work, ended.append, cancelled=lambda: ended.append(None))
    until = time.monotonic() + _SLOW_SECONDS
    _until(lambda: time.monotonic() > until)
    job.cancel()
    _until(lambda: bool(ended))


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
