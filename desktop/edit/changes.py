"""Owns the change set: staged inserts, updates and deletes by record and field; plain data, no database."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
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
        return RecordChange(self.ref, self.action, dict(self.fields), links)


class ChangeSet:
    """Ordered staged changes, keyed by record; dropping it is Cancel."""

    def __init__(self) -> None:
        self._records: dict[RecordRef, RecordChange] = {}

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[RecordChange]:
        return iter(self._records.values())

    def get(self, ref: RecordRef) -> RecordChange | None:
        return self._records.get(ref)

    def clear(self) -> None:
        self._records.clear()

    def copy(self) -> ChangeSet:
        """The same changes, to be altered apart from these."""
        other = ChangeSet()
        other._records = {ref: change.copy() for ref, change in self._records.items()}
        return other

    def put(self, change: RecordChange) -> None:
        """Stage a whole record's change in place of what is staged for it; an empty one drops it."""
        if change.empty:
            self.drop(change.ref)
        else:
            self._records[change.ref] = change

    def drop(self, ref: RecordRef) -> None:
        """Forget whatever is staged for the record."""
        self._records.pop(ref, None)

    def insert(self, table: TableName, values: Mapping[str, object]) -> RecordRef:
        """Stage a new record; columns left out, or DEFAULT, are left to the database."""
        ref = RecordRef(table, fresh_key())
        self._records[ref] = RecordChange(ref, Action.INSERT)
        for name, value in values.items():
            self.set_field(ref, name, DEFAULT, value)
        return ref

    def set_field(self, ref: RecordRef, column: str, base: object, new: object) -> None:
        """Stage one field; the base first given stays, and going back to it takes the change away."""
        if isinstance(new, BlobSize | Clipped):
            raise ValueError(f"{column}: a preview can never be written")
        change = self._change(ref)
        earlier = change.fields.pop(column, None)
        first_seen = earlier.base if earlier else base
        if not same_value(first_seen, new):
            change.fields[column] = FieldChange(first_seen, new)
        self._forget_if_empty(change)

    def link(
        self, ref: RecordRef, relation: str, added: Iterable[Key | NewKey], removed: Iterable[Key]
    ) -> None:
        """Stage links to add and to remove; adding what was to be removed (or the reverse) cancels out."""
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
            elif key not in link.removed:
                link.removed.append(key)
        if not link.added and not link.removed:
            del change.links[relation]
        self._forget_if_empty(change)

    def drop_links(self, ref: RecordRef, relation: str) -> None:
        """Forget what is staged for one many-to-many relation of the record."""
        change = self._records.get(ref)
        if change is not None and change.links.pop(relation, None) is not None:
            self._forget_if_empty(change)

    def delete(self, ref: RecordRef) -> None:
        """Stage a delete; a record that was only staged itself is simply dropped."""
        self._records.pop(ref, None)
        if not isinstance(ref.key, NewKey):
            self._records[ref] = RecordChange(ref, Action.DELETE)

    def _change(self, ref: RecordRef) -> RecordChange:
        change = self._records.get(ref)
        if change is not None and change.action is not Action.DELETE:
            return change
        if isinstance(ref.key, NewKey):
            raise KeyError(ref)
        self._records[ref] = RecordChange(ref, Action.UPDATE)
        return self._records[ref]

    def _forget_if_empty(self, change: RecordChange) -> None:
        if change.empty:
            del self._records[change.ref]
