"""Owns the worker threads: ordered jobs off the GUI thread, answers back on it; knows no database."""

from __future__ import annotations

import logging
import queue
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.base.cancel import CancelledError, CancelToken, Progress

T = TypeVar("T")
Deliver: TypeAlias = Callable[[], None]

_REPORT_EVERY = 0.05
"""Seconds between two progress reports of one job; more would only flood the event queue."""
_LOOK_EVERY = 250
"""Milliseconds between two looks for jobs whose owner is gone, while there are jobs."""

_log = logging.getLogger(__name__)


class Job:
    """One piece of work given to a lane. Made by ``Lane.submit`` alone; used from the GUI thread."""

    def __init__(
        self,
        run: Callable[[CancelToken, Progress], Deliver],
        failed: Callable[[Exception], None],
        cancelled: Deliver | None,
        progress: Progress | None,
        owner: QObject | None,
        always_tell: bool,
    ) -> None:
        self.token = CancelToken()
        self.progress = progress
        self._run = run
        self._failed = failed
        self._on_cancelled = cancelled
        self._owner = None if owner is None else weakref.ref(owner)
        self._always_tell = always_tell
        self._started = False
        self._finished = False
        self._cancelled = False
        self._canceller: threading.Thread | None = None
        self.error: Exception | None = None
        """What it failed with."""

    @property
    def running(self) -> bool:
        """Waiting in the queue or at work; False once its answer was delivered or dropped."""
        return not self._finished

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        """Ask the work to stop. Cheap: interrupting a statement may take a network round trip, so a
        short-lived thread does that."""
        if self._cancelled or self._finished:
            return
        self._cancelled = True
        if self._started:
            canceller = threading.Thread(target=self.token.cancel, name="cancel", daemon=True)
            canceller.start()
            self._canceller = canceller  # only now: the worker may join it at once
        else:
            self.token.cancel()

    @property
    def orphaned(self) -> bool:
        """Its owner was given and is deleted by now."""
        if self._owner is None:
            return False
        owner = self._owner()
        return owner is None or not shiboken6.isValid(owner)

    def execute(self, report: Progress) -> Deliver:
        """Run the work (in the worker) and return what to call on the GUI thread."""
        self._started = True
        try:
            self.token.check()
            return self._run(self.token, report)
        except CancelledError:
            self._cancelled = True
            self._always_tell = False
            return self._tell_cancelled
        except Exception as exc:  # noqa: BLE001 - every failure belongs to whoever asked
            self.error = exc
            return partial(self._failed, exc)
        finally:
            # A late interrupt must not hit the statement of the next job on the same connection.
            canceller = self._canceller
            if canceller is not None:
                canceller.join()

    def deliver(self, answer: Deliver) -> None:
        """Tell the outcome, on the GUI thread, to whoever still wants it."""
        self._finished = True
        if self.orphaned:
            return
        if self._cancelled and not self._always_tell:
            self._tell_cancelled()
        else:
            answer()

    def drop(self) -> None:
        """End without telling anybody."""
        self._cancelled = self._finished = True
        self.token.cancel()

    def _tell_cancelled(self) -> None:
        if self._on_cancelled is not None:
            self._on_cancelled()


@dataclass(frozen=True, slots=True)
class _Message:
    job: Job
    deliver: Deliver
    final: bool


class _Reporter:
    """Turns a worker's progress calls into messages, not more than twenty a second."""

    def __init__(self, post: Callable[[int, int | None], None]) -> None:
        self._post = post
        self._last = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        if done == total or now - self._last >= _REPORT_EVERY:
            self._last = now
            self._post(done, total)


class Lane(QObject):
    """One worker thread with an ordered queue; lives on the GUI thread, where all answers arrive."""

    busy = Signal(bool)
    """True when the first job is waiting, False when the last one was answered."""
    failed_unhandled = Signal(object)
    """An exception of a job that was submitted without ``failed``."""
    failing = Signal(object)
    """The exception of a job that failed, just before whoever asked is told of it."""
    _arrived = Signal(object)

    def __init__(self, name: str = "lane", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._outstanding: list[Job] = []
        self._thread: threading.Thread | None = None
        self._closed = False
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        # Asked now and then, not told by ``destroyed``: a slot of a lane that goes away in the same sweep
        # of the garbage collector would be called half taken apart.
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK_EVERY)
        self._watch.timeout.connect(self._cancel_orphans)

    @property
    def is_busy(self) -> bool:
        return bool(self._outstanding)

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def is_alive(self) -> bool:
        """Its thread still works."""
        return self._thread is not None and self._thread.is_alive()

    def submit(
        self,
        work: Callable[[CancelToken, Progress], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        *,
        owner: QObject | None = None,
        progress: Progress | None = None,
        cancelled: Deliver | None = None,
        always_tell: bool = False,
    ) -> Job:
        """Queue ``work`` for the worker thread; exactly one of ``done``, ``failed`` and ``cancelled`` follows
        on the GUI thread, none once ``owner`` is deleted.

        After ``Job.cancel()`` the outcome is ``cancelled``, even if the work was too fast to be stopped; a
        job that writes passes ``always_tell=True`` to hear of a success that the cancel came too late for.
        On a closed lane the job is cancelled at once and nothing is called.
        """

        def run(token: CancelToken, report: Progress) -> Deliver:
            return partial(done, work(token, report))

        job = Job(run, failed or self.failed_unhandled.emit, cancelled, progress, owner, always_tell)
        if self._closed:
            job.drop()
            return job
        self._outstanding.append(job)
        self._start()
        self._queue.put(job)
        if len(self._outstanding) == 1:
            self._watch.start()
            self.busy.emit(True)
        return job

    def stop(self) -> None:
        """Refuse new jobs and cancel all, without waiting; nobody is told any more."""
        if self._closed:
            return
        self._closed = True
        self._watch.stop()
        for job in self._outstanding:
            job.cancel()
        self._outstanding.clear()
        self._queue.put(None)

    def close(self, timeout: float = 3.0) -> bool:
        """``stop()``, then wait up to ``timeout`` seconds; True if the thread has ended."""
        self.stop()
        if self._thread is None:
            return True
        self._thread.join(timeout)
        if self._thread.is_alive():
            _log.warning("%s did not stop within %.1f s", self._name, timeout)
        return not self._thread.is_alive()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()

    def _work(self) -> None:
        """The worker thread's loop."""
        while (job := self._queue.get()) is not None:
            answer = job.execute(_Reporter(partial(self._report, job)))
            self._post(_Message(job, answer, final=True))

    def _report(self, job: Job, done: int, total: int | None) -> None:
        if job.progress is not None:
            self._post(_Message(job, partial(job.progress, done, total), final=False))

    def _post(self, message: _Message) -> None:
        if not self._closed and shiboken6.isValid(self):
            self._arrived.emit(message)

    def _on_arrived(self, message: _Message) -> None:
        job = message.job
        if self._closed:
            return
        if not message.final:
            if not job.cancelled and not job.orphaned:
                message.deliver()
            return
        self._outstanding.remove(job)
        if not self._outstanding:
            self._watch.stop()
            self.busy.emit(False)
        if job.error is not None:
            self.failing.emit(job.error)
        job.deliver(message.deliver)

    def _cancel_orphans(self) -> None:
        """Stop the work of owners that were deleted meanwhile."""
        for job in self._outstanding:
            if job.orphaned:
                job.cancel()
