"""Owns the unit, the scope that saves together: one change set, and a Session that lives only inside save."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import FlushError

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.fetch import read_records
from desktop.browse.rows import Record
from desktop.browse.selection import ChosenKeys
from desktop.connect.faults import FaultKind, read_fault
from desktop.edit.changes import Action, ChangeSet, RecordChange
from desktop.edit.delete import delete_record, touched_by_delete
from desktop.edit.explain import Attempt
from desktop.edit.insert import insert_records
from desktop.edit.links import link_named, write_links
from desktop.edit.newkeys import NewKeys
from desktop.edit.plan import delete_order, insert_levels
from desktop.edit.recording import Recorder, Recording
from desktop.edit.session import FAULTS, Effort, refuse_read_only, writing
from desktop.edit.stored import key_of
from desktop.edit.update import lock_and_compare, update_record
from desktop.schema.database import Database

TOGETHER = 50
"""From this many changes on they are sent in as few statements as possible; below, one by one."""
TRIES = 3
"""How often a save is tried where the server only asks to try again (deadlock, serialization)."""
_TRY_AGAIN = (FaultKind.DEADLOCK, FaultKind.SERIALIZATION)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did, with the records as the database has them now."""

    records: Mapping[RecordRef, Record]
    """Inserted and updated records read back after COMMIT, by their final reference."""
    inserted: tuple[RecordRef, ...] = ()
    updated: tuple[RecordRef, ...] = ()
    deleted: tuple[RecordRef, ...] = ()
    tables: frozenset[TableName] = frozenset()
    """Every table that may look different now, cascades and link tables included."""
    final: Mapping[RecordRef, RecordRef] = field(default_factory=dict)
    """The final reference of each staged record, and of each whose key was edited."""
    read_back: bool = True
    """False where everything was committed but could not be read again."""


class Unit:
    """One editing scope over one database; holds no connection, no lock and no Session between calls."""

    def __init__(
        self, database: Database, changes: ChangeSet | None = None, recorder: Recorder | None = None
    ) -> None:
        """``changes``: what is staged already; the unit owns the set from then on, and empties it.
        ``recorder``: who is told of each save with all it changed."""
        self._database = database
        self._recorder = recorder
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
        changes = list(self.changes)
        recording = Recording(self._database, self._recorder)
        saved = _write(self._database, changes, token, recording)
        recording.saved()
        saved = _read_back(self._database, saved, token)
        self.changes.clear()
        return saved


def _write(
    database: Database, changes: Sequence[RecordChange], token: CancelToken, recording: Recording
) -> Saved:
    if len(changes) >= TOGETHER:
        try:
            return _trying_again(lambda: _write_once(database, changes, token, recording, together=True))
        except RefusedError as error:
            if error.refusal.reason in (Reason.GONE, Reason.CONFLICT):
                raise
        except FlushError:
            pass  # fewer keys came back than rows were sent: the run below tells which row was swallowed
        # Everything was rolled back. Once more one by one, so that the failure is told about its own record.
    return _trying_again(lambda: _write_once(database, changes, token, recording, together=False))


def _trying_again(write: Callable[[], Saved]) -> Saved:
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
    together: bool,
) -> Saved:
    for table in {change.ref.table for change in changes}:
        refuse_read_only(database, table)
    first = changes[0]
    effort = Effort(Attempt(first.ref.table, first.ref, first.values, "update"))
    with writing(database, token, effort) as session:
        recording.begin(session)
        new_keys = NewKeys(session, database)
        updates = [change for change in changes if change.action is Action.UPDATE]
        loaded = lock_and_compare(session, database, updates)
        recording.updating(loaded, updates)
        for level in insert_levels(changes):
            token.check()
            insert_records(session, database, level, new_keys, effort, together=together)
        _update(session, database, updates, loaded, new_keys, effort, together=together)
        recording.inserted(new_keys.refs())
        for change in changes:
            if change.links:
                write_links(session, database, change, new_keys, effort, recording)
        deletes = [change for change in changes if change.action is Action.DELETE]
        for change in delete_order(deletes, database.schema):
            effort.attempt = Attempt(change.ref.table, change.ref, {}, "delete")
            recording.deleting(_alone(change.ref))
            delete_record(session, database, change.ref)
        outcome = _outcome(database, changes, loaded, new_keys)
        recording.committing(outcome.final)
        return outcome


def _alone(ref: RecordRef) -> ChosenKeys:
    assert not isinstance(ref.key, NewKey)
    return ChosenKeys(ref.table, (ref.key,))


def _update(
    session: Session,
    database: Database,
    updates: Sequence[RecordChange],
    loaded: Mapping[RecordRef, object],
    new_keys: NewKeys,
    effort: Effort,
    *,
    together: bool,
) -> None:
    for change in updates:
        update_record(database, change, loaded[change.ref], new_keys, effort)
        if not together:
            session.flush()
    session.flush()


def _outcome(
    database: Database,
    changes: Sequence[RecordChange],
    loaded: Mapping[RecordRef, object],
    new_keys: NewKeys,
) -> Saved:
    final = new_keys.refs()
    for ref, record in loaded.items():
        now = RecordRef(ref.table, key_of(database, ref.table, record))
        if now != ref:
            final[ref] = now
    by_action: dict[Action, list[RecordRef]] = {action: [] for action in Action}
    for change in changes:
        by_action[change.action].append(final.get(change.ref, change.ref))
    return Saved(
        {},
        inserted=tuple(by_action[Action.INSERT]),
        updated=tuple(by_action[Action.UPDATE]),
        deleted=tuple(by_action[Action.DELETE]),
        tables=_touched(database, changes),
        final=final,
    )


def _touched(database: Database, changes: Sequence[RecordChange]) -> frozenset[TableName]:
    tables = {change.ref.table for change in changes}
    for change in changes:
        tables |= {link_named(database, change, name).through for name in change.links}
        if change.action is Action.DELETE:
            tables |= touched_by_delete(database, change.ref.table)
    return frozenset(tables)


def _read_back(database: Database, saved: Saved, token: CancelToken) -> Saved:
    """The records as the database has them after COMMIT; what fails here cannot undo the save."""
    records: dict[RecordRef, Record] = {}
    by_table: dict[TableName, list[Key]] = {}
    for ref in (*saved.inserted, *saved.updated):
        assert not isinstance(ref.key, NewKey)
        by_table.setdefault(ref.table, []).append(ref.key)
    try:
        for table, keys in by_table.items():
            for record in read_records(database, table, keys, token=token):
                records[record.ref] = record
    except (*FAULTS, RefusedError, CancelledError):
        return replace(saved, records=records, read_back=False)
    return replace(saved, records=records)
