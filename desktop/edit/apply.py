"""Owns the writing of one change set inside a transaction: the order, and who is refused; commits nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import TypeAlias

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import FlushError, StaleDataError

from desktop.base.cancel import CancelToken
from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import RefusedError
from desktop.connect.faults import FaultKind, read_fault
from desktop.edit.as_seen import MANY, Alike, alike, write_as_seen
from desktop.edit.changes import Action, RecordChange, only
from desktop.edit.delete import delete_records
from desktop.edit.exchange import give_way, in_order, watched_columns
from desktop.edit.explain import Attempt
from desktop.edit.insert import insert_records
from desktop.edit.links import write_links
from desktop.edit.newkeys import NewKeys
from desktop.edit.plan import delete_order, insert_levels, late_deletes, parents_first, wait_for_inserts
from desktop.edit.recording import Recording
from desktop.edit.session import FAULTS, Effort
from desktop.edit.stored import StoredRow
from desktop.edit.update import Updater, lock_and_compare
from desktop.schema.database import Database
from desktop.schema.describe import Kind

Write: TypeAlias = Callable[[Sequence[RecordChange]], None]

MOST_REFUSED = 200
"""Refused records that are looked for; nobody mends more at once."""

_OF_ONE_RECORD = frozenset((
    FaultKind.UNIQUE, FaultKind.FOREIGN_KEY, FaultKind.NOT_NULL, FaultKind.CHECK, FaultKind.TOO_LONG,
    FaultKind.OUT_OF_RANGE, FaultKind.BAD_VALUE, FaultKind.EXCLUSION, FaultKind.RAISED, FaultKind.PERMISSION,
    FaultKind.UNSAFE,
    FaultKind.READ_ONLY,
))  # fmt: skip
_LARGE = (Kind.LONG_TEXT, Kind.JSON, Kind.BYTES, Kind.OTHER)


@dataclass
class Refused(Exception):
    """Ends a transaction in which each record was tried by itself: what was refused, and why."""

    failures: list[tuple[Exception, Attempt]] = field(default_factory=list)


class Applying:
    """Writes the changes; ``apart`` tries each record by itself where its statement is refused."""

    def __init__(
        self,
        session: Session,
        database: Database,
        token: CancelToken,
        effort: Effort,
        recording: Recording,
        *,
        apart: bool,
    ) -> None:
        self._session = session
        self._database = database
        self._token = token
        self._effort = effort
        self._recording = recording
        self._apart = apart
        self._failures: list[tuple[Exception, Attempt]] = []
        self._lost: set[RecordRef] = set()
        self.new_keys = NewKeys(session, database)
        self.stored: Mapping[RecordRef, StoredRow] = {}
        """What the records held that were there before, except those written as seen."""
        self.as_seen: Sequence[Alike] = ()

    def run(self, changes: Sequence[RecordChange]) -> None:
        """Lock, compare and write everything.

        Raises what the database refuses; with ``apart`` a Refused with the failure of every record.
        """
        all_updates = only(Action.UPDATE, changes)
        deletes, inserts = only(Action.DELETE, changes), only(Action.INSERT, changes)
        self.as_seen, updates = self._as_seen(all_updates, inserts)
        there = [*updates, *deletes]
        self.stored = lock_and_compare(self._session, self._database, there, self._watched(updates))
        self._recording.updating(self.stored, updates)
        late = late_deletes(deletes, all_updates, self._database)
        self._delete([change for change in deletes if change.ref not in late])
        for same in self.as_seen:
            self._token.check()
            self._recording.updating_as_seen(same.table, same.changes)
            write_as_seen(self._session, self._database, same, self._effort)
        after = wait_for_inserts(updates, inserts, self._database)
        self._update([change for change in updates if change.ref not in after])
        for level in insert_levels(inserts):
            for group in parents_first(level, self._database.schema):
                self._do(group, self._insert)
        self._update([change for change in updates if change.ref in after])
        self._recording.inserted(self.new_keys.refs())
        for name, group in _by_relation(changes):
            self._do(group, partial(self._link, name))
        self._delete([change for change in deletes if change.ref in late])
        if self._failures:
            raise Refused(self._failures)

    def _as_seen(
        self, updates: Sequence[RecordChange], inserts: Sequence[RecordChange]
    ) -> tuple[Sequence[Alike], Sequence[RecordChange]]:
        """Those of very many updates that need not be read, and the others; where records are tried by
        themselves all are read, because then each is told what it differs in."""
        if self._apart or len(updates) <= MANY or inserts:
            return (), updates
        return alike(self._database, updates, lambda table: not self._speaks_up(table))

    def _watched(self, updates: Sequence[RecordChange]) -> dict[TableName, list[str]]:
        """What to read besides the fields to be changed: what else of a unique value changes hands, and
        whatever the database may change by itself."""
        watched = watched_columns(self._database, updates)
        for table in {change.ref.table for change in updates}:
            columns = self._database.table(table).columns
            if len(updates) > MANY and not self._speaks_up(table):
                columns = tuple(column for column in columns if column.generated)
            small = [column.name for column in columns if column.kind not in _LARGE]
            watched[table] = [*watched.get(table, ()), *small]
        return watched

    def _speaks_up(self, table: TableName) -> bool:
        """Whether a write to the table may set off something that changes other fields."""
        has_triggers = self._database.capabilities.has_triggers
        return has_triggers(self._session.connection(), table.name, table.schema)

    # by kind of change

    def _delete(self, deletes: Sequence[RecordChange]) -> None:
        ordered = delete_order(deletes, self._database.schema)
        for _, group in groupby(ordered, key=lambda change: change.ref.table):
            self._do(list(group), self._delete_some)

    def _delete_some(self, changes: Sequence[RecordChange]) -> None:
        delete_records(self._session, self._database, changes, self._effort, self._recording)

    def _update(self, updates: Sequence[RecordChange]) -> None:
        writer = Updater(self._session, self._database, self.stored, self.new_keys, self._effort)
        shapes: dict[RecordRef, int] = {}
        alike: dict[int, list[RecordChange]] = {}
        for change in updates:
            if change.fields and not self._is_lost(change):
                shape = shapes[change.ref] = writer.shape(change)
                alike.setdefault(shape, []).append(change)
        order = in_order(self._database, [one for group in alike.values() for one in group], self.stored)
        for change, column in order.give_way:
            give_way(self._session, self._database, change, column)
            writer.parked[change.ref] = writer.parked.get(change.ref, frozenset()) | {column}
        for _, group in groupby(order.changes, key=lambda change: shapes[change.ref]):
            self._do(list(group), writer.write)

    def _insert(self, level: Sequence[RecordChange]) -> None:
        insert_records(self._session, self._database, level, self.new_keys, self._effort)

    def _link(self, name: str, changes: Sequence[RecordChange]) -> None:
        write_links(
            self._session, self._database, changes, name, self.new_keys, self._effort, self._recording
        )

    # who is refused

    def _do(self, changes: Sequence[RecordChange], write: Write) -> None:
        self._token.check()
        if not self._apart:
            write(changes)
        elif tried := [change for change in changes if not self._is_lost(change)]:
            self._try(tried, write)

    def _try(self, changes: Sequence[RecordChange], write: Write) -> None:
        """Write them under a savepoint; where that is refused, one half after the other."""
        self._token.check()
        try:
            with self._session.begin_nested():
                write(changes)
        except (*FAULTS, RefusedError) as error:
            if not _is_of_one_record(error):
                raise
            if len(changes) == 1:
                self._note(changes[0], error)
                return
        else:
            return
        middle = len(changes) // 2
        self._try(changes[:middle], write)
        self._try([change for change in changes[middle:] if not self._is_lost(change)], write)

    def _note(self, change: RecordChange, error: Exception) -> None:
        self._failures.append((error, self._effort.attempt))
        self._lost.add(change.ref)
        if len(self._failures) >= MOST_REFUSED:
            raise Refused(self._failures)

    def _is_lost(self, change: RecordChange) -> bool:
        """It was refused, or cannot be tried because a new record that it points to was."""
        if not self._lost:
            return False
        linked = (key for link in change.links.values() for key in link.added)
        lost = {ref.key for ref in self._lost}
        if change.ref not in self._lost and not any(
            isinstance(key, NewKey) and key in lost for key in (*change.values.values(), *linked)
        ):
            return False
        self._lost.add(change.ref)
        return True


def _is_of_one_record(error: BaseException) -> bool:
    """Whether another record may fare better: not where the connection is lost, the disk full, or the whole
    transaction ended by a trigger."""
    if isinstance(error, RefusedError):
        return error.__cause__ is None or _is_of_one_record(error.__cause__)
    return isinstance(error, FlushError | StaleDataError) or read_fault(error).kind in _OF_ONE_RECORD


def _by_relation(changes: Sequence[RecordChange]) -> Iterator[tuple[str, list[RecordChange]]]:
    """The changes that have links of each relation, with its name."""
    groups: dict[tuple[TableName, str], list[RecordChange]] = {}
    for change in changes:
        for name in change.links:
            groups.setdefault((change.ref.table, name), []).append(change)
    for (_, name), group in groups.items():
        yield name, group
