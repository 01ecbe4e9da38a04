"""Owns what two unsaved records must not both hold; only says so, and never keeps anybody from saving.

A value that must be unique may stand twice for a while: two records that swap their codes, a new record
that takes the code of one being deleted. What is saved first may settle it, and the database decides at
last. So a twin is marked and told where it is typed, and does not block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.raw import RawText
from desktop.edit.changes import Action, RecordChange
from desktop.schema.describe import Table
from desktop.staging.staged import Staged
from desktop.values.special import DEFAULT

_Held: TypeAlias = tuple[object, ...]
_PLAIN = (str, int, float, Decimal, NewKey)


class _Index:
    """Which unsaved records hold which values in some columns of a table."""

    def __init__(self) -> None:
        self._holders: dict[_Held, dict[RecordRef, None]] = {}
        self._held: dict[RecordRef, _Held] = {}

    def holders(self, values: _Held) -> Iterable[RecordRef]:
        """The records that hold these, in the order staged."""
        return self._holders.get(values, ())

    def put(self, ref: RecordRef, values: _Held | None) -> None:
        """Note what the record holds now; None: nothing that can be told."""
        before = self._held.pop(ref, None)
        if before is not None:
            del self._holders[before][ref]
        if values is not None:
            self._held[ref] = values
            self._holders.setdefault(values, {})[ref] = None


class StagedUniques:
    """Finds records staged with the same unique values; ``forget`` after the staging changed."""

    def __init__(self, staging: Staged) -> None:
        self._staging = staging
        self._known: dict[tuple[TableName, tuple[str, ...]], _Index] = {}

    def forget(self, refs: frozenset[RecordRef] | None) -> None:
        """Something else is staged now for these records, or may be for any; all others stay known."""
        if refs is None:
            self._known.clear()
            return
        staged = self._staging.changes.get
        for (table, columns), index in self._known.items():
            for ref in refs:
                if ref.table == table:
                    change = staged(ref)
                    index.put(ref, _held(change, columns) if change is not None else None)

    def twin(
        self, table: Table, ref: RecordRef | None, column: str, values: Mapping[str, object]
    ) -> RecordRef | None:
        """Another unsaved record with the same unique value in ``column`` (with its partner columns).

        ``values`` are those of the record at hand, as far as they are known.
        """
        for columns in _unique_with(table, column):
            wanted = _values(columns, values)
            if wanted is None:
                continue
            others = self._index(table.name, columns).holders(wanted)
            found = next((other for other in others if other != ref), None)
            if found is not None:
                return found
        return None

    def values_of(self, ref: RecordRef, stored: Mapping[str, object]) -> dict[str, object]:
        """What the record will hold: what is staged for it, else what is stored."""
        change = self._staging.changes.get(ref)
        return {**stored, **(change.values if change is not None else {})}

    def _index(self, table: TableName, columns: tuple[str, ...]) -> _Index:
        index = self._known.get((table, columns))
        if index is None:
            index = self._known[table, columns] = _Index()
            for change in self._staging.changes:
                if change.ref.table == table:
                    index.put(change.ref, _held(change, columns))
        return index


def twin_words(name: str) -> str:
    """The sentence for a field; ``name`` is what the other record is called."""
    return f"Another unsaved record, “{name}”, has this value already."


def _unique_with(table: Table, column: str) -> Iterator[tuple[str, ...]]:
    groups = dict.fromkeys([*(unique.columns for unique in table.uniques), table.key])
    return (columns for columns in groups if column in columns)


def _held(change: RecordChange, columns: tuple[str, ...]) -> tuple[object, ...] | None:
    """What the staged record will hold there; None where that is not known, or nothing of it is staged."""
    if change.action is Action.DELETE:
        return None
    fields = change.fields  # not ``change.values``: asked of every record of a paste, for a field or two
    return _values(columns, {name: fields[name].new for name in columns if name in fields})


def _values(columns: tuple[str, ...], values: Mapping[str, object]) -> tuple[object, ...] | None:
    """The values to compare; None where one is missing, empty or left to the database: that is no twin."""
    found = []
    for name in columns:
        value = values.get(name)
        if value is None or value is DEFAULT or isinstance(value, RawText):
            return None
        if not isinstance(value, _PLAIN) and not _hashable(value):
            return None
        found.append(value)
    return tuple(found)


def _hashable(value: object) -> bool:
    return type(value).__hash__ is not None
