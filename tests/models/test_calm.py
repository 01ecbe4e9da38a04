"""While the window builds something, lanes begin nothing; and they never wait longer than for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.base.cancel import CancelToken, Progress
from desktop.models import calm
from desktop.models.calm import building, painting
from desktop.models.lanes import Lane


@pytest.fixture
def lane(qtbot: QtBot) -> Iterator[Lane]:
    made = Lane("calm")
    yield made
    assert made.close()


def _begun(lane: Lane) -> threading.Event:
    """Set when the work begins."""
    begun = threading.Event()

    def work(token: CancelToken, progress: Progress) -> None:
        begun.set()

    lane.submit(work, lambda _: None)
    return begun


def test_nothing_begins_while_something_is_built(lane: Lane) -> None:
    with building():
        with building():
            begun = _begun(lane)
        assert not begun.wait(0.05)
    assert begun.wait(2)


def test_what_fails_to_be_built_keeps_nobody_waiting(lane: Lane) -> None:
    with pytest.raises(ValueError), building():
        raise ValueError
    started = time.monotonic()
    assert _begun(lane).wait(2) and time.monotonic() - started < calm._MOST


def test_a_window_that_builds_for_ever_keeps_work_waiting_for_a_moment(lane: Lane) -> None:
    with building():
        assert _begun(lane).wait(2)


def test_what_was_built_is_painted_first(lane: Lane) -> None:
    painting(0.1)
    begun = _begun(lane)
    assert not begun.wait(0.05)
    assert begun.wait(2)


def test_what_is_under_way_goes_on(lane: Lane) -> None:
    go_on, ended = threading.Event(), threading.Event()

    def work(token: CancelToken, progress: Progress) -> None:
        go_on.wait(2)
        ended.set()

    lane.submit(work, lambda _: None)
    time.sleep(0.05)
    with building():
        go_on.set()
        assert ended.wait(0.15)
