"""Owns the cancel token that every long operation checks, and the shape of a progress report."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int | None], None]
"""Called with (done, total or None while unknown); cheap, from any thread."""


class CancelledError(Exception):
    """The person cancelled; whatever was under way has been rolled back or removed."""


class CancelToken:
    """Set from the GUI thread, read in a worker; may also interrupt a statement that is running."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._interrupts: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        """Mark as cancelled and interrupt every statement now running under this token."""
        with self._lock:
            self._cancelled = True
            interrupts = list(self._interrupts)
        for interrupt in interrupts:
            interrupt()

    def check(self) -> None:
        """Raise CancelledError if the token was cancelled."""
        if self._cancelled:
            raise CancelledError

    def wait(self, seconds: float) -> None:
        """Let the time pass; raise CancelledError as soon as the token is cancelled."""
        cancelled = threading.Event()
        with self.interrupting(cancelled.set):
            cancelled.wait(seconds)
        self.check()

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """While the block runs, ``cancel()`` also calls ``interrupt`` (from the canceller's thread)."""
        with self._lock:
            self._interrupts.append(interrupt)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._interrupts.remove(interrupt)


def no_progress(done: int, total: int | None) -> None:
    """A progress report nobody reads."""
