"""Owns reading the record to be shown: after a short rest, in the background, late answers dropped."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import NewKey, RecordRef
from desktop.browse.fetch import read_record
from desktop.browse.links import MOST_LINKED
from desktop.browse.rows import Record
from desktop.models.connection import Connection
from desktop.models.failures import once_more
from desktop.models.lanes import Job

REST = 120
"""Milliseconds: who runs down the rows passes records nobody wants to see."""


class RecordLoader(QObject):
    """One wish at a time; a new one replaces the old."""

    loaded = Signal(object)
    """The Record wished for."""
    gone = Signal(object)
    """The RecordRef wished for, which is not in the database any more."""
    failed = Signal(object)
    """The exception that came instead."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._connection: Connection | None = None
        self._ref: RecordRef | None = None
        self._job: Job | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._read)

    @property
    def reading(self) -> bool:
        """An answer is still to come."""
        return self._rest.isActive() or (self._job is not None and self._job.running)

    def wish(self, connection: Connection, ref: RecordRef, *, at_once: bool = False) -> None:
        """Read this record, soon; ``ref`` has a real key."""
        self.stop()
        self._connection, self._ref = connection, ref
        if at_once:
            self._read()
        else:
            self._rest.start()

    def stop(self) -> None:
        """Forget the wish; nothing is told about it any more."""
        self._rest.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _read(self) -> None:
        connection, ref = self._connection, self._ref
        assert connection is not None and ref is not None and not isinstance(ref.key, NewKey)
        database, key = connection.database, ref.key

        def work(token: CancelToken, progress: Progress) -> Record | None:
            return read_record(database, ref.table, key, most_links=MOST_LINKED, token=token)

        def read(record: Record | None) -> None:
            if record is None:
                self.gone.emit(ref)
            else:
                self.loaded.emit(record)

        self._job = connection.lane.submit(once_more(work), read, self.failed.emit, owner=self)
