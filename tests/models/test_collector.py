"""Garbage with Qt objects in it is collected on the GUI thread, whoever makes garbage."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from desktop.base.cancel import CancelToken, Progress
from desktop.models.collector import Collector
from desktop.models.lanes import Lane


class Forgotten(QObject):
    """In a cycle with itself, with a running timer."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self
        self.timer = QTimer(self)
        self.timer.start(60_000)


def test_a_worker_that_makes_garbage_destroys_no_qt_object(qtbot: QtBot) -> None:
    collector = Collector()
    assert not gc.isenabled()
    where: list[int] = []
    for _ in range(20):
        weakref.finalize(Forgotten(), lambda: where.append(threading.get_ident()))

    def litter(token: CancelToken, progress: Progress) -> int:
        for _ in range(50_000):
            cycle: list[object] = []
            cycle.append(cycle)
        return threading.get_ident()

    workers: list[int] = []
    lane = Lane("litter")
    lane.submit(litter, workers.append)
    qtbot.waitUntil(lambda: bool(workers))
    assert where == []
    collector.collect()
    qtbot.waitUntil(lambda: len(where) == 20)
    assert set(where) == {threading.get_ident()}
    assert lane.close()
