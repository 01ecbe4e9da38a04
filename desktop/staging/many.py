"""Owns what several records of one table share, staged over stored, and the edits that change all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from desktop.base.keys import Key, NewKey, RecordRef
from desktop.browse.many import ManyStored
from desktop.browse.rows import Linked, Record
from desktop.edit.changes import Action, LinkChange
from desktop.edit.compare import same_value
from desktop.schema.describe import Column, Table
from desktop.staging.staging import Edit, Invalid, Staging
from desktop.values.special import DEFAULT, DIFFERS

MOST = 2_000
"""Records shown together; for more there is Set Field, which needs not read them."""


class ManyRecords:
    """Several records, stored or new, as they stand in the staging now."""

    def __init__(self, table: Table, refs: Sequence[RecordRef], stored: ManyStored, staging: Staging) -> None:
        self.table = table
        self.stored = stored
        self._asked = tuple(refs)
        self._staging = staging

    def take_saved(self, records: Mapping[RecordRef, Record]) -> None:
        """This is stored of them now, or of some of them, or of others."""
        values, names = dict(self.stored.values), dict(self.stored.labels)
        for key, before in values.items():
            record = records.get(RecordRef(self.table.name, key))
            if record is not None:
                values[key] = {name: record.values.get(name, value) for name, value in before.items()}
                for name, label in record.labels.items():
                    names[name] = {**names.get(name, {}), record.values.get(name): label}
        self.stored = replace(self.stored, values=values, labels=names)

    @property
    def refs(self) -> list[RecordRef]:
        """The records that are there and are not to be deleted."""
        return [ref for ref in self._asked if self._exists(ref)]

    def stored_value(self, ref: RecordRef, column: str) -> object:
        """What is stored; of a new record what it leaves to the database."""
        if isinstance(ref.key, NewKey):
            return _left_out(self.table.column(column))
        return self.stored.values[ref.key].get(column, DIFFERS)

    def value(self, ref: RecordRef, column: str) -> object:
        """What is staged (may be an Invalid), else what is stored."""
        staged = self._staging.field(ref, column)
        if isinstance(staged, Invalid):
            return staged
        return staged.new if staged is not None else self.stored_value(ref, column)

    def shared(self, column: str, *, staged: bool = True) -> object:
        """The one value of all records, or DIFFERS; without ``staged`` of what is stored."""
        read = self.value if staged else self.stored_value
        values = (read(ref, column) for ref in self.refs)
        first = next(values, DIFFERS)
        return first if all(_same(first, other) for other in values) else DIFFERS

    def touched(self, column: str) -> bool:
        """Whether anything is staged for the column in any of them."""
        return any(self._staging.field(ref, column) is not None for ref in self.refs)

    def label(self, column: str, value: object) -> str:
        """The name of the record a foreign key points to, as far as it is known; else nothing."""
        for ref in self.refs:
            staged = self._staging.field(ref, column)
            known = self._staging.label(ref, column)
            if known and staged is not None and _same(self.value(ref, column), value):
                return known
        return self.stored.labels.get(column, {}).get(value, "")

    def edits(self, column: str, new: object, label: str | None = None) -> list[Edit]:
        """Gives the column of all records this value."""
        return [Edit(ref, column, self.stored_value(ref, column), new, label) for ref in self.refs]

    def back(self, column: str, earlier: Mapping[RecordRef, tuple[object, str | None]]) -> list[Edit]:
        """Gives every record what it had ``earlier``, or what is stored."""
        edits = []
        for ref in self.refs:
            base = self.stored_value(ref, column)
            value, label = earlier.get(ref, (base, None))
            edits.append(Edit(ref, column, base, value, label))
        return edits

    def seen(self, column: str) -> dict[RecordRef, tuple[object, str | None]]:
        """What every record has in the column now, with the name of what it points to."""
        return {ref: (self.value(ref, column), self._staging.label(ref, column) or None) for ref in self.refs}

    def linked(self, relation: str, ref: RecordRef) -> dict[Key | NewKey, str]:
        """The linked records of one record with their names, staged over stored."""
        stored: Iterable[Linked] = ()
        if not isinstance(ref.key, NewKey):
            stored = self.stored.links.get(relation, {}).get(ref.key, ())
        found: dict[Key | NewKey, str] = {one.key: one.label for one in stored}
        change = self._staging.changes.get(ref)
        link = change.links.get(relation) if change is not None else None
        if link is not None:
            target = next(one.there.target for one in self.table.links if one.name == relation)
            found = {key: name for key, name in found.items() if key not in link.removed}
            for key in link.added:
                found[key] = self._staging.titles.get(RecordRef(target, key)) or _key_words(key)
        return found

    def link_changes(
        self, relation: str, all_have: Iterable[Key | NewKey], none_has: Iterable[Key | NewKey]
    ) -> dict[RecordRef, LinkChange]:
        """What links and unlinks so that all records have the one and none has the other."""
        plus, minus = list(all_have), list(none_has)
        found = {}
        for ref in self.refs:
            linked = self.linked(relation, ref)
            change = LinkChange(
                [key for key in plus if key not in linked],
                [key for key in minus if key in linked and not isinstance(key, NewKey)],
            )
            if change.added or change.removed:
                found[ref] = change
        return found

    def counts(self) -> Counter[str]:
        """For each column or relation changed in a stored record, in how many it will change."""
        found: Counter[str] = Counter()
        for ref in self.refs:
            change = self._staging.changes.get(ref)
            if change is not None and change.action is Action.UPDATE:
                found.update(list(change.fields) + list(change.links))
            found.update(list(self._staging.wrong_in(ref)))
        return found

    def _exists(self, ref: RecordRef) -> bool:
        state = self._staging.state(ref)
        if isinstance(ref.key, NewKey):
            return state is Action.INSERT
        return ref.key in self.stored.values and state is not Action.DELETE


def _same(first: object, second: object) -> bool:
    return type(first) is type(second) and same_value(first, second)


def _left_out(column: Column) -> object:
    return DEFAULT if column.has_default or column.identity or column.generated else None


def _key_words(key: Key | NewKey) -> str:
    return "new record" if isinstance(key, NewKey) else " · ".join(str(part) for part in key)
