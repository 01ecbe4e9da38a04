"""Owns when Python looks for garbage cycles: on the GUI thread only, while lanes run beside it."""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

_EVERY = 500
"""Milliseconds."""
_WHOLE_EVERY = 30.0
"""Seconds at least between two looks at everything, which takes tens of milliseconds."""
_MANY = 50_000
"""New objects that would take as long: a job has them in its hands, and most of them go with it."""


class Collector(QObject):
    """Takes the place of the automatic collector, which runs in whatever thread allocates.

    In a worker it would destroy forgotten Qt objects there: their timers cannot be stopped from another
    thread. And it may run in the middle of a Qt destructor, which asks Python for overrides while it holds a
    lock: destroying a second object then waits for that lock for ever. So cycles are looked for between two
    events only, until the process ends, and not while a program starts: ``begin`` says that it has.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._whole = self._looked = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)

    def begin(self) -> None:
        """All that is loaded by now stays until the end: it is never looked at again, which would take most
        of the time. From now on cycles are looked for."""
        if not self._timer.isActive():
            gc.freeze()
            self._timer.start(_EVERY)

    def collect(self) -> None:
        """What the automatic collector would do now, by its own thresholds; not while a job makes very many
        objects, unless that takes long."""
        young, middle, old = gc.get_count()
        most_young, most_middle, most_old = gc.get_threshold()
        now = time.monotonic()
        if young > _MANY and now - self._looked < _WHOLE_EVERY:
            return
        self._looked = now
        if old > most_old and now - self._whole > _WHOLE_EVERY:
            self._whole = now
            gc.collect(2)
        elif middle > most_middle:
            gc.collect(1)
        elif young > most_young:
            gc.collect(0)
