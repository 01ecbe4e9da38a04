"""Owns keeping a connection's saves on disk and taking one back, off the GUI thread; shows nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import NewKey, RecordRef
from desktop.base.refusal import Refusal, RefusedError
from desktop.edit.save_log import RowChange, SaveLog
from desktop.edit.saved import Saved
from desktop.edit.standing import took_place
from desktop.edit.taking_back import take_back
from desktop.journal.codec import UnreadableError
from desktop.journal.saves import FAULTS, SaveEntry, SavesFile
from desktop.models.connection import Changed, Connection
from desktop.models.lanes import Job, Lane

T = TypeVar("T")
Failed = Callable[[Exception], None]


class SavesKeeper(QObject):
    """Remembers every save made on one connection. Close it with the connection."""

    added = Signal()
    """One more save is kept."""
    not_kept = Signal(object)
    """The exception, where a save was made and could not be kept."""

    def __init__(self, connection: Connection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.connection = connection
        connection.line.connect(self._on_line)
        self._profile = connection.database.profile
        self._file = SavesFile()
        self._about: dict[int, int] = {}
        """The numbers of saves about to be committed, by the identity of their logs."""
        self._lane = Lane("saves", self)

    def committing(
        self, final: Mapping[RecordRef, RecordRef], log: SaveLog, undoes: int | None = None
    ) -> None:
        """From the thread that saves: note it before COMMIT, so that no crash can come in between."""
        if not log.rows and not log.too_many:
            return
        try:
            self._about[id(log)] = self._file.add(self._profile, log, undoes, about=True)
        except (*FAULTS, TypeError):  # TypeError: a kind of value that has no plain form
            self._about.pop(id(log), None)  # tried again, and told, when it is committed

    def saved(self, log: SaveLog, undoes: int | None = None) -> None:
        """From the thread that saves: keep it. The save itself is done, whatever happens here."""
        if not log.rows and not log.too_many:
            return
        number = self._about.pop(id(log), None)
        try:
            if number is None or not self._file.settle(number, saved=True):
                self._file.add(self._profile, log, undoes)
        except (*FAULTS, TypeError) as error:
            self.not_kept.emit(error)
        else:
            self.added.emit()

    def failed(self, log: SaveLog) -> None:
        """From the thread that saves: there is nothing to keep."""
        number = self._about.pop(id(log), None)
        if number is not None:
            self._settle(number, saved=False)

    def look_back(self) -> None:
        """Find out, off the GUI thread, what became of saves that were cut off at their COMMIT."""
        database, file = self.connection.database, self._file

        def work(token: CancelToken, progress: Progress) -> bool:
            about = [one.id for one in file.entries(self._profile) if one.about]
            for number in about:
                answer = took_place(database, file.rows(number), token)
                if answer is not None:
                    file.settle(number, saved=answer)
            return bool(about)

        def failed(error: Exception) -> None:
            if not isinstance(error, (*FAULTS, RefusedError, UnreadableError)):
                raise error  # else they stay listed as perhaps saved, and are looked at next time

        self.connection.side.submit(
            work, lambda any_: self.added.emit() if any_ else None, failed, owner=self
        )

    def _on_line(self, lost: Refusal | None) -> None:
        if lost is None:  # it is back, and can be asked what became of a save that it cut off
            self.look_back()

    def _settle(self, number: int, *, saved: bool) -> None:
        try:
            self._file.settle(number, saved=saved)
        except FAULTS as error:
            self.not_kept.emit(error)

    def entries(self, done: Callable[[list[SaveEntry]], None], failed: Failed, owner: QObject) -> None:
        """The saves made here, the last first."""
        profile = self._profile
        self._ask(lambda: self._file.entries(profile), done, failed, owner)

    def rows(
        self, save: int, done: Callable[[tuple[RowChange, ...]], None], failed: Failed, owner: QObject
    ) -> None:
        """What one save changed."""
        self._ask(lambda: self._file.rows(save), done, failed, owner)

    def of_record(
        self,
        ref: RecordRef,
        done: Callable[[list[tuple[SaveEntry, RowChange]]], None],
        failed: Failed,
        owner: QObject,
    ) -> None:
        """What saves did to one record, the last first."""
        profile = self._profile
        self._ask(lambda: self._file.of_record(profile, ref), done, failed, owner)

    def erase(self, done: Callable[[None], None], failed: Failed, owner: QObject) -> None:
        """Forget every save made on this connection."""
        profile = self._profile
        self._ask(lambda: self._file.erase(profile), done, failed, owner)

    def take_back(
        self,
        save: int,
        rows: Sequence[RowChange],
        done: Callable[[Saved], None],
        failed: Failed,
        owner: QObject,
        cancelled: Callable[[], None],
    ) -> Job:
        """Undo these changes of a save, on the connection's own lane: everybody is told of what changed.

        ``failed`` gets a ChangedSinceError where they are not as the save left them. Cancelling the job
        leaves everything as it is, if it is not too late.
        """
        database, recorder = self.connection.database, _Undoing(self, save)

        def work(token: CancelToken, progress: Progress) -> Saved:
            return take_back(database, rows, recorder=recorder, token=token)

        def saved(answer: Saved) -> None:
            refs = tuple(
                ref for ref in (*answer.inserted, *answer.updated) if not isinstance(ref.key, NewKey)
            )
            self.connection.changed.emit(Changed(answer.tables, refs, self))
            if shiboken6.isValid(owner):
                done(answer)

        def refused(error: Exception) -> None:
            if shiboken6.isValid(owner):
                failed(error)

        def stopped() -> None:
            if shiboken6.isValid(owner):
                cancelled()

        # Whoever asked may be closed by then: everybody else must hear of it all the same.
        return self.connection.lane.submit(
            work, saved, refused, owner=self, cancelled=stopped, always_tell=True
        )

    @property
    def busy(self) -> bool:
        """Something is asked of the kept saves."""
        return self._lane.is_busy

    def close(self) -> None:
        """Nothing is asked any more."""
        self._lane.close()

    def _ask(self, ask: Callable[[], T], done: Callable[[T], None], failed: Failed, owner: QObject) -> None:
        def work(token: CancelToken, progress: Progress) -> T:
            return ask()

        self._lane.submit(work, done, failed, owner=owner)


class _Undoing:
    """Keeps the save that takes another one back, and says so."""

    def __init__(self, keeper: SavesKeeper, save: int) -> None:
        self._keeper = keeper
        self._save = save

    def committing(self, final: Mapping[RecordRef, RecordRef], log: SaveLog) -> None:
        self._keeper.committing(final, log, self._save)

    def saved(self, log: SaveLog) -> None:
        self._keeper.saved(log, self._save)

    def failed(self, log: SaveLog) -> None:
        self._keeper.failed(log)
