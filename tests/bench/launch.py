"""Owns the benchmark of the start: from the command to the first rows painted, and the memory that takes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.bench.jobs import ORDERS, Bench
from tests.bench.measure import Line, compare, high_water

_ROOT = Path(__file__).resolve().parents[2]
MOST_MEMORY = 250.0
"""MB of the whole process with the table open."""
_OURS = """
import sys
from PySide6.QtCore import QTimer
from main import main
from ui import app

def watch(desk):
    if not desk.seen and desk.window._glance is not None:
        desk.window.repaint()
        print("seen", flush=True)
        desk.seen = True
    workspace = desk._workspace
    tab = workspace.tab if workspace is not None else None
    if tab is None or tab.model.row_at(0) is None:
        return
    model, bar = tab.model, tab.grid.verticalScrollBar()
    if not desk.told:
        tab.grid.viewport().repaint()
        print("rows", flush=True)
        desk.told = True
    elif model.exact and bar.value() < bar.maximum():
        bar.setValue(bar.maximum())
    elif model.exact and not model.view.sort and model.row_at(model.rowCount() - 1) is not None:
        tab.grid.viewport().repaint()
        from dataclasses import replace
        from desktop.browse.view import Sort
        model.set_view(replace(model.view, sort=(Sort("amount"),)))
    elif model.exact and model.shown_view.sort and bar.value() == bar.maximum():
        if model.row_at(model.rowCount() - 1) is not None:
            tab.grid.viewport().repaint()
            print("sorted", flush=True)
            desk.watch.stop()

def make(desk, *arguments, real=app.Desk.__init__):
    real(desk, *arguments)
    desk.seen, desk.told, desk.watch = False, False, QTimer(desk)
    desk.watch.timeout.connect(lambda: watch(desk))
    desk.watch.start(2)

app.Desk.__init__ = make
sys.exit(main())
"""
_BARE = """
import sys
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView
app = QApplication([])
table = QTableView()
table.show()
app.processEvents()
import sqlalchemy.orm
with sqlalchemy.create_engine("sqlite:///" + sys.argv[1]).connect() as connection:
    rows = connection.execute(sqlalchemy.text("SELECT * FROM orders ORDER BY id LIMIT 250")).all()
model = QStandardItemModel()
for row in rows:
    model.appendRow([QStandardItem(str(value)) for value in row])
table.setModel(model)
table.viewport().repaint()
print("rows", flush=True)
app.exec()
"""


def launch(bench: Bench, runs: int) -> list[Line]:
    """To the first rows of the large file, beside a bare program; and memory after a jump to the end."""
    path = bench.large.profile.path
    own = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(bench.folder))  # not the person's
    environment = {**compiled(bench.folder), **own}
    ours = [sys.executable, "-c", _OURS, path, "--table", ORDERS.name]
    bare = [sys.executable, "-c", _BARE, path]
    for command in (ours, bare):  # once before: it compiles, and remembers what was in front
        with _started(command, environment, "rows") as process:
            process.send_signal(signal.SIGTERM)
            process.wait()
    lines = [
        compare(
            f"launch {what} of {bench.rows:,}, against a bare window that loads Qt and SQLAlchemy",
            partial(_ready_after, ours, environment, word),
            partial(_ready_after, bare, environment, "rows"),
            goal,
            runs,
        )
        for what, word, goal in (("to first rows", "seen", 1.0), ("to first rows to work with", "rows", 2.5))
    ]
    most = _memory(ours, environment)
    job = f"memory of the program with {bench.rows:,} records, after a jump to the end and a sort"
    memory = Line(job, f"{most:.0f} MB", f"{MOST_MEMORY:.0f} MB", most / MOST_MEMORY, 1.0)
    return [*lines, memory]


def compiled(folder: Path) -> dict[str, str]:
    """The environment of a program installed as ``make setup`` does: its modules compiled."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    everything = "import ui.app, ui.last_resort, ui.window.commands, sqlalchemy.dialects.sqlite"
    subprocess.run([sys.executable, "-c", everything], cwd=_ROOT, env=environment, check=True)
    return environment


def _ready_after(command: list[str], environment: Mapping[str, str], word: str) -> float:
    started = time.perf_counter()
    with _started(command, environment, word):
        return time.perf_counter() - started


def _memory(command: list[str], environment: Mapping[str, str]) -> float:
    with _started(command, environment, "sorted") as process:
        return high_water(process.pid) / 1e3


@contextmanager
def _started(
    command: list[str], environment: Mapping[str, str], word: str
) -> Iterator[subprocess.Popen[str]]:
    """The program, once it has said that word; ended afterwards."""
    process = subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.strip() == word:
                yield process
                return
        raise RuntimeError(f"{command[0]} ended before it was ready")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
