"""Lanes: order, threads, cancelling, owners that go away, failures, leaving."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from desktop.base.cancel import CancelledError, CancelToken, Progress
from desktop.models.lanes import Lane


@pytest.fixture
def lane(qtbot: QtBot) -> Iterator[Lane]:
    lane = Lane("test")
    yield lane
    lane.close()


def _idle(qtbot: QtBot, lane: Lane) -> None:
    qtbot.waitUntil(lambda: not lane.is_busy, timeout=5000)


def _thread(token: CancelToken, progress: Progress) -> int:
    return threading.get_ident()


class Gate:
    """Work that waits until it is let go, cancelled or interrupted."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def __call__(self, token: CancelToken, progress: Progress) -> str:
        self.entered.set()
        with token.interrupting(self.open.set):
            assert self.open.wait(10)
        token.check()
        return "through"


def test_jobs_run_in_order_on_one_other_thread_and_answer_on_this_one(qtbot: QtBot, lane: Lane) -> None:
    answers: list[tuple[int, int, int]] = []

    def answer(number: int) -> Callable[[int], None]:
        return lambda worker: answers.append((number, worker, threading.get_ident()))

    for number in range(20):
        lane.submit(_thread, answer(number))
    _idle(qtbot, lane)
    assert [number for number, _, _ in answers] == list(range(20))
    assert len({worker for _, worker, _ in answers}) == 1
    assert {here for _, _, here in answers} == {threading.get_ident()}
    assert answers[0][1] != threading.get_ident()


def test_an_answer_keeps_integers_past_64_bits(qtbot: QtBot, lane: Lane) -> None:
    answers: list[int] = []
    lane.submit(lambda token, progress: 2**70, answers.append)
    _idle(qtbot, lane)
    assert answers == [2**70]


def test_a_failure_reaches_failed_and_the_lane_works_on(qtbot: QtBot, lane: Lane) -> None:
    failures: list[Exception] = []
    answers: list[int] = []

    def broken(token: CancelToken, progress: Progress) -> int:
        raise ValueError("no")

    lane.submit(broken, answers.append, failures.append)
    lane.submit(lambda token, progress: 1, answers.append)
    _idle(qtbot, lane)
    assert [str(f) for f in failures] == ["no"]
    assert answers == [1]


def test_a_failure_nobody_handles_is_announced(qtbot: QtBot, lane: Lane) -> None:
    def broken(token: CancelToken, progress: Progress) -> int:
        raise ValueError("nobody")

    with qtbot.waitSignal(lane.failed_unhandled) as signal:
        lane.submit(broken, print)
    assert str(signal.args[0]) == "nobody"


def test_a_waiting_job_that_is_cancelled_never_runs(qtbot: QtBot, lane: Lane) -> None:
    gate = Gate()
    ran: list[str] = []
    told: list[str] = []
    lane.submit(gate, ran.append)
    waiting = lane.submit(
        lambda token, progress: ran.append("ran"), lambda _: None, cancelled=lambda: told.append("c")
    )
    waiting.cancel()
    gate.open.set()
    _idle(qtbot, lane)
    assert ran == ["through"]
    assert told == ["c"]
    assert not waiting.running


def test_cancel_interrupts_running_work_and_only_cancelled_is_called(qtbot: QtBot, lane: Lane) -> None:
    gate = Gate()
    told: list[str] = []
    job = lane.submit(
        gate,
        lambda _: told.append("done"),
        lambda _: told.append("failed"),
        cancelled=lambda: told.append("cancelled"),
    )
    assert gate.entered.wait(5)
    job.cancel()
    _idle(qtbot, lane)
    assert told == ["cancelled"]


@pytest.mark.parametrize(("always_tell", "expected"), [(True, "done"), (False, "cancelled")])
def test_a_cancel_that_comes_too_late(qtbot: QtBot, lane: Lane, always_tell: bool, expected: str) -> None:
    told: list[str] = []
    entered, go_on = threading.Event(), threading.Event()

    def committed(token: CancelToken, progress: Progress) -> int:
        entered.set()
        assert go_on.wait(5)
        return 1

    job = lane.submit(
        committed,
        lambda _: told.append("done"),
        cancelled=lambda: told.append("cancelled"),
        always_tell=always_tell,
    )
    assert entered.wait(5)
    job.cancel()
    go_on.set()
    _idle(qtbot, lane)
    assert told == [expected]


def test_work_that_gives_up_by_itself_counts_as_cancelled(qtbot: QtBot, lane: Lane) -> None:
    told: list[str] = []

    def give_up(token: CancelToken, progress: Progress) -> int:
        raise CancelledError

    lane.submit(
        give_up, lambda _: told.append("done"), cancelled=lambda: told.append("cancelled"), always_tell=True
    )
    _idle(qtbot, lane)
    assert told == ["cancelled"]


def test_the_answer_to_a_deleted_owner_is_dropped_and_its_work_stopped(qtbot: QtBot, lane: Lane) -> None:
    gate = Gate()
    told: list[str] = []
    owner = QObject()
    job = lane.submit(gate, told.append, owner=owner, cancelled=lambda: told.append("cancelled"))
    assert gate.entered.wait(5)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
    _idle(qtbot, lane)
    assert job.cancelled
    assert told == []


def test_progress_arrives_here_and_the_last_report_is_never_lost(qtbot: QtBot, lane: Lane) -> None:
    reports: list[tuple[int, int | None, int]] = []

    def work(token: CancelToken, progress: Progress) -> None:
        for done in range(1, 10_001):
            progress(done, 10_000)

    lane.submit(work, lambda _: None, progress=lambda d, t: reports.append((d, t, threading.get_ident())))
    _idle(qtbot, lane)
    assert reports[-1][:2] == (10_000, 10_000)
    assert {thread for _, _, thread in reports} == {threading.get_ident()}
    assert len(reports) < 1000


def test_busy_is_told_at_the_edges_only(qtbot: QtBot, lane: Lane) -> None:
    edges: list[bool] = []
    lane.busy.connect(edges.append)
    for _ in range(3):
        lane.submit(_thread, lambda _: None)
    _idle(qtbot, lane)
    assert edges == [True, False]


def test_a_failing_answer_does_not_stop_the_lane(qtbot: QtBot, lane: Lane) -> None:
    answers: list[int] = []

    def broken(_: int) -> None:
        raise ValueError("in the answer")

    with qtbot.captureExceptions() as caught:
        lane.submit(_thread, broken)
        lane.submit(_thread, answers.append)
        _idle(qtbot, lane)
    assert [str(value) for _, value, _ in caught] == ["in the answer"]
    assert len(answers) == 1


def test_close_cancels_what_runs_and_refuses_what_comes(qtbot: QtBot) -> None:
    lane = Lane("closing")
    gate = Gate()
    told: list[str] = []
    lane.submit(gate, told.append, cancelled=lambda: told.append("cancelled"))
    lane.submit(gate, told.append)
    assert gate.entered.wait(5)
    assert lane.close()
    late = lane.submit(gate, told.append)
    QCoreApplication.processEvents()
    assert not late.running
    assert told == []
    assert lane.close()


def test_close_leaves_work_that_cannot_be_stopped_behind(qtbot: QtBot) -> None:
    lane = Lane("stubborn")
    entered, go_on = threading.Event(), threading.Event()

    def stubborn(token: CancelToken, progress: Progress) -> None:
        entered.set()
        go_on.wait(10)

    lane.submit(stubborn, lambda _: None)
    assert entered.wait(5)
    assert not lane.close(timeout=0.05)
    go_on.set()
    assert lane.close(timeout=5)


class Litter:
    """Tells in which thread it went away, as a QObject must not do in a worker's."""

    def __init__(self, went: list[int]) -> None:
        self.went = went

    def __del__(self) -> None:
        self.went.append(threading.get_ident())


@pytest.mark.parametrize("end", ["answer", "failure", "cancelled"])
def test_what_a_job_holds_goes_away_on_this_thread_and_soon(qtbot: QtBot, lane: Lane, end: str) -> None:
    went: list[int] = []

    def give() -> None:
        held = Litter(went)

        def work(token: CancelToken, progress: Progress) -> Litter:
            if end == "failure":
                raise ValueError(str(held))
            if end == "cancelled":
                raise CancelledError
            return held

        def told(*_: object) -> None:
            assert held.went is went

        lane.submit(work, told, told, cancelled=told)

    for _ in range(50):
        give()
        _idle(qtbot, lane)
    lane.submit(_thread, lambda _: None)
    _idle(qtbot, lane)
    gc.collect()  # a traceback and its frame hold each other
    assert went == [threading.get_ident()] * 50


def test_cancelling_at_any_moment_never_stops_the_lane(qtbot: QtBot, lane: Lane) -> None:
    answers: list[int] = []

    def short(token: CancelToken, progress: Progress) -> int:
        for _ in range(50):
            token.check()
        return 1

    for _ in range(300):
        job = lane.submit(short, lambda _: None)
        job.cancel()
    lane.submit(short, answers.append)
    _idle(qtbot, lane)
    assert answers == [1]


def test_a_lane_that_has_ended_goes_without_a_word_of_qt(qtbot: QtBot) -> None:
    """In whichever order Python and Qt take it apart: a warning about its socket would fail the test."""
    for _ in range(10):
        parent = QObject()
        lane, told = Lane("short", parent), list[int]()
        lane.submit(lambda token, progress: 1, told.append)
        qtbot.waitUntil(lambda told=told: told == [1])  # type: ignore[misc]
        lane.stop()
        qtbot.waitUntil(lambda lane=lane: not lane.is_alive)  # type: ignore[misc]
        lane._box.close()  # type: ignore[union-attr]  # as soon as Python lets go of it
        qtbot.wait(5)
        lane.deleteLater()
        qtbot.wait(1)
        parent.deleteLater()
