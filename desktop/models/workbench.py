"""Owns the staging of one connection for the window: tells who shows it, saves it on the lane."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.edit.changes import ChangeSet, LinkChange
from desktop.edit.saved import Saved
from desktop.edit.verdict import SAVED_AFTER_ALL
from desktop.models.changed import Changed
from desktop.models.lanes import Job
from desktop.models.open_editor import OpenEditor
from desktop.models.sending import Sender, Sent
from desktop.schema.database import Database
from desktop.schema.labels import column_heading
from desktop.staging.after_save import points_to
from desktop.staging.resolve import Resolution, resolve
from desktop.staging.staged import RecordState
from desktop.staging.staging import Edit, Invalid, LinkTo, Seen, Staging
from desktop.staging.unique import StagedUniques

if TYPE_CHECKING:
    from desktop.edit.unit import Unit
    from desktop.models.connection import Connection


class Workbench(QObject):
    """What is edited on a connection and not saved, for everybody who shows or edits it."""

    changed = Signal(object)
    """A frozenset of the RecordRefs that look different now, or None where it may be any."""
    busy = Signal(bool)
    """True when a save begins, False when it has ended."""
    remarked = Signal(str)
    """One sentence about a save that went through in an unusual way."""

    def __init__(self, connection: Connection, staging: Staging | None = None) -> None:
        super().__init__(connection)
        self.staging = staging if staging is not None else Staging(connection.database.schema.tables)
        self.refusal: Refusal | None = None
        """Why the last save was refused, until the next one or until its record is edited; the first of
        ``refusals`` where it was about records."""
        self._refusals: dict[RecordRef, Refusal] = {}
        self._adjusted: dict[RecordRef, Mapping[str, object]] = {}
        self._connection = connection
        self._saving = False
        self.final: Mapping[RecordRef, RecordRef] = {}
        """What records staged for the last save are called now."""
        self.editor = OpenEditor(self)
        """What stands in the cell editor that is open."""
        self.sending = Sender()
        self.uniques = StagedUniques(self.staging)
        """Which records are staged with the same unique value."""
        self.changed.connect(self.uniques.forget)  # before anybody else looks

    @property
    def saving(self) -> bool:
        """A save is on its way; what is staged meanwhile stays staged."""
        return self._saving

    @property
    def refusals(self) -> Mapping[RecordRef, Refusal]:
        """Why each record was refused by the last save, until it is edited or saved."""
        return self._refusals

    @property
    def adjusted(self) -> Mapping[RecordRef, Mapping[str, object]]:
        """What the database made of the last save by itself: by field what was sent, DEFAULT where nothing
        was; until the next edit, save or refresh."""
        return self._adjusted

    def forget_adjusted(self) -> None:
        """All is read again: nothing is new any more."""
        if self._adjusted:
            refs, self._adjusted = frozenset(self._adjusted), {}
            self.changed.emit(refs)

    def resolve(
        self, resolution: Resolution, known: Mapping[RecordRef, Mapping[str, object]] | None = None
    ) -> tuple[RecordRef, ...]:
        """Do what a person has decided about the conflicts of the last save, so that saving again succeeds.

        ``known``: what else is known of records that were deleted meanwhile and shall be inserted again;
        returns what these are from now on.
        """
        inserted = resolve(self.staging, self._connection.database, resolution, known or {})
        self._refusals, self.refusal = {}, None
        self.changed.emit(None)
        return inserted

    def edit(self, name: str, edits: Sequence[Edit], *, merge: bool = False) -> None:
        """As ``Staging.edit``."""
        self.staging.edit(name, edits, merge=merge)
        self._tell()

    def insert(
        self,
        table: TableName,
        values: Mapping[str, object],
        name: str = "new record",
        *,
        labels: Mapping[str, str] | None = None,
        links: Mapping[str, Iterable[Key | NewKey]] | None = None,
    ) -> RecordRef:
        """As ``Staging.insert``."""
        ref = self.staging.insert(table, values, name, labels=labels, links=links)
        self._tell()
        return ref

    def paste(self, name: str, states: Sequence[RecordState]) -> None:
        """As ``Staging.paste``; told once."""
        self.staging.paste(name, states)
        self._tell()

    def delete(self, refs: Iterable[RecordRef], name: str = "delete", seen: Seen | None = None) -> None:
        """As ``Staging.delete``."""
        self.staging.delete(refs, name, seen)
        self._tell()

    def restore(self, states: Iterable[RecordState], titles: Mapping[RecordRef, str]) -> None:
        """As ``Staging.restore``, with what the records are called."""
        self.staging.titles.update(titles)
        self.staging.restore(states)
        self._tell()

    def revert(self, ref: RecordRef, column: str | None = None) -> None:
        """As ``Staging.revert``."""
        self.staging.revert(ref, column)
        self._tell()

    def take_back(self, refs: Iterable[RecordRef], name: str) -> None:
        """As ``Staging.take_back``."""
        self.staging.take_back(refs, name)
        self._tell()

    def discard(self) -> None:
        """As ``Staging.discard``."""
        self.staging.discard()
        self._tell()

    def undo(self) -> str | None:
        """As ``Staging.undo``."""
        name = self.staging.undo()
        self._tell()
        return name

    def redo(self) -> str | None:
        """As ``Staging.redo``."""
        name = self.staging.redo()
        self._tell()
        return name

    def take(
        self,
        name: str,
        states: Sequence[RecordState],
        made: RecordRef | None = None,
        wanted: Sequence[Edit] | LinkTo = (),
    ) -> None:
        """As ``Staging.take``."""
        self.staging.take(name, states, made, wanted)
        self._tell()

    def saved_elsewhere(self, saved: Saved) -> None:
        """A dialog has saved these records: forget what was staged for them."""
        self.staging.saved(saved, points_to=partial(points_to, self._connection.database, saved))
        self._tell()
        self._adjusted = dict(saved.adjusted)
        self.changed.emit(frozenset(saved.adjusted))

    def link(
        self,
        ref: RecordRef,
        relation: str,
        added: Iterable[Key | NewKey],
        removed: Iterable[Key | NewKey],
        name: str = "change links",
    ) -> None:
        """As ``Staging.link``."""
        self.staging.link(ref, relation, added, removed, name)
        self._tell()

    def link_many(self, relation: str, changes: Mapping[RecordRef, LinkChange], name: str) -> None:
        """As ``Staging.link_many``."""
        self.staging.link_many(relation, changes, name)
        self._tell()

    def save(
        self,
        done: Callable[[Saved], None],
        failed: Callable[[Exception], None],
        owner: QObject | None = None,
        *,
        only: Collection[RecordRef] | None = None,
        cancelled: Callable[[], None] | None = None,
    ) -> Job | None:
        """Save everything staged, or ``only`` these records with what it takes to save them (see
        ``Staging.part``), in one transaction, in the background; one of the callbacks follows, none once
        ``owner`` is deleted. A second save while one runs is ignored.

        Where it fails (RefusedError; at once where a text is invalid) everything stays staged. Returns the
        job, where one was started: cancelling it leaves everything staged, too, and ``cancelled`` follows.
        With ``only`` empty nothing is sent; what is still open about an earlier save is found out.
        """
        if self._saving:
            return None
        sent = self.staging.changes.copy() if only is None else self.staging.part(only)
        wrong = [
            one
            for one in self.staging.blocked()
            if only is None or one[0] in only or sent.get(one[0]) is not None
        ]
        if wrong:
            self._refused(RefusedError(_invalid_refusal(self._connection.database, *wrong[0])), failed, owner)
            return None
        unit = _unit(self._connection, sent.copy())

        def work(token: CancelToken, progress: Progress) -> Sent:
            return self.sending.send(unit, sent, token)

        def saved(found: Sent) -> None:
            self._take_saved(found)
            still = _still(self.staging, only)
            if found.changes is not sent and still:  # that was an earlier save: now this one
                self.save(done, failed, owner, only=still, cancelled=cancelled)
            elif owner is None or shiboken6.isValid(owner):
                done(found.saved)

        def refused(error: Exception) -> None:
            self._set_saving(False)
            self._refused(error, failed, owner)

        def stopped() -> None:
            self._set_saving(False)
            if cancelled is not None and (owner is None or shiboken6.isValid(owner)):
                cancelled()

        self._set_saving(True)
        return self._connection.lane.submit(
            work,
            saved,
            refused,
            owner=self,
            cancelled=stopped,
            always_tell=True,
        )

    def _take_saved(self, sent: Sent) -> None:
        answer, database = sent.saved, self._connection.database
        self._set_saving(False)
        self.refusal, self._refusals = None, {}
        self.staging.saved(answer, sent.changes, partial(points_to, database, answer))
        self.final = answer.final
        refs = (*answer.inserted, *answer.updated)
        # First what is stored now, then that it is not staged any more: nothing is to be seen as it was.
        self._connection.changed.emit(Changed(answer.tables, refs, self, answer.records, answer.final))
        self._tell()
        self._adjusted = dict(answer.adjusted)
        if answer.broke:
            self.remarked.emit(SAVED_AFTER_ALL)

    def _refused(self, error: Exception, failed: Callable[[Exception], None], owner: QObject | None) -> None:
        if isinstance(error, RefusedError):
            before = frozenset(self._refusals)
            self.refusal = error.refusal
            for ref, name in error.names.items():
                self.staging.titles.setdefault(ref, name)
            self._refusals = {one.record: one for one in error.refusals if one.record is not None}
            self.changed.emit(before | frozenset(self._refusals) if self._refusals else None)
            if news := [one.record for one in error.refusals if one.conflicts and one.record is not None]:
                tables = frozenset(ref.table for ref in news)
                self._connection.changed.emit(Changed(tables, tuple(news), self))
        if owner is None or shiboken6.isValid(owner):
            failed(error)

    def _set_saving(self, saving: bool) -> None:
        self._saving = saving
        self.busy.emit(saving)

    def _tell(self) -> None:
        touched = self.staging.touched
        if self.refusal is not None and (self.refusal.record in touched or not self.staging.dirty):
            self.refusal = None
        kept = touched if self.staging.dirty else self._refusals
        self._refusals = {ref: one for ref, one in self._refusals.items() if ref not in kept}
        if touched:
            self.forget_adjusted()
            self.changed.emit(touched)


def _unit(connection: Connection, changes: ChangeSet) -> Unit:
    from desktop.edit.unit import Unit  # what only saving needs, the first rows need not wait for

    return Unit(connection.database, changes, connection.recorder)


def _invalid_refusal(database: Database, ref: RecordRef, column: str, invalid: Invalid) -> Refusal:
    table = database.table(ref.table)
    return Refusal(
        Reason.BAD_VALUE,
        f"“{column_heading(table, column)}” holds a text that cannot be saved: {invalid.reason}",
        hint="Mend it or take it back, then save again. Nothing was saved yet.",
        table=ref.table,
        fields=(column,),
        record=ref,
    )


def _still(staging: Staging, only: Collection[RecordRef] | None) -> list[RecordRef]:
    """Those of them that are staged; all that is, for None."""
    return [ref for ref in (staging.refs if only is None else only) if staging.state(ref) is not None]
