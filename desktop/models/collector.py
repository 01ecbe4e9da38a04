"""Owns when Python looks for garbage cycles: on the GUI thread only, while lanes run beside it."""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_EVERY = 500
"""Milliseconds."""
_WHOLE_EVERY = 30.0
"""Seconds at least between two looks at everything, which takes tens of milliseconds."""
_MANY = 50_000
"""New objects that would take as long: a job has them in its hands, or so many records are selected."""
_MOST_ASIDE = 1_000_000
"""Were they garbage, it would be a hundred megabytes of it."""
_ASIDE_EVERY, _ASIDE_ANYWAY = 600.0, 3_600.0
"""Seconds at least between two looks at what was put aside, which take tenths of a second; the second where
somebody works all the time."""


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
        self._whole = time.monotonic()
        self._loaded = 0
        self._aside = 0
        """New objects put aside: about so many, and all that was there before them, are not looked at."""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)

    def begin(self) -> None:
        """All that is loaded by now stays until the end: it is never looked at again, which would take most
        of the time. From now on cycles are looked for."""
        if not self._timer.isActive():
            gc.freeze()
            self._loaded = gc.get_freeze_count()
            self._timer.start(_EVERY)

    def collect(self) -> None:
        """What the automatic collector would do now, by its own thresholds. Where there are very many new
        objects, they and all before are put aside (which takes no time, however many they are), and are
        looked at when nobody works in any window."""
        young, middle, old = gc.get_count()
        most_young, most_middle, most_old = gc.get_threshold()
        now = time.monotonic()
        if young > _MANY:
            self._put_aside(young)
        elif self._aside and now - self._whole > (_ASIDE_ANYWAY if self._somebody_works() else _ASIDE_EVERY):
            self._whole = now
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._aside = 1  # the tabs that are open now are among them, and go one day
        elif old > most_old and now - self._whole > _WHOLE_EVERY:
            self._whole = now
            gc.collect(2)
        elif middle > most_middle:
            gc.collect(1)
        elif young > most_young:
            gc.collect(0)

    def _put_aside(self, young: int) -> None:
        if self._aside >= _MOST_ASIDE:  # most have gone since: they are counted anew
            self._aside = max(1, gc.get_freeze_count() - self._loaded)
        if self._aside < _MOST_ASIDE:
            gc.freeze()
            self._aside += young
        elif time.monotonic() - self._whole > _WHOLE_EVERY:  # a job makes garbage, and nothing else
            self._whole = time.monotonic()
            gc.collect(0)

    def _somebody_works(self) -> bool:
        return QGuiApplication.applicationState() is Qt.ApplicationState.ApplicationActive
