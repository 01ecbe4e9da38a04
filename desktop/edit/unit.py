"""Owns the unit, the scope that saves together: one change set, and a Session that lives only inside save."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sqlalchemy.orm import Session

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.fetch import read_records
from desktop.browse.rows import Record
from desktop.connect.faults import FaultKind, read_fault
from desktop.edit.adjusted import Adjusted, adjusted
from desktop.edit.apply import Applying, Refused
from desktop.edit.changes import Action, ChangeSet, RecordChange
from desktop.edit.delete import touched_by_delete
from desktop.edit.explain import Attempt
from desktop.edit.links import link_named
from desktop.edit.recording import Recording
from desktop.edit.save_log import Recorder
from desktop.edit.session import FAULTS, Effort, refuse_read_only, told, writing
from desktop.edit.verdict import Outcome, UnansweredError, find_out, settled
from desktop.schema.database import Database

TRIES = 3
"""How often a save is tried where the server only asks to try again (deadlock, serialization)."""
MOST_WHOLE = 200
"""So many updated records are read back whole, with their names; of more, only what was changed."""
_OF_A_RECORD = frozenset((
    Reason.UNIQUE, Reason.MISSING_PARENT, Reason.HAS_CHILDREN, Reason.REQUIRED, Reason.CHECK,
    Reason.TOO_LONG, Reason.OUT_OF_RANGE, Reason.BAD_VALUE, Reason.GONE, Reason.CONFLICT, Reason.NOT_ALLOWED,
    Reason.READ_ONLY, Reason.OTHER,
))  # fmt: skip
Before: TypeAlias = Mapping[RecordRef, Mapping[str, object]]
_TRY_AGAIN = (FaultKind.DEADLOCK, FaultKind.SERIALIZATION)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did, with the records as the database has them now."""

    records: Mapping[RecordRef, Record]
    """Inserted and updated records read back after COMMIT, by their final reference; of very many updated
    ones only what was changed, in whatever record of them."""
    inserted: tuple[RecordRef, ...] = ()
    updated: tuple[RecordRef, ...] = ()
    deleted: tuple[RecordRef, ...] = ()
    tables: frozenset[TableName] = frozenset()
    """Every table that may look different now, cascades and link tables included."""
    final: Mapping[RecordRef, RecordRef] = field(default_factory=dict)
    """The final reference of each staged record, and of each whose key was edited."""
    adjusted: Adjusted = field(default_factory=dict)
    """What the database made by itself, by final reference and column: what was sent, DEFAULT where nothing
    was. Of many updates at once in tables without triggers, only fields that were sent or are computed are
    compared; of long texts and the like, only those that were sent."""
    read_back: bool = True
    """False where everything was committed but could not be read again."""
    broke: bool = False
    """The connection broke at COMMIT; that everything was saved was found out afterwards."""


Written: TypeAlias = tuple[Saved, Before]
"""What was committed, and what updated records held before."""


class _Unanswered(UnansweredError):
    """With what the save did, should it turn out that it took place."""

    def __init__(self, error: UnansweredError, saved: Saved, before: Before) -> None:
        super().__init__(error.refusal, error.question)
        self.written = saved, before


@dataclass(frozen=True, slots=True)
class _Open:
    """A save of which nobody can tell yet whether it took place."""

    changes: Sequence[RecordChange]
    recording: Recording
    error: _Unanswered


class Unit:
    """One editing scope over one database; holds no connection, no lock and no Session between calls."""

    def __init__(
        self,
        database: Database,
        changes: ChangeSet | None = None,
        recorder: Recorder | None = None,
        look: Callable[[Session], None] | None = None,
        finish: Callable[[Session], None] | None = None,
    ) -> None:
        """``changes``: what is staged already; the unit owns the set from then on, and empties it.
        ``recorder``: who is told of each save with all it changed. ``look``: called inside the transaction
        before anything is written, ``finish`` after everything is; what they raise ends the save."""
        self._database = database
        self._recorder = recorder
        self._look, self._finish_writing = look, finish
        self._open: _Open | None = None
        self.changes = changes if changes is not None else ChangeSet()

    @property
    def dirty(self) -> bool:
        return len(self.changes) > 0

    def stage_insert(self, table: TableName, values: Mapping[str, object]) -> RecordRef:
        """Stage a new record and return its reference, whose key is a NewKey until saved."""
        return self.changes.insert(table, values)

    def stage(self, ref: RecordRef, column: str, base: object, new: object) -> None:
        """Stage one field with the value first seen; going back to it takes the change away."""
        self.changes.set_field(ref, column, base, new)

    def stage_link(
        self, ref: RecordRef, relation: str, added: Iterable[Key | NewKey] = (), removed: Iterable[Key] = ()
    ) -> None:
        """Stage records to link and to unlink in a many-to-many relation."""
        self.changes.link(ref, relation, added, removed)

    def stage_delete(self, ref: RecordRef) -> None:
        """Stage a delete; a record that is only staged itself is dropped."""
        self.changes.delete(ref)

    def discard(self) -> None:
        """Cancel: forget everything staged; nothing was ever in the database."""
        self.changes.clear()

    def save(self, token: CancelToken | None = None) -> Saved:
        """Write everything staged in one transaction, verified and committed, and read it back.

        Raises RefusedError or CancelledError with nothing written and the change set untouched.
        """
        if not self.dirty:
            return Saved({})
        token = token or CancelToken()
        if (found := self.settle(token)) is not None:
            return found
        changes = tuple(self.changes)
        recording = Recording(self._database, self._recorder, self._look, self._finish_writing)
        try:
            written = _write(self._database, changes, token, recording)
        except _Unanswered as error:
            self._open = _Open(changes, recording, error)
            raise
        return self._finish(changes, recording, written, token)

    @property
    def unanswered(self) -> bool:
        """Nobody knows yet whether the last save took place."""
        return self._open is not None

    def settle(self, token: CancelToken | None = None) -> Saved | None:
        """Find out what became of a save that nobody could tell about; None where it did not take place, so
        that it may be sent again. Raises RefusedError where it still cannot be told."""
        open_, token = self._open, token or CancelToken()
        if open_ is None:
            return None
        question = open_.error.question
        outcome = find_out(self._database, question, token)
        if outcome is Outcome.UNREACHABLE:
            raise open_.error
        self._open = None
        if outcome is Outcome.NOT_SAVED:
            open_.recording.failed()
            return None
        if outcome is Outcome.SAVED:
            saved, before = open_.error.written
            return self._finish(open_.changes, open_.recording, (replace(saved, broke=True), before), token)
        refused = settled(outcome, question, "", open_.error.refusal.table)
        assert refused is not None
        raise refused

    def _finish(
        self, changes: Sequence[RecordChange], recording: Recording, written: Written, token: CancelToken
    ) -> Saved:
        """It is committed: tell who keeps saves, read back, forget what was staged."""
        recording.saved()
        saved = _read_back(self._database, written[0], _to_read(changes, written[1]), token)
        self.changes.clear()
        return replace(saved, adjusted=adjusted(changes, saved.final, saved.records, written[1]))


def _write(
    database: Database, changes: Sequence[RecordChange], token: CancelToken, recording: Recording
) -> Written:
    try:
        return _trying_again(lambda: _write_once(database, changes, token, recording, apart=False))
    except RefusedError as error:
        if len(changes) == 1 or error.refusal.reason not in _OF_A_RECORD or len(error.refusals) > 1:
            raise
        first = error
    # Everything was rolled back. Once more, each record by itself, so that every refusal is told at once.
    try:
        return _trying_again(lambda: _write_once(database, changes, token, recording, apart=True))
    except FAULTS as error:  # a trigger has ended the whole transaction (RAISE(ROLLBACK))
        raise first from error


def _trying_again(write: Callable[[], Written]) -> Written:
    for _ in range(TRIES - 1):
        try:
            return write()
        except RefusedError as error:
            if error.__cause__ is None or read_fault(error.__cause__).kind not in _TRY_AGAIN:
                raise
    return write()


def _write_once(
    database: Database,
    changes: Sequence[RecordChange],
    token: CancelToken,
    recording: Recording,
    *,
    apart: bool,
) -> Written:
    for table in {change.ref.table for change in changes}:
        refuse_read_only(database, table)
    first = changes[0]
    effort = Effort(Attempt(first.ref.table, first.ref, first.values, "update"))
    effort.all = tuple(changes)
    try:
        with recording.watched(), writing(database, token, effort) as session:
            recording.begin(session)
            applying = Applying(session, database, token, effort, recording, apart=apart)
            applying.run(changes)
            saved, before = _outcome(database, changes, applying)
            effort.final = saved.final
            recording.committing(saved.final)
        return replace(saved, broke=effort.broke), before
    except UnansweredError as error:
        raise _Unanswered(error, saved, before) from error.__cause__
    except Refused as refused:
        told_all = [told(error, Effort(attempt), database) for error, attempt in refused.failures]
        raise RefusedError(told_all[0], told_all[1:], tried=len(changes)) from None


def _outcome(database: Database, changes: Sequence[RecordChange], applying: Applying) -> Written:
    final = applying.new_keys.refs()
    by_action: dict[Action, list[RecordRef]] = {action: [] for action in Action}
    for change in changes:
        by_action[change.action].append(final.get(change.ref, change.ref) if final else change.ref)
    saved = Saved(
        {},
        inserted=tuple(by_action[Action.INSERT]),
        updated=tuple(by_action[Action.UPDATE]),
        deleted=tuple(by_action[Action.DELETE]),
        tables=_touched(database, changes),
        final=final,
    )
    return saved, {ref: row.values for ref, row in applying.stored.items()}


def _touched(database: Database, changes: Sequence[RecordChange]) -> frozenset[TableName]:
    tables = {change.ref.table for change in changes}
    for change in changes:
        if change.links:
            tables |= {link_named(database, change, name).through for name in change.links}
    for table in {change.ref.table for change in changes if change.action is Action.DELETE}:
        tables |= touched_by_delete(database, table)
    return frozenset(tables)


def _to_read(changes: Sequence[RecordChange], before: Before) -> Mapping[TableName, Collection[str]] | None:
    """Of so many updates that whole records would take long: the columns changed or watched, by table."""
    updates = [change for change in changes if change.action is Action.UPDATE]
    if len(updates) <= MOST_WHOLE:
        return None
    columns: dict[TableName, set[str]] = {}
    for change in updates:
        known = columns.setdefault(change.ref.table, set())
        known.update(change.fields)
        known.update(before.get(change.ref, ()))
    return columns


def _read_back(
    database: Database, saved: Saved, columns: Mapping[TableName, Collection[str]] | None, token: CancelToken
) -> Saved:
    """The records as the database has them after COMMIT; what fails here cannot undo the save."""
    records: dict[RecordRef, Record] = {}
    groups: list[tuple[Iterable[RecordRef], Mapping[TableName, Collection[str]]]] = [
        (saved.inserted, {}),
        (saved.updated, columns or {}),
    ]
    try:
        for refs, only in groups:
            by_table: dict[TableName, list[Key]] = {}
            for ref in refs:
                assert not isinstance(ref.key, NewKey)
                by_table.setdefault(ref.table, []).append(ref.key)
            for table, keys in by_table.items():
                found = read_records(database, table, keys, columns=only.get(table), token=token)
                records.update((record.ref, record) for record in found)
    except (*FAULTS, RefusedError, CancelledError):
        return replace(saved, records=records, read_back=False)
    return replace(saved, records=records)
