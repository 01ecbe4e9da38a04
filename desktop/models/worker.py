"""Owns what runs in a lane's thread: one task after another, outcomes put into a box; touches nothing of Qt.

A worker must never hold the last reference to a QObject: that would be destroyed in the wrong thread, in the
middle of what the window does with it. So it knows tasks by number and holds no callback, and of a task it
lets go before anybody hears of the outcome.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from desktop.base.cancel import CancelledError, CancelToken, Progress
from desktop.models.calm import wait_until_built

_REPORT_EVERY = 0.05
"""Seconds between two progress reports of one task; more would only flood the event queue."""


@dataclass(frozen=True, slots=True)
class Report:
    """How far a task has come."""

    number: int
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a task: a value, or what went wrong, or that it stopped because it was cancelled."""

    number: int
    value: object = None
    error: Exception | None = None
    cancelled: bool = False


class Task:
    """Work with its cancel token, known by a number."""

    def __init__(self, number: int, work: Callable[[CancelToken, Progress], object]) -> None:
        self.number = number
        self.token = CancelToken()
        self._work = work
        self._started = False
        self._canceller: threading.Thread | None = None

    def cancel(self) -> None:
        """Ask the work to stop. Cheap: interrupting a statement may take a network round trip, so a
        short-lived thread does that."""
        if self._started:
            canceller = threading.Thread(target=self.token.cancel, name="cancel", daemon=True)
            canceller.start()
            self._canceller = canceller  # only now: the worker may join it at once
        else:
            self.token.cancel()

    def execute(self, report: Progress) -> Outcome:
        """Do the work (in the worker's thread)."""
        self._started = True
        try:
            self.token.check()
            return Outcome(self.number, self._work(self.token, report))
        except CancelledError:
            return Outcome(self.number, cancelled=True)
        except Exception as exc:  # noqa: BLE001 - every failure belongs to whoever asked
            return Outcome(self.number, error=exc)
        finally:
            # A late interrupt must not hit the statement of the next task on the same connection.
            canceller = self._canceller
            if canceller is not None:
                canceller.join()


class Box:
    """What the worker has to tell, oldest first. Whoever reads it is woken by a byte in a socket, which every
    event loop can wait for."""

    def __init__(self) -> None:
        self._messages: deque[Report | Outcome] = deque()
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)

    def fileno(self) -> int:
        """What to wait for until there is something to take."""
        return self._near.fileno()

    def put(self, held: list[Report | Outcome]) -> None:
        """From the worker's thread: the message is taken out of the list, so that only the reader holds it
        when it is woken."""
        self._messages.append(held.pop())
        with contextlib.suppress(OSError):  # full: whoever reads is awake; closed: nobody reads any more
            self._far.send(b"\0")

    def take(self) -> Report | Outcome | None:
        """The oldest message, or None."""
        with contextlib.suppress(BlockingIOError):
            self._near.recv(4096)
        return self._messages.popleft() if self._messages else None

    def close(self) -> None:
        """Nobody reads any more."""
        self._near.close()
        self._far.close()


class Reporter:
    """Turns a worker's progress calls into messages, not more than twenty a second."""

    def __init__(self, number: int, box: Box) -> None:
        self._number = number
        self._box = box
        self._last = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        if done == total or now - self._last >= _REPORT_EVERY:
            self._last = now
            self._box.put([Report(self._number, done, total)])


def work_off(tasks: queue.SimpleQueue[Task | None], box: Box) -> None:
    """The loop of a worker's thread; None ends it."""
    while (task := tasks.get()) is not None:
        wait_until_built()
        report = Reporter(task.number, box)
        outcome: list[Report | Outcome] = [task.execute(report)]
        del task, report
        box.put(outcome)
