"""Owns the benchmark of staged editing: a large paste in the real window, and each key after it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.base.keys import RecordRef
from desktop.connect.profile import Profile
from tests.bench.measure import Line
from ui.app import Desk, WindowOptions, application
from ui.window.table_tab import TableTab

ROWS = 10_000
PASTE_LIMIT = 2_000.0
"""Milliseconds from the key to the rows on the screen."""
FREEZE_LIMIT = 250.0
"""Milliseconds of work in one go, for which the window does not answer meanwhile."""
KEY_LIMIT = 50.0
"""Milliseconds of work for any key with so much staged."""
_BEAT = 5


def staged_editing(name: str, profile: Profile, runs: int) -> list[Line]:
    """Paste 10,000 rows of 8 columns, then edit, paste and undo among them."""
    with _tab(profile) as (desk, tab):
        pastes = [_paste(desk, tab) for _ in range(runs)]
        _paste(desk, tab, keep=True)
        keys = _keys(desk, tab, 5 * runs)
        desk.workspace.connection.workbench.discard()  # type: ignore[union-attr]
    taken = statistics.median(one for one, _ in pastes)
    held = statistics.median(one for _, one in pastes)
    lines = [
        _line(f"{name}: paste {ROWS:,} rows of 8 columns", taken, PASTE_LIMIT),
        _line(f"{name}: the window held up by that paste", held, FREEZE_LIMIT),
    ]
    staged = f"with {ROWS:,} changes staged"
    return lines + [_line(f"{name}: {what} {staged}", slow, KEY_LIMIT) for what, slow in keys.items()]


def _line(job: str, taken: float, limit: float) -> Line:
    return Line(job, f"{taken:,.0f} ms", f"{limit:,.0f} ms", taken / limit, 1.0)


@contextmanager
def _tab(profile: Profile) -> Iterator[tuple[Desk, TableTab]]:
    desk = Desk(application(), WindowOptions())
    desk.window.resize(1200, 760)
    desk.window.show()
    desk.furnish()
    desk.workspace.opener.reopen(profile)
    _until(lambda: desk.workspace.connection is not None)
    connection = desk.workspace.connection
    assert connection is not None
    tab = desk.workspace.open_table(connection.database.find("orders"))
    assert tab is not None
    _until(lambda: tab.model.exact and tab.model.row_at(0) is not None)
    tab.grid.setFocus()
    try:
        yield desk, tab
    finally:
        desk.window.close()
        desk.window.deleteLater()
        desk.deleteLater()
        QApplication.processEvents()


def _until(done: Callable[[], bool]) -> None:
    while not done():
        QApplication.processEvents()


def _block(tab: TableTab, first: int, count: int) -> str:
    """Lines as a spreadsheet gives them, a name for the foreign key."""
    heads = "id\tcustomer_id\ttitle\tcity\tamount\tpaid\tordered_on\tnote"
    lines = (
        f"{n}\tCustomer {1 + n % 90}\tOrder {n}\tParis\t1,234.50\tyes\t2026-11-21\tPasted {n}"
        for n in range(first, first + count)
    )
    return "\n".join([heads, *lines])


def _paste(desk: Desk, tab: TableTab, *, keep: bool = False) -> tuple[float, float]:
    """Milliseconds until all is staged and painted, and the longest the window did not answer."""
    bench = tab.connection.workbench
    QGuiApplication.clipboard().setText(_block(tab, 10_000_000, ROWS))
    beats = [time.thread_time()]
    pulse = QTimer()
    pulse.setInterval(_BEAT)
    pulse.timeout.connect(lambda: beats.append(time.thread_time()))
    pulse.start()
    started = time.perf_counter()
    desk.window.actions_["edit.paste_new"].trigger()
    _until(lambda: bench.staging.record_count == ROWS)
    tab.grid.grab()
    QApplication.processEvents()
    taken = time.perf_counter() - started
    pulse.stop()
    beats.append(time.thread_time())
    longest = max(later - earlier for earlier, later in pairwise(beats))
    if not keep:
        bench.undo()
        QApplication.processEvents()
    return taken * 1000, longest * 1000


def _keys(desk: Desk, tab: TableTab, runs: int) -> dict[str, float]:
    """Milliseconds, the median of so many, that each key keeps the window's thread at work until all is
    painted: what the person waits for, whatever else the machine does."""
    bench, model = tab.connection.workbench, tab.model
    actions = desk.window.actions_
    title, read = model.section_of("title"), model.rows.read

    def edit(row: int) -> None:
        model.setData(model.index(row, title), f"Edited {time.perf_counter()}")

    def paste(row: int) -> None:
        QGuiApplication.clipboard().setText(f"Pasted {time.perf_counter()}")
        tab.grid.setCurrentIndex(model.index(row, title))
        before = bench.staging.undo_name, bench.staging.field(_ref(tab, row), "title")
        actions["edit.paste"].trigger()
        _until(lambda: (bench.staging.undo_name, bench.staging.field(_ref(tab, row), "title")) != before)

    jobs: dict[str, Callable[[int], None]] = {
        "edit a cell": edit,
        "edit a cell of a new record": lambda at: edit(read + at),
        "paste a cell": paste,
        "undo": lambda at: actions["edit.undo"].trigger(),
        "redo": lambda at: actions["edit.redo"].trigger(),
        "insert a record": lambda at: _insert(tab),
    }
    found = {}
    for what, job in jobs.items():
        times = []
        for at in range(runs):
            started = time.thread_time()
            job(at)
            QApplication.processEvents()
            times.append(time.thread_time() - started)
        found[what] = statistics.median(times) * 1000
    undo = time.thread_time()
    while bench.staging.record_count >= ROWS:
        undo = time.thread_time()
        actions["edit.undo"].trigger()
        QApplication.processEvents()
    found["undo the whole paste"] = (time.thread_time() - undo) * 1000
    return found


def _insert(tab: TableTab) -> None:
    tab.connection.workbench.insert(tab.table.name, {"title": "One more"})


def _ref(tab: TableTab, row: int) -> RecordRef:
    ref = tab.model.ref_at(row)
    assert ref is not None
    return ref
