"""Owns a real window that is closed at a random moment while work is running.

python -m tests.faults.quitter URL SEED [save]

With ``save`` it is closed while it saves: ``saved N`` tells how many records are being saved then.
"""

from __future__ import annotations

import random
import sys
from dataclasses import replace

import sqlalchemy as sa
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import RecordRef
from desktop.browse.reading import reading
from desktop.command.arguments import WindowOptions
from desktop.models.connection import Connection
from desktop.models.lanes import Lane
from desktop.staging.staging import Edit
from desktop.transfer.clipboard import Offer
from ui import app
from ui.grid.offered import to_clipboard
from ui.window.main_window import MainWindow
from ui.window.table_tab import TableTab

RECORDS = 50
ENDLESS = sa.text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0"
)


def endless(connection: Connection, lane: Lane) -> None:
    """A statement that only a cancel ends."""

    def work(token: CancelToken, progress: Progress) -> None:
        with reading(connection.database, token) as driver:
            driver.execute(ENDLESS)

    lane.submit(work, lambda _: None, lambda _: None)


def work(window: MainWindow, chance: random.Random, *, saves: bool) -> None:
    """Start some of what may run."""
    tab = window.tabs.currentWidget()
    if not isinstance(tab, TableTab):
        return
    connection = tab.connection
    for lane in (connection.lane, connection.side, connection.long):
        if chance.random() < 0.6 and not (saves and lane is connection.lane):
            endless(connection, lane)
    if chance.random() < 0.5:
        tab.model.set_view(replace(tab.model.view, search="nowhere to be found"))
    if chance.random() < 0.5:
        tab.model.refresh()
    if chance.random() < 0.7:
        to_clipboard(Offer("copied", "<p>copied</p>"))
    if saves:
        save(window, connection, tab)


def ready(window: MainWindow) -> bool:
    """The rows are there, and what can be done with them."""
    tab = window.tabs.currentWidget()
    return (
        window.menuBar().isEnabled() and isinstance(tab, TableTab) and tab.model.key_at(RECORDS) is not None
    )


def save(window: MainWindow, connection: Connection, tab: TableTab) -> None:
    """Change some records, and press Save."""
    edits = [
        Edit(RecordRef(tab.table.name, key), "text", "words", "saved")
        for key in (tab.model.key_at(row) for row in range(RECORDS))
        if key is not None
    ]
    connection.workbench.edit("many", edits)
    window.actions_["data.save"].trigger()
    if edits:
        sys.stdout.write(f"saved {len(edits)}\n")


def main() -> int:
    """As the program does it, with a hand that works and then closes the window."""
    chance = random.Random(sys.argv[2])  # moments
    qt = app.application()
    found: list[MainWindow] = []

    def window() -> MainWindow:
        if not found:
            found.extend(one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow))
        return found[0]

    saves = sys.argv[3:] == ["save"]

    def begin() -> None:
        if saves and not ready(window()):  # before that nobody can press Save
            QTimer.singleShot(20, qt, begin)
            return
        work(window(), chance, saves=saves)
        QTimer.singleShot(chance.randint(0, 300), qt, lambda: window().close())

    QTimer.singleShot(chance.randint(0, 900), qt, begin)
    return app.run(WindowOptions(database=sys.argv[1], table="notes"))


if __name__ == "__main__":
    sys.exit(main())
