"""Owns counting what belongs to a record, in the background; a new question replaces the one before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.browse.view import View
from desktop.models.connection import Connection
from desktop.models.lanes import Job
from ui.panels.children import count_children

LATE = 250
"""Milliseconds after which the counts of the record before would be a lie."""


class ChildCounter(QObject):
    """Counts the records of several views, one after the other."""

    counted = Signal(object)
    """A list of ints, one per view."""
    late = Signal()
    """The answer takes its time: what was told before no longer holds."""
    failed = Signal(object)
    """The exception that came instead."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=LATE)
        self._timer.timeout.connect(self.late)

    @property
    def busy(self) -> bool:
        return self._job is not None and self._job.running

    def count(self, connection: Connection, views: Sequence[View | None]) -> None:
        """Count these, None as nothing; ``counted`` or ``failed`` follows."""
        self.stop()
        if not views:
            return
        database = connection.database

        def work(token: CancelToken, progress: Progress) -> list[int]:
            return count_children(database, views, token)

        self._timer.start()
        self._job = connection.side.submit(work, self._counted, self._failed, owner=self)

    def stop(self) -> None:
        """Tell nothing more."""
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _counted(self, counts: list[int]) -> None:
        self._timer.stop()
        self.counted.emit(counts)

    def _failed(self, error: Exception) -> None:
        self._timer.stop()
        self.failed.emit(error)
