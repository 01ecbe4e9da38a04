"""Owns keeping a connection's staged changes on disk as they come, off the GUI thread; shows nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import RecordRef
from desktop.edit.save_log import SaveLog
from desktop.journal.drafts import FAULTS, Draft, DraftFile
from desktop.journal.records import DraftRecord
from desktop.journal.restoring import joined
from desktop.models.connection import Connection
from desktop.models.lanes import Lane
from desktop.models.open_work import OpenWork

SOON: Final = 150
"""Milliseconds within which changes are gathered and written together."""


class DraftKeeper(QObject):
    """Watches all that is not saved on one connection. Close it before the connection."""

    not_kept = Signal(object)
    """The exception, the first time that the draft could not be written."""
    _trouble = Signal(object)
    """From the thread that saves, to ``_tell`` on the GUI thread."""

    def __init__(self, connection: Connection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self._file = DraftFile(connection.database.profile)
        self._lane = Lane("drafts", self)
        self._pending: set[RecordRef] = set()
        self._on_disk: set[RecordRef] = set()
        self._absorbed: list[Draft] = []
        self._told = False
        self._writing = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON)
        self._soon.timeout.connect(self._write)
        self._work = OpenWork(connection, self)
        self._work.changed.connect(self._on_changed)
        self._trouble.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @property
    def up_to_date(self) -> bool:
        """Everything staged or typed is on disk as it is."""
        return not self._pending and not self._writing

    @property
    def path(self) -> Path:
        """The file, for whoever looks for drafts of others."""
        return self._file.path

    def take_over(self, draft: Draft, records: Iterable[DraftRecord]) -> None:
        """Stage what was restored of a draft; the draft goes when all of it is in this one."""
        staging = self._connection.workbench.staging
        states = {record.ref: joined(staging.look(record.ref), record.state) for record in records}
        titles = {record.ref: record.title for record in records if record.title}
        self._absorbed.append(draft)
        self._pending |= states.keys()
        self._connection.workbench.restore(states.values(), titles)
        self._soon.start()

    def committing(self, final: Mapping[RecordRef, RecordRef], log: SaveLog) -> None:
        """From the thread that saves: what the draft must know if the process ends now."""
        self._guarded(partial(self._file.committing, final))

    def saved(self, log: SaveLog) -> None:
        """The draft learns it from the staging."""

    def failed(self, log: SaveLog) -> None:
        """Everything stays as it is."""

    def close(self) -> None:
        """Write what is pending, let go of the file; nothing stays where nothing is staged."""
        self._soon.stop()
        self._lane.close()
        records = self._work.look(self._pending | set(self._work.refs) | self._on_disk)
        absorbed = [draft.name for draft in self._absorbed]
        try:
            if any(records.values()) or absorbed:
                self._file.write(records, absorbed)
                self._file.close()
            else:
                self._file.erase()
        except FAULTS as error:
            self._tell(error)
            return
        for draft in self._absorbed:
            draft.erase()
        self._absorbed.clear()

    def _on_changed(self, touched: frozenset[RecordRef] | None) -> None:
        self._pending |= touched if touched is not None else {*self._work.refs, *self._on_disk}
        if not self._soon.isActive() and not self._writing:
            self._soon.start()

    def _write(self) -> None:
        if self._writing or (not self._pending and not self._absorbed):
            return
        records = self._work.look(self._pending)
        absorbed, saving = list(self._absorbed), self._work.saving
        self._pending = set()
        file = self._file

        def work(token: CancelToken, progress: Progress) -> None:
            file.write(records, [draft.name for draft in absorbed], saving=saving)
            for draft in absorbed:
                draft.erase()

        def failed(error: Exception) -> None:
            self._pending |= records.keys()
            self._writing = False
            self._tell(error)

        self._writing = True
        self._lane.submit(work, lambda _: self._written(records, absorbed), failed)

    def _written(self, records: Mapping[RecordRef, DraftRecord | None], absorbed: Sequence[Draft]) -> None:
        self._told = False
        self._absorbed = [draft for draft in self._absorbed if draft not in absorbed]
        self._writing = False
        self._on_disk |= {ref for ref, record in records.items() if record is not None}
        self._on_disk -= {ref for ref, record in records.items() if record is None}
        if self._pending:
            self._soon.start()

    def _guarded(self, do: Callable[[], None]) -> None:
        """In another thread: a draft that cannot be written must not stop a save."""
        try:
            do()
        except FAULTS as error:
            self._trouble.emit(error)

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, FAULTS):
            raise error  # a fault of ours, for the last resort
        if not self._told:
            self._told = True
            self.not_kept.emit(error)
