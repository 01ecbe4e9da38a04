"""Owns the heartbeat: a timer on the GUI thread that remembers the longest time it was kept waiting."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

BEAT = 5
"""Milliseconds between beats."""


class Heartbeat(QObject):
    """Measures how long the GUI thread was busy at a stretch, in milliseconds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest_gap = 0.0
        self._last = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Forget what was measured and begin anew."""
        self.longest_gap = 0.0
        self._last = time.monotonic()
        self._timer.start(BEAT)

    def stop(self) -> float:
        """End, and return the longest gap seen."""
        self._timer.stop()
        self._beat()
        return self.longest_gap

    def _beat(self) -> None:
        now = time.monotonic()
        self.longest_gap = max(self.longest_gap, (now - self._last) * 1000 - BEAT)
        self._last = now
