"""Owns doing long work of the GUI thread in short turns, between which keys and pictures have theirs."""

from __future__ import annotations

import math
import time
from collections.abc import Generator
from typing import TypeAlias

from PySide6.QtCore import QObject, QTimer

Steps: TypeAlias = Generator[None]
"""Work that can be interrupted at each ``yield``, and is closed where nobody wants it any more."""

TURN = 0.008
"""Seconds after which others have their turn; a step under way is not cut."""


class Turns(QObject):
    """One work at a time. The first turn is at once: what is short is done when ``begin`` returns."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Steps | None = None
        self._stepping: Steps | None = None
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(lambda: self._take_turn(TURN))

    @property
    def working(self) -> bool:
        """There is more to be done."""
        return self._work is not None

    def begin(self, work: Steps, *, whole: bool = False) -> None:
        """Do this, in place of what is under way; ``whole``: in one turn, however long that takes."""
        self.stop()
        self._work = work
        self._take_turn(math.inf if whole else TURN)

    def stop(self) -> None:
        """Do no more of it."""
        work, self._work = self._work, None
        self._next.stop()
        if work is not None and work is not self._stepping:
            work.close()

    def _take_turn(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (work := self._work) is not None:
            if not self._step(work):
                return
            if time.monotonic() > until and self._work is work:
                self._next.start()
                return

    def _step(self, work: Steps) -> bool:
        """Whether there may be more to do; a step may itself begin something else, or stop this."""
        before, self._stepping = self._stepping, work
        ended = True
        try:
            next(work)
            ended = False
        except StopIteration:
            pass
        finally:
            self._stepping = before
            if ended and self._work is work:
                self._work = None
        if not ended and self._work is not work:
            work.close()
        return not ended
