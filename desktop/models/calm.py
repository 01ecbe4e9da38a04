"""Owns keeping lanes from beginning anything while the window builds something in one piece; stops nothing.

Python runs one thread at a time: work that begins meanwhile makes the window stand still so much longer, and
is not done sooner for it (a table that opens beside three first readings took half as long again, executed).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_MOST = 0.2
"""Seconds that work waits at most for one block, whatever the window does."""
_free = threading.Event()
_free.set()
_painted_by = 0.0
"""When what was built last will be on the screen, as ``time.monotonic`` counts."""


@contextmanager
def building() -> Iterator[None]:
    """While the block runs, in the GUI's thread, no lane begins anything. Blocks may stand in one another."""
    outermost = _free.is_set()
    _free.clear()
    try:
        yield
    finally:
        if outermost:
            _free.set()


def painting(seconds: float) -> None:
    """For so long, a fraction of a second, no lane begins anything: what was built is to be painted first."""
    global _painted_by
    _painted_by = max(_painted_by, time.monotonic() + min(seconds, _MOST))


def wait_until_built() -> None:
    """In a lane's thread: go on as soon as nothing is built or to be painted."""
    _free.wait(_MOST)
    left = _painted_by - time.monotonic()
    if left > 0:
        time.sleep(left)
