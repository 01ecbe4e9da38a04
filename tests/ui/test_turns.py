"""Long work of the window in short turns: others have theirs between, and what nobody wants is ended."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from ui.turns import TURN, Steps, Turns


@pytest.fixture
def turns(qtbot: QtBot) -> Iterator[Turns]:
    owner = QObject()
    yield Turns(owner)
    owner.deleteLater()


def _work(seen: list[object], steps: int, seconds: float = 0.0) -> Steps:
    try:
        for step in range(steps):
            time.sleep(seconds)
            seen.append(step)
            yield
        seen.append("done")
    finally:
        seen.append("ended")


def test_short_work_is_done_at_once(turns: Turns) -> None:
    seen: list[object] = []
    turns.begin(_work(seen, 3))
    assert seen == [0, 1, 2, "done", "ended"] and not turns.working


def test_others_have_their_turn_between(turns: Turns, qtbot: QtBot) -> None:
    seen: list[object] = []
    turns.begin(_work(seen, 3, seconds=TURN * 1.5))
    assert seen == [0] and turns.working
    QTimer.singleShot(0, lambda: seen.append("other"))
    qtbot.waitUntil(lambda: not turns.working)
    assert seen.index("other") < seen.index(2) and seen[-2:] == ["done", "ended"]


def test_another_work_ends_the_one_under_way(turns: Turns, qtbot: QtBot) -> None:
    first: list[object] = []
    second: list[object] = []
    turns.begin(_work(first, 3, seconds=TURN * 1.5))
    turns.begin(_work(second, 2))
    assert first == [0, "ended"] and second[-1] == "ended"
    qtbot.wait(30)
    assert first == [0, "ended"]


def test_a_step_may_stop_its_own_work_or_begin_another(turns: Turns) -> None:
    seen: list[object] = []

    def stopping() -> Steps:
        try:
            turns.stop()
            yield
            seen.append("never")
        finally:
            seen.append("closed")

    turns.begin(stopping())
    assert seen == ["closed"] and not turns.working

    def handing_on() -> Steps:
        turns.begin(_work(seen, 1))
        yield
        seen.append("never")

    turns.begin(handing_on())
    assert "never" not in seen and seen[-2:] == ["done", "ended"] and not turns.working


def test_a_step_that_fails_ends_the_work(turns: Turns) -> None:
    def failing() -> Steps:
        yield
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        turns.begin(failing())
    assert not turns.working


def test_in_one_turn_where_that_is_wanted(turns: Turns) -> None:
    seen: list[object] = []
    turns.begin(_work(seen, 3, seconds=TURN * 1.5), whole=True)
    assert seen[-1] == "ended" and not turns.working


def test_work_that_waits_is_closed_from_within_another(turns: Turns) -> None:
    waiting: list[object] = []

    def handing_on() -> Steps:
        turns.begin(_work(waiting, 3, seconds=TURN * 1.5))
        turns.stop()
        assert waiting == [0, "ended"]
        yield

    turns.begin(handing_on())
    assert not turns.working
