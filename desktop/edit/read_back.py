"""Owns reading back what was committed, and finding what the database made of it; what fails here cannot undo
the save."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from operator import eq

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import RefusedError
from desktop.browse.few_columns import FewColumns, read_columns
from desktop.browse.links import MOST_LINKED
from desktop.browse.records import read_records
from desktop.browse.rows import Record
from desktop.edit.adjusted import adjusted
from desktop.edit.as_seen import Alike
from desktop.edit.changes import Action, RecordChange
from desktop.edit.saved import Saved, Written
from desktop.edit.session import FAULTS
from desktop.schema.database import Database

MOST_WHOLE = 200
"""So many updated records are read back whole, with their names; of more, only what was changed."""


class _Records(Mapping[RecordRef, Record]):
    """Records read back; of the very many, each is made when somebody asks for it."""

    def __init__(self, whole: Mapping[RecordRef, Record], many: Sequence[FewColumns]) -> None:
        self._whole = whole
        self._many = many

    def __getitem__(self, ref: RecordRef) -> Record:
        for part in self._many:
            if part.table == ref.table and isinstance(ref.key, tuple) and ref.key in part.place:
                return Record(ref, ", ".join(map(str, ref.key)), part.of(ref.key))
        return self._whole[ref]

    def __iter__(self) -> Iterator[RecordRef]:
        return chain(self._whole, (RecordRef(part.table, key) for part in self._many for key in part.place))

    def __len__(self) -> int:
        return len(self._whole) + sum(len(part.place) for part in self._many)


def read_back(
    database: Database, changes: Sequence[RecordChange], written: Written, token: CancelToken
) -> Saved:
    """The records as the database has them after COMMIT, with what it made of them by itself."""
    saved, before = written.saved, written.before
    whole: dict[RecordRef, Record] = {}
    many: list[FewColumns] = []
    told: list[RecordChange] = []
    """Those to be looked at one by one."""
    try:
        groups = [group for group in written.as_seen if not _has_names(database, group)]
        for group in groups:
            many.append(_columns(database, group, token))
            told += [] if _is_as_sent(many[-1], group) else group.changes
        rest = _others(changes, groups)
        told += rest
        updated = [saved.final.get(one.ref, one.ref) for one in rest if one.action is Action.UPDATE]
        _read(database, saved.inserted, {}, whole, token)
        _read(database, updated, _to_read(rest, written), whole, token)
    except (*FAULTS, RefusedError, CancelledError):
        saved = replace(saved, read_back=False)
    records = _Records(whole, many) if many else whole
    return replace(saved, records=records, adjusted=adjusted(told, saved.final, records, before))


def _read(
    database: Database,
    refs: Iterable[RecordRef],
    columns: Mapping[TableName, Collection[str]],
    records: dict[RecordRef, Record],
    token: CancelToken,
) -> None:
    by_table: dict[TableName, list[Key]] = {}
    for ref in refs:
        assert not isinstance(ref.key, NewKey)
        by_table.setdefault(ref.table, []).append(ref.key)
    for table, keys in by_table.items():
        found = read_records(
            database, table, keys, columns=columns.get(table), most_links=MOST_LINKED, token=token
        )
        records.update((record.ref, record) for record in found)


def _to_read(changes: Sequence[RecordChange], written: Written) -> Mapping[TableName, Collection[str]]:
    """Of so many updates that whole records would take long: the columns changed or watched, by table."""
    updates = [change for change in changes if change.action is Action.UPDATE]
    if len(updates) <= MOST_WHOLE:
        return {}
    columns: dict[TableName, set[str]] = {}
    for change in updates:
        known = columns.setdefault(change.ref.table, set())
        known.update(change.fields)
        known.update(written.before.get(change.ref, ()))
    return columns


def _others(changes: Sequence[RecordChange], groups: Sequence[Alike]) -> Sequence[RecordChange]:
    if sum(len(group.changes) for group in groups) == len(changes):
        return ()
    left_out = {change.ref for group in groups for change in group.changes}
    return [change for change in changes if change.ref not in left_out]


def _has_names(database: Database, group: Alike) -> bool:
    """Whether records pointed to are to be shown by what they are called."""
    return any(database.table(group.table).foreign_key_on(name) is not None for name in group.names)


def _columns(database: Database, group: Alike, token: CancelToken) -> FewColumns:
    return read_columns(database, group.table, group.keys, group.names, token=token)


def _is_as_sent(read: FewColumns, group: Alike) -> bool:
    """Whether every record holds what was sent, found out in one comparison of each column."""
    found = read.by(group.keys)
    return found is not None and all(map(eq, found, group.new))
