"""Owns one open database for the window: its lanes and the news of what changed; runs no query itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import TableName
from desktop.base.refusal import Refusal
from desktop.connect.profile import Profile
from desktop.edit.save_log import Recorder, Recorders
from desktop.models.changed import Changed
from desktop.models.failures import lost_line
from desktop.models.lanes import Job, Lane
from desktop.models.locale import person_locale
from desktop.models.workbench import Workbench
from desktop.schema.database import Database, open_database
from desktop.values.locale import Locale

if TYPE_CHECKING:
    from desktop.models.saves_keeper import SavesKeeper

__all__ = ["Changed", "Connection", "open_connection"]


class Connection(QObject):
    """A database with its worker threads. Close it before it is dropped."""

    changed = Signal(object)
    """A ``Changed``, after something was committed."""
    scope_opened = Signal(object)
    """A ``Scope``: a dialog edits apart from now on."""
    line = Signal(object)
    """The Refusal why the database is out of reach; None as soon as it is back."""
    closing = Signal()
    """It is about to be closed; everything still works."""

    def __init__(
        self,
        database: Database,
        *,
        locale: Locale | None = None,
        lane: Lane | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.database = database
        self.locale = locale or person_locale()
        self.lane = lane or Lane("pages")
        """What the person waits for: pages, look-ups, saves. Jobs here are short."""
        self.side = Lane("side")
        """What nobody waits for: counts for the list of tables, files of single fields."""
        self.long = Lane("long")
        """Exports, imports and other work of minutes; the thread starts when first used."""
        self.apart = Lane("apart")
        """What somebody asked for that may take long, and nothing else is to wait for: very many records
        copied, their keys, marked ones restored."""
        self._readers: list[Lane] = []
        self._lost: Refusal | None = None
        for one in self.lanes:
            one.setParent(self)
            one.failing.connect(self._on_failing)
        self.changed.connect(self._on_changed)
        self.recorder: Recorder | None = None
        """Who is told of every save made here."""
        self.saves: SavesKeeper | None = None
        """Who keeps the saves made here, where anybody does."""
        self.workbench = Workbench(self)
        """What is edited here and not saved."""

    def tell_saves(self, recorder: Recorder) -> None:
        """Let one more know of every save made here."""
        self.recorder = Recorders((recorder,) if self.recorder is None else (self.recorder, recorder))

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return self.lane, self.side, self.long, self.apart, *self._readers

    def open_reader(self) -> Lane:
        """A lane of its own for one view, so that no tab waits for the long query of another.

        Its thread starts with its first job. Give it back to ``close_reader``.
        """
        self._forget_ended()
        lane = Lane("view", self)
        lane.failing.connect(self._on_failing)
        self._readers.append(lane)
        return lane

    def close_reader(self, lane: Lane) -> None:
        """Cancel what still runs there, without waiting for it."""
        lane.stop()
        self._forget_ended()

    def _forget_ended(self) -> None:
        """Let go of the readers that were given back, as far as their threads have ended by now."""
        for lane in [one for one in self._readers if one.closed and not one.is_alive]:
            self._readers.remove(lane)
            lane.deleteLater()

    @property
    def lost(self) -> Refusal | None:
        """Why the database is out of reach, until it is back."""
        return self._lost

    def reconnect(
        self,
        done: Callable[[frozenset[TableName]], None],
        failed: Callable[[Exception], None],
        owner: QObject | None = None,
        *,
        cancelled: Callable[[], None] | None = None,
    ) -> Job:
        """Make the connections anew, and let everybody read again. ``done`` gets the tables that are not as
        they were described; ``failed`` a RefusedError, while all stays as it is."""

        def back(altered: frozenset[TableName]) -> None:
            self._back()
            done(altered)

        return self.lane.submit(
            lambda token, _: self.database.reconnect(token), back, failed, owner=owner, cancelled=cancelled
        )

    def _on_failing(self, error: Exception) -> None:
        if (refusal := lost_line(error)) is not None:
            self._lost = refusal
            self.line.emit(refusal)

    def _on_changed(self) -> None:
        """Something was committed: whoever could not read before can now."""
        if self._lost is not None:
            self._back()

    def _back(self) -> None:
        self._lost = None
        self.line.emit(None)
        self.changed.emit(Changed(frozenset(self.database.schema.tables), source=self))

    @property
    def busy(self) -> bool:
        return any(lane.is_busy for lane in self.lanes)

    def close(self) -> bool:
        """Cancel what runs, end the threads, close the database; True if every thread has ended."""
        if shiboken6.isValid(self):  # its window may have gone first
            self.closing.emit()
        # Cancelled first and joined then, so that three slow jobs take one time-out, not three.
        for lane in self.lanes:
            lane.stop()
        ended = [lane.close() for lane in self.lanes]
        self.database.dispose()
        return all(ended)


class _Opening:
    """One attempt to open a database, on the lane that will be the connection's own."""

    def __init__(
        self,
        done: Callable[[Connection], None],
        failed: Callable[[Exception], None],
        owner: QObject | None,
        cancelled: Callable[[], None] | None,
    ) -> None:
        self._lane = Lane("pages")
        self._done = done
        self._failed = failed
        self._owner = owner
        self._cancelled = cancelled
        self._job: Job | None = None

    def start(self, profile: Profile, password: str | None) -> Job:
        def work(token: CancelToken, progress: Progress) -> Database:
            return open_database(profile, password, token)

        # The lane gets no owner: a database that was opened for nobody must still be closed.
        self._job = self._lane.submit(
            work, self._opened, self._refused, cancelled=self._stopped, always_tell=True
        )
        return self._job

    @property
    def _unwanted(self) -> bool:
        return self._owner is not None and not shiboken6.isValid(self._owner)

    def _opened(self, database: Database) -> None:
        if self._unwanted or (self._job is not None and self._job.cancelled):
            database.dispose()
            self._stopped()
        else:
            self._done(Connection(database, lane=self._lane))

    def _refused(self, exc: Exception) -> None:
        self._lane.close()
        if not self._unwanted:
            self._failed(exc)

    def _stopped(self) -> None:
        self._lane.close()
        if not self._unwanted and self._cancelled is not None:
            self._cancelled()


def open_connection(
    profile: Profile,
    password: str | None,
    done: Callable[[Connection], None],
    failed: Callable[[Exception], None],
    owner: QObject | None = None,
    *,
    cancelled: Callable[[], None] | None = None,
) -> Job:
    """Open a database in the background; one of the callbacks follows on the GUI thread (none once ``owner``
    is deleted). ``failed`` gets a RefusedError where the reason is an expected one."""
    return _Opening(done, failed, owner, cancelled).start(profile, password)
