"""Owns the change set: staged inserts, updates and deletes by record and field; plain data, no database."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from operator import is_
from typing import Final

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.edit.compare import same_value
from desktop.values.special import DEFAULT, BlobSize, Clipped

_NUMBERS: Final = itertools.count(1)
"""Of new keys, one row for all change sets: a record may be handed from one set to another."""


def fresh_key() -> NewKey:
    """A key that stands for no other staged record of this process."""
    return NewKey(next(_NUMBERS))


class Action(Enum):
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """The value first seen and the value wanted; ``new`` may be a NewKey (a staged parent record)."""

    base: object
    new: object


@dataclass(slots=True)
class LinkChange:
    """Linked records to add to and to remove from one many-to-many relation; a NewKey is staged too."""

    added: list[Key | NewKey] = field(default_factory=list)
    removed: list[Key] = field(default_factory=list)


@dataclass(slots=True)
class RecordChange:
    """Everything staged for one record."""

    ref: RecordRef
    action: Action
    fields: dict[str, FieldChange] = field(default_factory=dict)
    links: dict[str, LinkChange] = field(default_factory=dict)
    seen: Mapping[str, object] = field(default_factory=dict)
    """Of a record to be deleted: what it held when that was decided, as far as the person had it in sight."""

    @property
    def empty(self) -> bool:
        """An update that changes nothing."""
        return self.action is Action.UPDATE and not self.fields and not self.links

    @property
    def values(self) -> dict[str, object]:
        """The values wanted, by column."""
        return {name: change.new for name, change in self.fields.items()}

    def copy(self) -> RecordChange:
        """The same change, to be altered apart from this one."""
        links = {name: LinkChange([*link.added], [*link.removed]) for name, link in self.links.items()}
        return RecordChange(self.ref, self.action, dict(self.fields), links, self.seen)


class ChangeSet:
    """Ordered staged changes, keyed by record; dropping it is Cancel.

    A change once given out is never altered: what is staged later stands in another one. So a copy costs
    nothing, and an undo step can hold on to what was.
    """

    def __init__(self) -> None:
        self._records: dict[RecordRef, RecordChange] = {}
        self._new: dict[TableName, dict[RecordRef, RecordChange]] = {}
        self._tables: Counter[TableName] = Counter()
        self._weight = 0

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[RecordChange]:
        return iter(self._records.values())

    @property
    def weight(self) -> int:
        """Changed fields and links of stored records; a new or deleted record is one. Never counted anew."""
        return self._weight

    @property
    def tables(self) -> frozenset[TableName]:
        """Every table with a staged record."""
        return frozenset(self._tables)

    @property
    def refs(self) -> frozenset[RecordRef]:
        """Every record; made without hashing any of them anew."""
        return frozenset(self._records)

    def is_still(self, earlier: ChangeSet) -> bool:
        """Whether nothing was staged or dropped since the other was copied from it, or it from the other."""
        return len(self) == len(earlier) and all(map(is_, self, earlier))

    def new_in(self, table: TableName) -> Mapping[RecordRef, RecordChange]:
        """The new records of one table."""
        return self._new.get(table, {})

    def get(self, ref: RecordRef) -> RecordChange | None:
        return self._records.get(ref)

    def clear(self) -> None:
        self._records, self._new, self._tables, self._weight = {}, {}, Counter(), 0

    def copy(self) -> ChangeSet:
        """The same changes, to be altered apart from these."""
        other = ChangeSet()
        other._records = dict(self._records)
        other._new = {table: dict(changes) for table, changes in self._new.items()}
        other._tables = self._tables.copy()
        other._weight = self._weight
        return other

    def put(self, change: RecordChange) -> None:
        """Stage a whole record's change in place of what is staged for it; an empty one drops it."""
        if change.empty:
            self.drop(change.ref)
            return
        ref = change.ref
        before = self._records.get(ref)
        self._records[ref] = change
        self._weight += _weight(change) - (_weight(before) if before is not None else 0)
        if before is None:
            self._tables[ref.table] += 1
        if change.action is Action.INSERT:
            self._new.setdefault(ref.table, {})[ref] = change

    def drop(self, ref: RecordRef) -> None:
        """Forget whatever is staged for the record."""
        before = self._records.pop(ref, None)
        if before is None:
            return
        self._weight -= _weight(before)
        self._tables[ref.table] -= 1
        if not self._tables[ref.table]:
            del self._tables[ref.table]
        if before.action is Action.INSERT:
            del self._new[ref.table][ref]

    def insert(self, table: TableName, values: Mapping[str, object]) -> RecordRef:
        """Stage a new record; columns left out, or DEFAULT, are left to the database."""
        ref = new_ref(table)
        change = RecordChange(ref, Action.INSERT)
        for name, value in values.items():
            set_field(change.fields, name, DEFAULT, value)
        self.put(change)
        return ref

    def set_field(self, ref: RecordRef, column: str, base: object, new: object) -> None:
        """Stage one field; the base first given stays, and going back to it takes the change away."""
        change = self._change(ref)
        set_field(change.fields, column, base, new)
        self.put(change)

    def link(
        self, ref: RecordRef, relation: str, added: Iterable[Key | NewKey], removed: Iterable[Key | NewKey]
    ) -> None:
        """Stage links to add and to remove; adding what was to be removed (or the reverse) cancels out. A new
        record was never linked, so that it can only be taken off again."""
        change = self._change(ref)
        link = change.links.setdefault(relation, LinkChange())
        for key in added:
            if not isinstance(key, NewKey) and key in link.removed:
                link.removed.remove(key)
            elif key not in link.added:
                link.added.append(key)
        for key in removed:
            if key in link.added:
                link.added.remove(key)
            elif not isinstance(key, NewKey) and key not in link.removed:
                link.removed.append(key)
        if not link.added and not link.removed:
            del change.links[relation]
        self.put(change)

    def drop_links(self, ref: RecordRef, relation: str) -> None:
        """Forget what is staged for one many-to-many relation of the record."""
        change = self._records.get(ref)
        if change is not None and relation in change.links:
            later = change.copy()
            del later.links[relation]
            self.put(later)

    def delete(self, ref: RecordRef, seen: Mapping[str, object] | None = None) -> None:
        """Stage a delete; a record that was only staged itself is simply dropped. Where it does not hold any
        more what was ``seen``, saving it is a conflict."""
        self.drop(ref)
        if not isinstance(ref.key, NewKey):
            self.put(RecordChange(ref, Action.DELETE, seen=seen or {}))

    def _change(self, ref: RecordRef) -> RecordChange:
        """A copy of what is staged for the record, to be altered and put back."""
        change = self._records.get(ref)
        if change is not None and change.action is not Action.DELETE:
            return change.copy()
        if isinstance(ref.key, NewKey):
            raise KeyError(ref)
        return RecordChange(ref, Action.UPDATE)


def new_ref(table: TableName) -> RecordRef:
    """A reference to a new record, unlike any other; may be asked for in any thread."""
    return RecordRef(table, fresh_key())


def set_field(fields: dict[str, FieldChange], column: str, base: object, new: object) -> bool:
    """Put a field among others, or take it away where it is as it was; whether it is among them now.

    Raises ValueError for a preview.
    """
    if isinstance(new, BlobSize | Clipped):
        raise ValueError(f"{column}: a preview can never be written")
    earlier = fields.pop(column, None)
    first = earlier.base if earlier is not None else base
    if same_value(first, new):
        return False
    fields[column] = FieldChange(first, new)
    return True


def _weight(change: RecordChange) -> int:
    return len(change.fields) + len(change.links) if change.action is Action.UPDATE else 1
