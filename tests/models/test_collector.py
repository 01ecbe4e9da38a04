"""Garbage with Qt objects in it is collected on the GUI thread, whoever makes garbage."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from desktop.base.cancel import CancelToken, Progress
from desktop.models import collector as collector_module
from desktop.models.collector import Collector
from desktop.models.lanes import Lane


class Forgotten(QObject):
    """In a cycle with itself, with a running timer."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self
        self.timer = QTimer(self)
        self.timer.start(60_000)


@pytest.fixture
def frozen() -> Iterator[int]:
    """How many objects were left out of sight before; all are in sight again afterwards."""
    yield gc.get_freeze_count()
    gc.unfreeze()


def test_what_a_program_loaded_at_its_start_is_never_looked_at_again(qtbot: QtBot, frozen: int) -> None:
    collector = Collector()
    loaded = [[] for _ in range(10)]  # type: list[list[object]]
    collector.begin()
    assert gc.get_freeze_count() > frozen
    assert not any(one is loaded for one in gc.get_objects())
    later: list[object] = []
    left_out = gc.get_freeze_count()
    collector.begin()  # of another window
    assert gc.get_freeze_count() == left_out
    assert any(one is later for one in gc.get_objects())


def test_cycles_made_later_are_found_by_themselves(qtbot: QtBot, frozen: int) -> None:
    collector = Collector()
    collector.begin()
    gone: list[None] = []
    for _ in range(1000):  # as many as make it look
        weakref.finalize(Forgotten(), lambda: gone.append(None))
    qtbot.waitUntil(lambda: len(gone) == 1000)


def test_a_worker_that_makes_garbage_destroys_no_qt_object(
    qtbot: QtBot, frozen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    collector.collect()  # very many new objects are not looked through while somebody works
    assert where == []
    monkeypatch.setattr(collector, "_somebody_works", lambda: False)
    collector._whole -= 601
    collector.collect()
    qtbot.waitUntil(lambda: len(where) == 20)
    assert set(where) == {threading.get_ident()}
    assert lane.close()


def test_very_many_objects_are_not_looked_through_while_somebody_works(
    qtbot: QtBot, frozen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector = Collector()
    looked: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: looked.append(generation))
    working = True
    monkeypatch.setattr(collector, "_somebody_works", lambda: working)
    held: list[list[object]] = [[] for _ in range(60_000)]
    collector.collect()
    assert looked == [] and gc.get_freeze_count() > frozen + 60_000
    held += [[] for _ in range(2_000)]
    collector.collect()
    assert looked == [0]  # what is new goes on being looked at
    monkeypatch.setattr(collector, "_whole", time.monotonic() - 601)
    collector.collect()
    assert 2 not in looked
    working = False
    collector.collect()
    assert looked[-1] == 2
    looked.clear()
    collector.collect()
    assert 2 not in looked  # not again and again
    working = True
    monkeypatch.setattr(collector, "_whole", time.monotonic() - 3_601)
    collector.collect()
    assert looked[-1] == 2  # nor never where somebody works all day
    del held


def test_not_without_end_are_objects_put_aside(
    qtbot: QtBot, frozen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job that makes garbage alone must not fill the memory; what is gone by itself does not count."""
    collector = Collector()
    collector.begin()
    looked: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: looked.append(generation))
    collector._aside = collector_module._MOST_ASIDE
    held: list[list[object]] = [[] for _ in range(60_000)]
    collector.collect()
    assert looked == [] and 50_000 <= collector._aside < 1_000_000
    monkeypatch.setattr(collector_module, "_MOST_ASIDE", 50_000)
    held += [[] for _ in range(60_000)]
    collector.collect()
    assert looked == []  # not as soon as that
    monkeypatch.setattr(collector, "_whole", time.monotonic() - 31)
    collector.collect()
    assert looked == [0]
    del held
