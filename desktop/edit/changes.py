"""Owns the change set: staged inserts, updates and deletes by record and field; plain data, no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from desktop.base.keys import Key, NewKey, RecordRef


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
