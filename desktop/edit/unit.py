"""Owns the unit, the scope that saves together: one change set, and a Session that lives only inside save."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, RefusedError
from desktop.connect.faults import FaultKind, read_fault
from desktop.edit.apply import Applying
from desktop.edit.changes import ChangeSet, RecordChange
from desktop.edit.delete import touched_by_delete
from desktop.edit.explain import Attempt
from desktop.edit.links import link_named
from desktop.edit.read_back import read_back
from desktop.edit.recording import Recording
from desktop.edit.refused_names import name_refused
from desktop.edit.save_log import Recorder
from desktop.edit.saved import Saved, Written
from desktop.edit.session import FAULTS, Effort, refuse_read_only, told, writing
from desktop.edit.sorted_out import OfOneKind, SortedOut, sort_out
from desktop.edit.trying import Refused
from desktop.edit.verdict import Outcome, UnansweredError, find_out, settled
from desktop.schema.database import Database

TRIES = 3
"""How often a save is tried where the server only asks to try again (deadlock, serialization)."""
_OF_A_RECORD = frozenset((
    Reason.UNIQUE, Reason.MISSING_PARENT, Reason.HAS_CHILDREN, Reason.REQUIRED, Reason.CHECK,
    Reason.TOO_LONG, Reason.OUT_OF_RANGE, Reason.BAD_VALUE, Reason.GONE, Reason.CONFLICT, Reason.NOT_ALLOWED,
    Reason.READ_ONLY, Reason.OTHER,
))  # fmt: skip
_TRY_AGAIN = (FaultKind.DEADLOCK, FaultKind.SERIALIZATION)
_PAUSE = 0.1
"""Seconds before the next try, half as long again or half as short. Without it the next try has the locks
again before the other one, that waits for them, is awake, and both are where they were."""


class _Unanswered(UnansweredError):
    """With what the save did, should it turn out that it took place."""

    def __init__(self, error: UnansweredError, written: Written) -> None:
        super().__init__(error.refusal, error.question)
        self.written = written


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
        except RefusedError as error:
            name_refused(self._database, error, token)
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
            return self._finish(open_.changes, open_.recording, _broken(open_.error.written), token)
        refused = settled(outcome, question, "", open_.error.refusal.table)
        assert refused is not None
        raise refused

    def _finish(
        self, changes: Sequence[RecordChange], recording: Recording, written: Written, token: CancelToken
    ) -> Saved:
        """It is committed: tell who keeps saves, read back, forget what was staged."""
        recording.saved()
        saved = read_back(self._database, changes, written, token)
        self.changes.clear()
        return saved


def _broken(written: Written) -> Written:
    return replace(written, saved=replace(written.saved, broke=True))


def _write(
    database: Database, changes: Sequence[RecordChange], token: CancelToken, recording: Recording
) -> Written:
    try:
        return _trying_again(token, lambda: _write_once(database, changes, token, recording, apart=False))
    except RefusedError as error:
        if len(changes) == 1 or error.refusal.reason not in _OF_A_RECORD or len(error.refusals) > 1:
            raise
        first = error
    # Everything was rolled back. Once more, each record by itself, so that every refusal is told at once.
    try:
        return _trying_again(token, lambda: _write_once(database, changes, token, recording, apart=True))
    except FAULTS as error:  # a trigger has ended the whole transaction (RAISE(ROLLBACK))
        raise first from error


def _trying_again(token: CancelToken, write: Callable[[], Written]) -> Written:
    for _ in range(TRIES - 1):
        try:
            return write()
        except RefusedError as error:
            if error.__cause__ is None or read_fault(error.__cause__).kind not in _TRY_AGAIN:
                raise
        token.wait(_PAUSE * random.uniform(0.5, 1.5))
    return write()


def _write_once(
    database: Database,
    changes: Sequence[RecordChange],
    token: CancelToken,
    recording: Recording,
    *,
    apart: bool,
) -> Written:
    staged = sort_out(changes)
    for table in staged.tables:
        refuse_read_only(database, table)
    first = changes[0]
    effort = Effort(Attempt(first.ref.table, first.ref, first.values, "update"))
    effort.all = tuple(changes)
    try:
        with recording.watched(), writing(database, token, effort) as session:
            recording.begin(session)
            applying = Applying(session, database, token, effort, recording, apart=apart)
            applying.run(staged)
            written = _outcome(database, staged, applying)
            effort.final = written.saved.final
            recording.committing(effort.final)
        return _broken(written) if effort.broke else written
    except UnansweredError as error:
        raise _Unanswered(error, written) from error.__cause__
    except Refused as refused:
        told_all = [told(error, Effort(attempt), database) for error, attempt in refused.failures]
        raise RefusedError(told_all[0], told_all[1:], tried=len(changes)) from None


def _outcome(database: Database, staged: SortedOut, applying: Applying) -> Written:
    final = applying.new_keys.refs()

    def refs(known: OfOneKind) -> tuple[RecordRef, ...]:
        return tuple(final.get(ref, ref) for ref in known.refs) if final else tuple(known.refs)

    saved = Saved(
        {},
        inserted=refs(staged.inserts),
        updated=refs(staged.updates),
        deleted=refs(staged.deletes),
        tables=_touched(database, staged),
        final=final,
    )
    before = {ref: row.values for ref, row in applying.stored.items()}
    return Written(saved, before, tuple(applying.as_seen))


def _touched(database: Database, staged: SortedOut) -> frozenset[TableName]:
    tables = set(staged.tables)
    for change in staged.with_links:
        tables |= {link_named(database, change, name).through for name in change.links}
    for table in {ref.table for ref in staged.deletes.refs}:
        tables |= touched_by_delete(database, table)
    return frozenset(tables)
