"""Owns the writing of one change set inside a transaction: the order, and who is refused; commits nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby

from sqlalchemy.orm import Session

from desktop.base.cancel import CancelToken
from desktop.base.keys import RecordRef, TableName
from desktop.edit.as_seen import MANY, Alike, alike, write_as_seen
from desktop.edit.changes import Action, RecordChange
from desktop.edit.delete import delete_records, let_go
from desktop.edit.exchange import give_way, in_order, in_the_way, may_give_way, watched_columns
from desktop.edit.insert import fill_in, insert_records
from desktop.edit.links import write_links
from desktop.edit.newkeys import NewKeys
from desktop.edit.plan import (
    circular,
    delete_order,
    insert_levels,
    late_deletes,
    parents_first,
    wait_for_inserts,
    without_circles,
)
from desktop.edit.recording import Recording
from desktop.edit.session import Effort
from desktop.edit.sorted_out import SortedOut
from desktop.edit.stored import StoredRow
from desktop.edit.trying import Trying
from desktop.edit.update import Updater, lock_and_compare
from desktop.schema.database import Database
from desktop.schema.describe import Kind

_LARGE = (Kind.LONG_TEXT, Kind.JSON, Kind.BYTES, Kind.OTHER)


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
        self._trying = Trying(session, token, effort, recording, self._ways, apart=apart)
        self._stand_ins: dict[RecordRef, dict[str, object]] = {}
        """What records hold for the moment in place of a unique value that another one takes."""
        self._loud: dict[TableName, bool] = {}
        self.new_keys = NewKeys(session, database)
        self.stored: Mapping[RecordRef, StoredRow] = {}
        """What the records held that were there before, except those written as seen."""
        self.as_seen: Sequence[Alike] = ()

    def run(self, staged: SortedOut) -> None:
        """Lock, compare and write everything.

        Raises what the database refuses; with ``apart`` a Refused with the failure of every record.
        """
        deletes, inserts = staged.deletes.changes, staged.inserts.changes
        self.as_seen, updates = self._as_seen(staged.updates.changes, inserts)
        after = wait_for_inserts(updates, inserts, self._database)
        late = late_deletes(deletes, staged.updates.changes, self._database)
        there = [*updates, *deletes]
        watched = self._watched(updates, inserts if late or after else ())
        self.stored = lock_and_compare(self._session, self._database, there, watched)
        self._recording.updating(updates, self.stored)
        self._delete([change for change in deletes if change.ref not in late])
        self._make_way(deletes, updates, inserts, late | after)
        for same in self.as_seen:
            self._token.check()
            self._recording.updating(same.changes)
            write_as_seen(self._session, self._database, same, self._effort)
        self._update([change for change in updates if change.ref not in after])
        self._insert(inserts)
        self._update([change for change in updates if change.ref in after])
        known = self.new_keys.refs()
        self._recording.inserted(known)
        for name, group in _by_relation(staged.with_links):
            self._trying.do(group, partial(self._link, name))
        self._delete([change for change in deletes if change.ref in late])
        if self._trying.come_back():
            now = self.new_keys.refs()
            self._recording.inserted({ref: now[ref] for ref in now.keys() - known.keys()})

    def _as_seen(
        self, updates: Sequence[RecordChange], inserts: Sequence[RecordChange]
    ) -> tuple[Sequence[Alike], Sequence[RecordChange]]:
        """Those of very many updates that need not be read, and the others; where records are tried by
        themselves all are read, because then each is told what it differs in."""
        if self._apart or len(updates) <= MANY or inserts:
            return (), updates
        return alike(self._database, updates, lambda table: not self._speaks_up(table))

    def _watched(
        self, updates: Sequence[RecordChange], inserts: Sequence[RecordChange]
    ) -> dict[TableName, list[str]]:
        """What to read besides the fields to be changed: what else of a unique value changes hands, and
        whatever the database may change by itself."""
        watched = watched_columns(self._database, [*updates, *inserts])
        for table in {change.ref.table for change in updates}:
            columns = self._database.table(table).columns
            if len(updates) > MANY and not self._speaks_up(table):
                columns = tuple(column for column in columns if column.generated)
            small = [column.name for column in columns if column.kind not in _LARGE]
            watched[table] = [*watched.get(table, ()), *small]
        return watched

    def _speaks_up(self, table: TableName) -> bool:
        """Whether a write to the table may set off something that changes other fields."""
        if table not in self._loud:
            has_triggers = self._database.capabilities.has_triggers
            self._loud[table] = has_triggers(self._session.connection(), table.name, table.schema)
        return self._loud[table]

    # by kind of change

    def _make_way(
        self,
        deletes: Sequence[RecordChange],
        updates: Sequence[RecordChange],
        inserts: Sequence[RecordChange],
        later: frozenset[RecordRef],
    ) -> None:
        """Let those give way that foreign keys put off, where one that is written before them takes over a
        unique value of theirs."""
        if later:
            first = [change for change in updates if change.ref not in later]
            put_off = [change for change in updates if change.ref in later]
            gone = [change for change in deletes if change.ref in later]
            ways = in_the_way(self._database, put_off, [*first, *inserts], self.stored)
            ways += in_the_way(self._database, gone, [*updates, *inserts], self.stored)
            self._give_way(ways)

    def _delete(self, deletes: Sequence[RecordChange]) -> None:
        for table, foreign_keys in circular(deletes, self._database).items():
            pointing = [change for change in deletes if change.ref.table == table]
            let_go(self._session, self._database, table, pointing, foreign_keys, self._recording)
        ordered = delete_order(deletes, self._database.schema)
        for _, group in groupby(ordered, key=lambda change: change.ref.table):
            self._trying.do(list(group), self._delete_some)

    def _delete_some(self, changes: Sequence[RecordChange]) -> None:
        delete_records(self._session, self._database, changes, self._effort, self._recording, self.stored)

    def _update(self, updates: Sequence[RecordChange]) -> None:
        writer = self._updater()
        shapes: dict[RecordRef, int] = {}
        alike: dict[int, list[RecordChange]] = {}
        for change in self._trying.possible((one for one in updates if one.fields), self._update_some):
            shape = shapes[change.ref] = writer.shape(change)
            alike.setdefault(shape, []).append(change)
        order = in_order(self._database, [one for group in alike.values() for one in group], self.stored)
        self._give_way(order.give_way)
        for _, group in groupby(order.changes, key=lambda change: shapes[change.ref]):
            self._trying.do(list(group), writer.write)

    def _update_some(self, changes: Sequence[RecordChange]) -> None:
        """One after the other: what they point to is there only now."""
        writer = self._updater()
        for change in changes:
            writer.shape(change)
            writer.write([change])

    def _updater(self) -> Updater:
        return Updater(
            self._session,
            self._database,
            self.stored,
            self.new_keys,
            self._effort,
            self._stand_ins,
            self._speaks_up,
        )

    def _ways(self, change: RecordChange) -> list[Callable[[], None]]:
        if change.action is not Action.UPDATE:
            return []
        columns = may_give_way(self._database, change)
        return [partial(self._give_way, [(change, column)]) for column in columns]

    def _give_way(self, holders: Iterable[tuple[RecordChange, str]]) -> None:
        for change, column in holders:
            self._recording.giving_way(change.ref, column, self.stored[change.ref].values.get(column))
            stand_in = give_way(self._session, self._database, change, column)
            self._stand_ins.setdefault(change.ref, {})[column] = stand_in

    def _insert(self, inserts: Sequence[RecordChange]) -> None:
        whole, to_fill_in = without_circles(inserts, self._database)
        for level in insert_levels(whole):
            for group in parents_first(level, self._database.schema):
                self._trying.do(group, self._insert_some)
        for change in to_fill_in:
            self._trying.do([change], self._fill_in)

    def _insert_some(self, changes: Sequence[RecordChange]) -> None:
        insert_records(self._session, self._database, changes, self.new_keys, self._effort)

    def _fill_in(self, changes: Sequence[RecordChange]) -> None:
        fill_in(self._session, self._database, changes, self.new_keys, self._effort)

    def _link(self, name: str, changes: Sequence[RecordChange]) -> None:
        write_links(
            self._session, self._database, changes, name, self.new_keys, self._effort, self._recording
        )


def _by_relation(changes: Sequence[RecordChange]) -> Iterator[tuple[str, list[RecordChange]]]:
    """The changes that have links of each relation, with its name."""
    groups: dict[tuple[TableName, str], list[RecordChange]] = {}
    for change in changes:
        for name in change.links:
            groups.setdefault((change.ref.table, name), []).append(change)
    for (_, name), group in groups.items():
        yield name, group
