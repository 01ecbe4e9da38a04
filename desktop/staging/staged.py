"""Owns what is staged right now, record by record, and what it counts as; knows no undo and no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeVar

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.edit.changes import Action, ChangeSet, FieldChange, RecordChange, set_field
from desktop.edit.compare import same_value

T = TypeVar("T")
Wanted: TypeAlias = tuple[str, object, object, str | None]
"""A field to stage: column, value seen, value wanted (or an Invalid), name of the record it points to."""


_NOTHING: Mapping[str, Any] = MappingProxyType({})


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


class RecordState(NamedTuple):
    """Everything staged for one record at one moment; never altered. A tuple, because ten thousand are made
    in one step."""

    ref: RecordRef
    change: RecordChange | None = None
    wrong: Mapping[str, Wrong] = _NOTHING
    labels: Mapping[str, str] = _NOTHING


class Staged:
    """Staged values, invalid texts and names, by record and field."""

    def __init__(self) -> None:
        self.changes = ChangeSet()
        """What a save would write. To be read; changed only through the methods of the staging."""
        self._wrong: dict[RecordRef, Mapping[str, Wrong]] = {}
        self._labels: dict[RecordRef, Mapping[str, str]] = {}

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
        return wrong + self.changes.weight

    @property
    def invalid_count(self) -> int:
        """How many staged texts cannot be values."""
        return sum(map(len, self._wrong.values()))

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
        return self.changes.tables | {ref.table for ref in self._wrong}

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

    def look(self, ref: RecordRef) -> RecordState:
        """Everything staged for the record at this moment; what is staged later does not alter it."""
        wrong = self._wrong.get(ref, _NOTHING) if self._wrong else _NOTHING
        labels = self._labels.get(ref, _NOTHING) if self._labels else _NOTHING
        return RecordState(ref, self.changes.get(ref), wrong, labels)

    def _clear(self) -> None:
        """Nothing is staged any more."""
        self.changes.clear()
        self._wrong.clear()
        self._labels.clear()

    def _put(self, state: RecordState) -> None:
        """Stage exactly this for the record."""
        if state.change is None:
            self.changes.drop(state.ref)
        else:
            self.changes.put(state.change)
        if state.wrong or self._wrong:  # of ten thousand pasted records as a rule neither
            _keep(self._wrong, state.ref, state.wrong)
        if state.labels or self._labels:
            _keep(self._labels, state.ref, state.labels)

    def _set(self, ref: RecordRef, wanted: Iterable[Wanted]) -> None:
        """Stage fields of one record; KeyError for a new one that is not staged (any more)."""
        if isinstance(ref.key, NewKey) and self.changes.get(ref) is None:
            raise KeyError(ref)
        self._put(with_fields(self.look(ref), wanted))


def with_fields(state: RecordState, wanted: Iterable[Wanted]) -> RecordState:
    """The state with these fields staged; the bases first seen stay. A record to be deleted is no longer.

    Raises ValueError for a preview.
    """
    change = state.change
    if change is None or change.action is Action.DELETE:
        change = RecordChange(state.ref, Action.UPDATE)
    fields, wrong, labels = dict(change.fields), dict(state.wrong), dict(state.labels)
    for column, base, new, label in wanted:
        mistaken = wrong.pop(column, None)
        labels.pop(column, None)
        first = mistaken.base if mistaken is not None else base
        if isinstance(new, Invalid):
            earlier = fields.pop(column, None)
            wrong[column] = Wrong(new, earlier.base if earlier is not None else first)
        elif set_field(fields, column, first, new) and label is not None:
            labels[column] = label
    later = RecordChange(state.ref, change.action, fields, change.links)
    return RecordState(state.ref, None if later.empty else later, wrong, labels)


def wanted_by(state: RecordState) -> Iterator[Wanted]:
    """The fields of a state, to be staged on top of another."""
    for column, one in (state.change.fields if state.change is not None else {}).items():
        yield column, one.base, one.new, state.labels.get(column)
    for column, mistaken in state.wrong.items():
        yield column, mistaken.base, mistaken.invalid, None


def _keep(by_ref: dict[RecordRef, Mapping[str, T]], ref: RecordRef, values: Mapping[str, T]) -> None:
    """Hold these, or nothing at all where there are none. What is held is never altered."""
    if values:
        by_ref[ref] = values
    else:
        by_ref.pop(ref, None)


def same_state(first: RecordState, second: RecordState) -> bool:
    """Whether nothing differs, values compared as for writing (1.0 and 1.00 differ)."""
    if first.change is second.change and first.wrong == second.wrong and first.labels == second.labels:
        return True
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
