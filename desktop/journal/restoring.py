"""Owns comparing a draft with the records as they are now, before it is staged again; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.browse.fetch import read_records
from desktop.browse.rows import Record
from desktop.edit.changes import Action, FieldChange, LinkChange, RecordChange
from desktop.edit.compare import same_value, still_as_seen
from desktop.journal.drafts import Draft
from desktop.journal.records import DraftRecord, with_fresh_keys
from desktop.schema.database import Database
from desktop.schema.describe import Table
from desktop.schema.labels import column_heading, heading, record_word
from desktop.staging.staged import RecordState
from desktop.values.base import quoted
from desktop.values.kinds import kind_for
from desktop.values.locale import Locale
from desktop.values.special import DEFAULT


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What of a draft can be staged, and what is to be said about the rest."""

    records: tuple[DraftRecord, ...]
    notes: tuple[str, ...] = ()
    """One sentence for each thing that is not as it was: conflicts, records and columns that are gone."""
    was_saved: bool = False
    """The process ended after the save had been committed: what it saved is not staged again."""


def recheck(database: Database, draft: Draft, locale: Locale, token: CancelToken | None = None) -> Rechecked:
    """Compare a draft with what is stored now. Raises RefusedError where the database cannot be read."""
    token = token or CancelToken()
    checker = _Checker(database, locale, token)
    records, was_saved = checker.without_saved(draft)
    records = with_fresh_keys(records)
    now = checker.stored(record.ref for record in records)
    kept = [checked for record in records if (checked := checker.check(record, now.get(record.ref)))]
    return Rechecked(tuple(kept), tuple(checker.notes), was_saved)


class _Checker:
    def __init__(self, database: Database, locale: Locale, token: CancelToken) -> None:
        self._database = database
        self._locale = locale
        self._token = token
        self.notes: list[str] = []

    def stored(self, refs: Iterable[RecordRef]) -> dict[RecordRef, Record]:
        """The records that are there now, of the tables that are there now."""
        by_table: dict[TableName, list[Key]] = {}
        for ref in refs:
            table = self._database.schema.tables.get(ref.table)
            if table is not None and not isinstance(ref.key, NewKey) and len(ref.key) == len(table.key):
                by_table.setdefault(ref.table, []).append(ref.key)
        found: dict[RecordRef, Record] = {}
        for name, keys in by_table.items():
            for record in read_records(self._database, name, keys, token=self._token):
                found[record.ref] = record
        return found

    def without_saved(self, draft: Draft) -> tuple[list[DraftRecord], bool]:
        """The records less those of a save that was committed just before the process ended.

        A save is all or nothing: one of its new records proves it.
        """
        saving = draft.saving or {}
        new = {record.ref: record for record in draft.records if record.ref in saving}
        stored = self.stored(saving[ref] for ref in new)
        if not any(
            saving[ref] in stored and _holds(stored[saving[ref]], record, saving)
            for ref, record in new.items()
        ):
            return list(draft.records), False
        rest = [record for record in draft.records if record.ref not in saving]
        return [_pointing_to_saved(record, saving) for record in rest], True

    def check(self, record: DraftRecord, stored: Record | None) -> DraftRecord | None:
        """What is to be staged of a record; None where nothing is."""
        table = self._database.schema.tables.get(record.ref.table)
        if table is None or table.read_only_reason:
            self._lost(record, table)
            return None
        record = self._without_lost_columns(record, table)
        action = record.state.change.action if record.state.change is not None else Action.UPDATE
        if action is Action.INSERT:
            return record
        if stored is None:
            if action is Action.DELETE:
                self.notes.append(f"{self._called(record)} is deleted already.")
                return None
            self.notes.append(f"{self._called(record)} was deleted by somebody else.")
            return record
        if action is Action.DELETE:
            self._tell_overtaken(record, table, stored)
            return record
        return self._compared(record, table, stored)

    def _compared(self, record: DraftRecord, table: Table, stored: Record) -> DraftRecord | None:
        state = record.state
        change = state.change
        if change is not None:
            fields: dict[str, FieldChange] = {}
            for name, field in change.fields.items():
                now = stored.values[name]
                if same_value(now, field.new):
                    continue  # stored as wanted by now
                if not still_as_seen(now, field.base):
                    self._tell_changed(record, table, name, now)
                fields[name] = field
            change = RecordChange(change.ref, change.action, fields, dict(_open_links(change, stored)))
            state = state._replace(change=None if change.empty else change)
        if state.change is None and not state.wrong:
            return None
        return replace(record, state=state)

    def _tell_overtaken(self, record: DraftRecord, table: Table, stored: Record) -> None:
        """Say what of a record to be deleted is not as it was seen; saving it asks."""
        change = record.state.change
        for name, seen in (change.seen if change is not None else {}).items():
            now = stored.values[name]
            if now != seen and not still_as_seen(now, seen):  # of both, a file may be known by its size
                self._tell_changed(record, table, name, now)

    def _tell_changed(self, record: DraftRecord, table: Table, name: str, now: object) -> None:
        self.notes.append(
            f"“{column_heading(table, name)}” of {self._called(record)} was changed by somebody"
            f" else meanwhile, to {self._shown(table, name, now)}."
        )

    def _without_lost_columns(self, record: DraftRecord, table: Table) -> DraftRecord:
        state, names = record.state, {column.name for column in table.columns}
        relations = {link.name for link in table.links}
        change = state.change
        if change is not None:
            for name in change.fields.keys() - names:
                text = quoted(str(change.fields[name].new))
                self.notes.append(
                    f"{self._called(record)} has no “{heading(name)}” any more; it said {text}."
                )
            for name in change.links.keys() - relations:
                self.notes.append(f"{self._called(record)} has no “{heading(name)}” any more.")
            fields = {name: one for name, one in change.fields.items() if name in names}
            links = {name: one for name, one in change.links.items() if name in relations}
            seen = {name: value for name, value in change.seen.items() if name in names}
            change = RecordChange(change.ref, change.action, fields, links, seen)
        for name in state.wrong.keys() - names:
            text = quoted(state.wrong[name].invalid.text)
            self.notes.append(f"{self._called(record)} has no “{heading(name)}” any more; it said {text}.")
        wrong = {name: one for name, one in state.wrong.items() if name in names}
        gone = change is not None and change.empty
        return replace(record, state=state._replace(change=None if gone else change, wrong=wrong))

    def _lost(self, record: DraftRecord, table: Table | None) -> None:
        change = record.state.change
        texts = [quoted(str(one.new)) for one in change.fields.values()] if change is not None else []
        said = f"; it said {', '.join(texts)}" if texts else ""
        where = f"The table {heading(record.ref.table.name)}"
        why = "is not there any more" if table is None else "cannot be changed any more"
        self.notes.append(f"{where} {why}: {self._called(record)} could not be restored{said}.")

    def _called(self, record: DraftRecord) -> str:
        if record.title:
            return f"“{record.title}”"
        table = self._database.schema.tables.get(record.ref.table)
        word = record_word(table) if table is not None else "record"
        if isinstance(record.ref.key, NewKey):
            return f"The new {word}"
        return f"{word.capitalize()} {' · '.join(map(str, record.ref.key))}"

    def _shown(self, table: Table, name: str, value: object) -> str:
        if value is None:
            return "NULL"
        column = table.column(name)
        return quoted(kind_for(column).show(value, column, self._locale))


def _open_links(change: RecordChange, stored: Record) -> Iterator[tuple[str, LinkChange]]:
    """The links that are not yet as wanted."""
    for name, link in change.links.items():
        there = {linked.key for linked in stored.links.get(name, ())}
        added = [key for key in link.added if isinstance(key, NewKey) or key not in there]
        removed = [key for key in link.removed if key in there]
        if added or removed:
            yield name, LinkChange(added, removed)


def _holds(stored: Record, record: DraftRecord, saving: Mapping[RecordRef, RecordRef]) -> bool:
    """Whether a stored record has every value that was staged for a new one."""
    change = record.state.change
    known = {ref.key: now.key for ref, now in saving.items()}
    for name, field in (change.fields if change is not None else {}).items():
        wanted = field.new
        if wanted is DEFAULT:
            continue
        if isinstance(wanted, NewKey):
            key = known.get(wanted)
            wanted = key[0] if isinstance(key, tuple) and len(key) == 1 else None
        if wanted is not None and stored.values.get(name) != wanted:
            return False
    return True


def _pointing_to_saved(record: DraftRecord, saving: Mapping[RecordRef, RecordRef]) -> DraftRecord:
    """What else was staged, with the keys its parents were given."""
    known = {ref.key: now.key for ref, now in saving.items() if isinstance(ref.key, NewKey)}
    change = record.state.change
    if change is None:
        return record
    fields = dict(change.fields)
    for name, field in change.fields.items():
        key = known.get(field.new) if isinstance(field.new, NewKey) else None
        if isinstance(key, tuple):
            fields[name] = FieldChange(field.base, key[0])
    links = {}
    for name, link in change.links.items():
        added = [known.get(key, key) if isinstance(key, NewKey) else key for key in link.added]
        links[name] = LinkChange(added, link.removed)
    changed = replace(change, fields=fields, links=links)
    return replace(record, state=record.state._replace(change=changed))


def joined(current: RecordState, restored: RecordState) -> RecordState:
    """A draft's state for a record that has something staged already, which stays as it is."""
    ours, theirs = current.change, restored.change
    if ours is None and not current.wrong:
        return restored
    if theirs is None or theirs.action is not Action.UPDATE:
        return current
    if ours is not None and ours.action is not Action.UPDATE:
        return current
    mine = ours if ours is not None else RecordChange(current.ref, Action.UPDATE)
    fields = {name: one for name, one in theirs.fields.items() if name not in current.wrong} | mine.fields
    change = RecordChange(current.ref, Action.UPDATE, fields, theirs.links | mine.links)
    return current._replace(
        change=change,
        wrong={**{n: w for n, w in restored.wrong.items() if n not in fields}, **current.wrong},
        labels={**restored.labels, **current.labels},
    )
