"""Owns what is staged right now, record by record, and what it counts as; knows no undo and no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.edit.changes import Action, ChangeSet, FieldChange, RecordChange
from desktop.edit.compare import same_value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Invalid:
    """A staged text that cannot be a value; it stays in the field and blocks saving, not typing."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """An invalid text with the value seen before it."""

    invalid: Invalid
    base: object


@dataclass(frozen=True, slots=True)
class RecordState:
    """Everything staged for one record at one moment; never altered."""

    ref: RecordRef
    change: RecordChange | None = None
    wrong: Mapping[str, Wrong] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


class Staged:
    """Staged values, invalid texts and names, by record and field."""

    def __init__(self) -> None:
        self.changes = ChangeSet()
        """What a save would write. To be read; changed only through the methods of the staging."""
        self._wrong: dict[RecordRef, dict[str, Wrong]] = {}
        self._labels: dict[RecordRef, dict[str, str]] = {}

    @property
    def invalid(self) -> Mapping[tuple[RecordRef, str], Invalid]:
        """Staged texts that cannot be values, by record and column."""
        return {(ref, name): wrong.invalid for ref, by in self._wrong.items() for name, wrong in by.items()}

    @property
    def labels(self) -> Mapping[tuple[RecordRef, str], str]:
        """The names of the records that staged foreign keys point to, by record and column."""
        return {(ref, name): label for ref, by in self._labels.items() for name, label in by.items()}

    @property
    def dirty(self) -> bool:
        return bool(self._wrong) or len(self.changes) > 0

    @property
    def change_count(self) -> int:
        """Changed fields (invalid ones too) and links of stored records; a new or deleted record is one."""
        wrong = sum(len(by) for ref, by in self._wrong.items() if self.state(ref) is Action.UPDATE)
        return wrong + sum(
            len(change.fields) + len(change.links) if change.action is Action.UPDATE else 1
            for change in self.changes
        )

    @property
    def record_count(self) -> int:
        return len(self.changes) + sum(self.changes.get(ref) is None for ref in self._wrong)

    @property
    def refs(self) -> list[RecordRef]:
        """Every record that anything is staged for."""
        only_wrong = (ref for ref in self._wrong if self.changes.get(ref) is None)
        return [*(change.ref for change in self.changes), *only_wrong]

    @property
    def tables(self) -> frozenset[TableName]:
        """Every table with a staged record."""
        return frozenset(ref.table for ref in self.refs)

    def field(self, ref: RecordRef, column: str) -> FieldChange | Invalid | None:
        """What is staged for one field."""
        wrong = self._wrong.get(ref)
        if wrong is not None and column in wrong:
            return wrong[column].invalid
        change = self.changes.get(ref)
        return change.fields.get(column) if change is not None else None

    def wrong_in(self, ref: RecordRef) -> Mapping[str, Invalid]:
        """The invalid texts of one record, by column."""
        return {name: wrong.invalid for name, wrong in self._wrong.get(ref, {}).items()}

    def base(self, ref: RecordRef, column: str) -> object:
        """The value first seen in a field that has something staged; KeyError where nothing is."""
        wrong = self._wrong.get(ref)
        if wrong is not None and column in wrong:
            return wrong[column].base
        change = self.changes.get(ref)
        if change is None:
            raise KeyError(column)
        return change.fields[column].base

    def label(self, ref: RecordRef, column: str) -> str | None:
        """The name of the record that a staged foreign key points to, where it was told."""
        return self._labels.get(ref, {}).get(column)

    def state(self, ref: RecordRef) -> Action | None:
        """What would happen to the record; an UPDATE also where all that is staged is invalid."""
        change = self.changes.get(ref)
        if change is not None:
            return change.action
        return Action.UPDATE if ref in self._wrong else None

    def blocked(self) -> list[tuple[RecordRef, str, Invalid]]:
        """What must be mended before anything can be saved."""
        return [(ref, column, invalid) for (ref, column), invalid in self.invalid.items()]

    def with_parents(self, ref: RecordRef) -> ChangeSet:
        """A copy of what is staged for the record, and for the new records that it points to."""
        by_key = {change.ref.key: change for change in self.changes if change.action is Action.INSERT}
        chosen, waiting = ChangeSet(), [self.changes.get(ref)]
        while waiting:
            change = waiting.pop()
            if change is not None and chosen.get(change.ref) is None:
                chosen.put(change.copy())
                linked = (key for link in change.links.values() for key in link.added)
                keys = [key for key in (*change.values.values(), *linked) if isinstance(key, NewKey)]
                waiting += [by_key.get(key) for key in keys]
        return chosen

    def look(self, ref: RecordRef) -> RecordState:
        """A copy of everything staged for the record."""
        change = self.changes.get(ref)
        return RecordState(
            ref,
            change.copy() if change is not None else None,
            dict(self._wrong.get(ref, {})),
            dict(self._labels.get(ref, {})),
        )

    def _put(self, state: RecordState) -> None:
        """Stage exactly this for the record."""
        if state.change is None:
            self.changes.drop(state.ref)
        else:
            self.changes.put(state.change.copy())
        _keep(self._wrong, state.ref, state.wrong)
        _keep(self._labels, state.ref, state.labels)

    def _set(self, ref: RecordRef, column: str, base: object, new: object, label: str | None) -> None:
        """Stage one field; the base first seen stays. A record to be deleted is no longer."""
        if self.state(ref) is Action.DELETE:
            self.changes.drop(ref)
        if isinstance(ref.key, NewKey) and self.changes.get(ref) is None:
            raise KeyError(ref)
        wrong = self._wrong.get(ref, {}).pop(column, None)
        self._labels.get(ref, {}).pop(column, None)
        change = self.changes.get(ref)
        earlier = change.fields.get(column) if change is not None else None
        first = wrong.base if wrong else earlier.base if earlier else base
        if isinstance(new, Invalid):
            if earlier is not None:
                self.changes.set_field(ref, column, first, first)
            self._wrong.setdefault(ref, {})[column] = Wrong(new, first)
        else:
            self.changes.set_field(ref, column, first, new)
            if label is not None and self.field(ref, column) is not None:
                self._labels.setdefault(ref, {})[column] = label
        _keep(self._wrong, ref, self._wrong.get(ref, {}))
        _keep(self._labels, ref, self._labels.get(ref, {}))


def _keep(by_ref: dict[RecordRef, dict[str, T]], ref: RecordRef, values: Mapping[str, T]) -> None:
    """Hold these, or nothing at all where there are none."""
    if values:
        by_ref[ref] = dict(values)
    else:
        by_ref.pop(ref, None)


def same_state(first: RecordState, second: RecordState) -> bool:
    """Whether nothing differs, values compared as for writing (1.0 and 1.00 differ)."""
    if (first.change is None) is not (second.change is None):
        return False
    if dict(first.wrong) != dict(second.wrong) or dict(first.labels) != dict(second.labels):
        return False
    one, other = first.change, second.change
    if one is None or other is None:
        return True
    return (
        one.action is other.action
        and one.links == other.links
        and one.fields.keys() == other.fields.keys()
        and all(same_value(field.new, other.fields[name].new) for name, field in one.fields.items())
    )
