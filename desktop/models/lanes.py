"""Owns the lanes: ordered jobs off the GUI thread, answers back on it; knows no database."""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import weakref
from collections.abc import Callable
from typing import TypeAlias, TypeVar, cast

import shiboken6
from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.models.worker import Box, Outcome, Report, Task, work_off

T = TypeVar("T")
Deliver: TypeAlias = Callable[[], None]

_LOOK_EVERY = 250
"""Milliseconds between two looks for jobs whose owner is gone, while there are jobs."""

_log = logging.getLogger(__name__)


class Job:
    """One piece of work given to a lane, and who wants its answer. Made by ``Lane.submit`` alone; it never
    leaves the GUI thread."""

    def __init__(
        self,
        task: Task,
        done: Callable[[object], None],
        failed: Callable[[Exception], None],
        cancelled: Deliver | None,
        progress: Progress | None,
        owner: QObject | None,
        always_tell: bool,
    ) -> None:
        self._task = task
        self._done = done
        self._failed = failed
        self._on_cancelled = cancelled
        self._progress = progress
        self._owner = None if owner is None else weakref.ref(owner)
        self._always_tell = always_tell
        self._finished = False
        self._cancelled = False

    @property
    def running(self) -> bool:
        """Waiting in the queue or at work; False once its answer was delivered or dropped."""
        return not self._finished

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def orphaned(self) -> bool:
        """Its owner was given and is deleted by now."""
        if self._owner is None:
            return False
        owner = self._owner()
        return owner is None or not shiboken6.isValid(owner)

    def cancel(self) -> None:
        """Ask the work to stop; returns at once."""
        if not self._cancelled and not self._finished:
            self._cancelled = True
            self._task.cancel()

    def watch(self, progress: Progress) -> None:
        """Pass on to this how far it has come, where nobody wanted that before."""
        self._progress = self._progress or progress

    def tell(self, report: Report) -> None:
        """Pass on how far it has come, to whoever still wants it."""
        if self._progress is not None and not self._cancelled and not self.orphaned:
            self._progress(report.done, report.total)

    def deliver(self, outcome: Outcome) -> None:
        """Tell the outcome to whoever still wants it."""
        self._finished = True
        self._cancelled = self._cancelled or outcome.cancelled
        if self.orphaned:
            return
        if outcome.cancelled or (self._cancelled and not self._always_tell):
            if self._on_cancelled is not None:
                self._on_cancelled()
        elif outcome.error is not None:
            self._failed(outcome.error)
        else:
            self._done(outcome.value)

    def drop(self) -> None:
        """End without telling anybody."""
        self._cancelled = self._finished = True
        self._task.cancel()


class Lane(QObject):
    """One worker thread with an ordered queue; lives on the GUI thread, where all answers arrive."""

    busy = Signal(bool)
    """True when the first job is waiting, False when the last one was answered."""
    failed_unhandled = Signal(object)
    """An exception of a job that was submitted without ``failed``."""
    failing = Signal(object)
    """The exception of a job that failed, just before whoever asked is told of it."""

    def __init__(self, name: str = "lane", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._numbers = itertools.count()
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._outstanding: dict[int, Job] = {}
        """They hold what the worker's tasks hold, too, so that it goes away on the GUI thread."""
        self._box: Box | None = None
        self._bell: QSocketNotifier | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        # Asked now and then, not told by ``destroyed``: a slot of a lane that goes away in the same sweep
        # of the garbage collector would be called half taken apart.
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK_EVERY)
        self._watch.timeout.connect(self._cancel_orphans)

    @property
    def is_busy(self) -> bool:
        return bool(self._outstanding) and not self._closed

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
        task = Task(next(self._numbers), work)
        told = cast("Callable[[object], None]", done)  # what it is told is what this work returns
        job = Job(task, told, failed or self.failed_unhandled.emit, cancelled, progress, owner, always_tell)
        if self._closed:
            job.drop()
            return job
        self._outstanding[task.number] = job
        self._start()
        self._tasks.put(task)
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
        if self._bell is not None:
            self._bell.setEnabled(False)  # its socket may be closed before it goes itself
        for job in self._outstanding.values():
            job.cancel()
        self._tasks.put(None)

    def close(self, timeout: float = 3.0) -> bool:
        """``stop()``, then wait up to ``timeout`` seconds; True if the thread has ended."""
        self.stop()
        if self._thread is None:
            return True
        self._thread.join(timeout)
        if self._thread.is_alive():
            _log.warning("%s did not stop within %.1f s", self._name, timeout)
            return False
        self._outstanding.clear()
        return True

    def _start(self) -> None:
        if self._thread is not None:
            return
        self._box = Box()
        weakref.finalize(self, self._box.close)
        self._bell = QSocketNotifier(self._box.fileno(), QSocketNotifier.Type.Read, self)
        self._bell.activated.connect(self._take)
        # Nothing of this lane goes along: it must not end in that thread.
        self._thread = threading.Thread(
            target=work_off, args=(self._tasks, self._box), name=self._name, daemon=True
        )
        self._thread.start()

    def _take(self) -> None:
        message = self._box.take() if self._box is not None else None
        if message is None or self._closed:
            return
        # Before this one is told, which may fail: the bell has rung for all of them.
        QTimer.singleShot(0, self, self._take)
        job = self._outstanding[message.number]
        if isinstance(message, Report):
            job.tell(message)
        else:
            self._end(job, message)

    def _end(self, job: Job, outcome: Outcome) -> None:
        del self._outstanding[outcome.number]
        if not self._outstanding:
            self._watch.stop()
            self.busy.emit(False)
        if outcome.error is not None:
            self.failing.emit(outcome.error)
        job.deliver(outcome)

    def _cancel_orphans(self) -> None:
        """Stop the work of owners that were deleted meanwhile."""
        for job in self._outstanding.values():
            if job.orphaned:
                job.cancel()
