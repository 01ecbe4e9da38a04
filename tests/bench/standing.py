"""Owns the benchmark of a window that never stands still: the longest gap in its heartbeat at any work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

import shiboken6
import sqlalchemy as sa
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.browse.view import Sort
from desktop.connect.running import running
from tests.bench.jobs import ORDERS, Bench
from tests.bench.measure import Line
from ui.app import Desk, WindowOptions, application
from ui.dialogs.delete_dialog import DeleteDialog
from ui.dialogs.export_dialog import ExportDialog
from ui.tour.heartbeat import Heartbeat
from ui.window.table_tab import TableTab

W = TypeVar("W", bound=QWidget)
GAP_LIMIT = 50.0
"""Milliseconds the window may stand still."""
_MOST_SELECTED = 100_000
_SLOW = (
    "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 400000000)"
    " SELECT count(*) FROM n"
)
_SLOW_SECONDS = 3.0
_AFTER = 0.3
"""Seconds for what an act leaves to be done."""


def standing_still(bench: Bench) -> Line:
    """The longest gap while somebody does one thing after the other with the large table, and what was done
    then; waiting for a processor is left out."""
    with _desk(bench) as desk:
        gaps = {what: _longest(act) for what, act in _acts(_User(bench, desk)).items()}
    sys.stderr.write(f"  {', '.join(f'{what}: {gap:.0f} ms' for what, gap in gaps.items())}\n")
    worst = max(gaps, key=gaps.__getitem__)
    job = f"{bench.name}: longest the window stood still, {bench.rows:,} records, at any work"
    return Line(job, f"{gaps[worst]:.0f} ms, {worst}", f"{GAP_LIMIT:.0f} ms", gaps[worst] / GAP_LIMIT, 1.0)


@contextmanager
def _desk(bench: Bench) -> Iterator[Desk]:
    desk = Desk(application(), WindowOptions())
    desk.window.resize(1200, 760)
    desk.window.show()
    desk.furnish()
    desk.workspace.opener.reopen(bench.large.profile)
    _until(lambda: desk.workspace.connection is not None)
    yield desk
    desk.window.close()
    desk.window.deleteLater()
    desk.deleteLater()
    QApplication.processEvents()


def _longest(act: Callable[[], object]) -> float:
    heart = Heartbeat()
    heart.start()
    act()
    until = time.monotonic() + _AFTER
    _until(lambda: time.monotonic() > until)
    return heart.stop()


@dataclass(frozen=True)
class _User:
    bench: Bench
    desk: Desk

    @property
    def tab(self) -> TableTab:
        found = self.desk.workspace.tab
        assert found is not None
        return found

    def open(self) -> None:
        self.desk.workspace.open_table(ORDERS)
        self.see()

    def see(self) -> None:
        """Wait for rows in sight, of the view wanted, and their number."""
        model, grid = self.tab.model, self.tab.grid
        _until(lambda: model.exact and model.pages.settled and model.view == model.shown_view)
        _until(lambda: not model.rowCount() or model.row_at(grid.visible_rows[0]) is not None)

    def run_slowly(self) -> None:
        connection = self.desk.workspace.connection
        assert connection is not None
        database, ended = connection.database, list[None]()

        def work(token: CancelToken, progress: Progress) -> None:
            with database.engine.connect() as raw, running(raw, token):
                raw.execute(sa.text(_SLOW))

        job = connection.side.submit(work, ended.append, cancelled=lambda: ended.append(None))
        until = time.monotonic() + _SLOW_SECONDS
        _until(lambda: time.monotonic() > until)
        job.cancel()
        _until(lambda: bool(ended))

    def jump(self) -> None:
        bar = self.tab.grid.verticalScrollBar()
        for place in (bar.maximum(), bar.maximum() // 2, 0):
            bar.setValue(place)
            self.see()

    def sort(self, *columns: str) -> None:
        model = self.tab.model
        model.set_view(replace(model.view, sort=tuple(map(Sort, columns))))
        self.see()

    def filter(self) -> None:
        self.tab.show_filter_row(True)
        field = self.tab.grid.filter_row.field("city")
        assert field is not None
        QTest.keyClicks(field, "Paris\r")
        _until(lambda: self.tab.view.is_filtered)
        self.see()

    def search(self) -> None:
        self.tab.clear_filters()
        self.see()
        QTest.keyClicks(self.tab.tools.search, "number 77")
        _until(lambda: bool(self.tab.view.search))
        self.see()
        self.tab.clear_filters()
        self.see()

    def refresh(self) -> None:
        self.tab.grid.setFocus()
        self.tab.grid.selectAll()
        self.tab.model.refresh()
        self.see()

    def select(self) -> None:
        """From the first row to one a long way down, with Shift."""
        self.tab.grid.clearSelection()
        self._click(0, Qt.KeyboardModifier.NoModifier)
        self._click(min(_MOST_SELECTED, self.bench.chosen) - 1, Qt.KeyboardModifier.ShiftModifier)

    def export(self) -> None:
        self.desk.window.actions_["file.export"].trigger()
        dialog = self._dialog(ExportDialog)
        _until(lambda: "selected" in dialog.chosen.text())  # as many as there are, which somebody reads first
        dialog.all.setChecked(True)
        dialog.export_to(self.bench.folder / "still.csv")
        _until(lambda: not shiboken6.isValid(dialog) or not dialog.isVisible())

    def delete(self) -> None:
        self.desk.window.actions_["record.delete_now"].trigger()
        dialog = self._dialog(DeleteDialog)
        _until(lambda: dialog.expected is not None)
        assert dialog.go_button is not None
        dialog.go_button.click()
        _until(lambda: not shiboken6.isValid(dialog) or not dialog.isVisible())
        self.see()

    def _click(self, row: int, held: Qt.KeyboardModifier) -> None:
        model, grid = self.tab.model, self.tab.grid
        grid.scrollTo(model.index(row, 0))
        _until(lambda: model.row_at(row) is not None)
        place = grid.visualRect(model.index(row, 0)).center()
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, held, place)

    def _dialog(self, kind: type[W]) -> W:
        _until(lambda: isinstance(QApplication.activeModalWidget(), kind))
        found = QApplication.activeModalWidget()
        assert isinstance(found, kind)
        return found


def _acts(user: _User) -> dict[str, Callable[[], object]]:
    """What is done, in this order, by what it is called."""
    return {
        "open": user.open,
        "run a slow query beside": user.run_slowly,
        "jump": user.jump,
        "sort without an index": lambda: user.sort("amount"),
        "sort back": user.sort,
        "filter": user.filter,
        "search": user.search,
        "read all again": user.refresh,
        "select": user.select,
        "export": user.export,
        "delete": user.delete,
    }


def _until(done: Callable[[], bool]) -> None:
    """Wait as the program does, asleep between events: whoever spins keeps other threads from working."""
    waiting = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    while not done():
        QTimer.singleShot(1, _nothing)  # that there is one more event in any case
        QApplication.processEvents(waiting)


def _nothing() -> None:
    """Only to be called."""
