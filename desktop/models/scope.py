"""Owns a staging apart over an open connection: what a dialog edits until it is saved or handed back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from desktop.base.keys import RecordRef
from desktop.edit.saved import Saved
from desktop.models.connection import Connection
from desktop.models.lanes import Job, Lane
from desktop.models.workbench import Workbench
from desktop.staging.staged import RecordState
from desktop.staging.staging import Edit, LinkTo, Staging


class Scope(Connection):
    """The same database, lanes and news with a workbench of its own.

    Grids and forms take what is staged from the workbench of their connection, so that they work in a dialog
    as they do in the window. It begins with all that is staged outside, because children and references
    staged there belong to the record here too. Cancel is to drop it. It is never closed: the lanes and the
    database belong to the connection.
    """

    ended = Signal()
    """Nothing is edited here any more."""

    def __init__(self, connection: Connection, outer: Workbench, parent: QObject) -> None:
        QObject.__init__(self, parent)
        self.database = connection.database
        self.locale = connection.locale
        self.lane, self.side, self.long = connection.lane, connection.side, connection.long
        self.apart = connection.apart
        self._readers = []
        self._lost = None  # its lanes tell the connection they belong to
        self._home = connection
        self.changed = connection.changed  # one news for all, whoever saves
        self.recorder, self.saves = connection.recorder, connection.saves
        self._job: Job | None = None
        self.outer = outer
        """Where what is staged here is handed to, or forgotten once it was saved from here."""
        self.workbench = Workbench(self, _apart(self, outer.staging))
        self.workbench.remarked.connect(outer.remarked)
        self._start = _apart(self, outer.staging)
        self.over = False
        """It has ended."""
        connection.scope_opened.emit(self)

    def end(self) -> None:
        """What is staged here was saved or handed over, or is not wanted."""
        if not self.over:
            self.over = True
            self.ended.emit()

    def open_reader(self) -> Lane:
        """As there: the connection ends it, should nobody give it back."""
        return self._home.open_reader()

    def close_reader(self, lane: Lane) -> None:
        """As there."""
        self._home.close_reader(lane)

    @property
    def differs(self) -> bool:
        """Something else is staged here than at the start."""
        return bool(self.workbench.staging.differing(self._start))

    def begin(self) -> None:
        """What is staged by now was there before the person came; it is no step to be undone."""
        self._start = _apart(self, self.workbench.staging)
        self.workbench.staging.steps.clear()

    def save(
        self,
        ref: RecordRef,
        done: Callable[[Saved], None],
        failed: Callable[[Exception], None],
        owner: QObject,
    ) -> bool:
        """Save the record, what is staged under it and whatever was changed here, in one transaction; False
        where nothing is to be written. What was staged outside and not touched here stays staged there, also
        changes to stored records that the tabs of children show."""
        staging = self.workbench.staging
        changed = staging.differing(self.outer.staging)
        taken_back = [RecordState(state.ref) for state in changed if staging.state(state.ref) is None]
        near = (ref, *staging.under(ref), *(state.ref for state in changed))
        refs = [one for one in near if staging.state(one) is not None]
        if not refs:
            self.outer.take("take back a record", taken_back)
            return False

        def saved(answer: Saved) -> None:
            self.outer.take("take back a record", taken_back)
            self.outer.saved_elsewhere(answer)
            done(answer)

        self._job = self.workbench.save(saved, failed, owner, only=refs)
        return True

    def cancel_save(self) -> None:
        """Stop the save that runs, if it is not too late; ``Workbench.busy`` tells when it has stopped."""
        if self._job is not None:
            self._job.cancel()

    def hand_over(
        self, name: str, made: RecordRef | None = None, wanted: Sequence[Edit] | LinkTo = ()
    ) -> None:
        """Put what was changed here into the staging outside, as one undo step there (see
        ``Staging.take``)."""
        titles = self.outer.staging.titles
        for ref, title in self.workbench.staging.titles.items():
            titles.setdefault(ref, title)
        self.outer.take(name, self.workbench.staging.differing(self.outer.staging), made, wanted)


def _apart(connection: Connection, staging: Staging) -> Staging:
    """The same staged once more, to be altered apart."""
    other = Staging(connection.database.schema.tables)
    other.begin_with(staging)
    other.titles.update(staging.titles)
    return other
