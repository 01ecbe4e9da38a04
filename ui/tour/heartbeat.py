"""Owns the heartbeat: a timer on the GUI thread that remembers the longest time it was kept waiting."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

BEAT = 5
"""Milliseconds between beats."""
_SCHEDULE = Path("/proc/thread-self/schedstat")
"""Linux: nanoseconds this thread ran, and nanoseconds it was ready to run but had no processor."""


class Heartbeat(QObject):
    """Measures how long the GUI thread was busy or waiting at a stretch, in milliseconds. Time in which other
    programs held the processor is left out, where the system tells it: that is not the window's doing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest_gap = 0.0
        self._last = time.monotonic()
        self._denied = _denied()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Forget what was measured and begin anew."""
        self.longest_gap = 0.0
        self._last, self._denied = time.monotonic(), _denied()
        self._timer.start(BEAT)

    def stop(self) -> float:
        """End, and return the longest gap seen."""
        self._timer.stop()
        self._beat()
        return self.longest_gap

    def _beat(self) -> None:
        now, denied = time.monotonic(), _denied()
        held = denied - self._denied
        self.longest_gap = max(self.longest_gap, (now - self._last) * 1000 - BEAT - held)
        self._last, self._denied = now, denied


def _denied() -> float:
    """Milliseconds this thread waited for a processor so far; 0 where the system does not say."""
    try:
        return int(_SCHEDULE.read_text(encoding="ascii").split()[1]) / 1_000_000
    except (OSError, ValueError, IndexError):
        return 0.0
