"""Owns doing one piece of work after another in a thread of its own while the next is got ready."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, Self

_P = ParamSpec("_P")


class OneBehind:
    """Never more than one piece waits or runs, so that memory stays bounded.

    What a piece raises is raised by the next ``do``, or at the end of the block; the thread ends with it.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "behind")
        self._last: Future[None] | None = None

    def do(self, work: Callable[_P, None], /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Start it as soon as the one before is done."""
        self._wait()
        self._last = self._thread.submit(work, *args, **kwargs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._thread:  # waits for what is running, whatever has gone wrong
            if kind is None:
                self._wait()

    def _wait(self) -> None:
        if self._last is not None:
            self._last.result()
