"""The oracle of the staging: what must be shown and stored, by plain dicts and whole copies."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from desktop.base.keys import RecordRef

Values = dict[str, object]


@dataclass
class Staged:
    """What is staged at one moment."""

    edits: dict[int, Values] = field(default_factory=dict)
    """By stored key: the columns that differ from what is stored; a Wrong for a text that is no value."""
    deletes: set[int] = field(default_factory=set)
    new: dict[RecordRef, Values] = field(default_factory=dict)

    def drop(self, record: int | RecordRef) -> None:
        """Take back a stored record's edits, or a new record."""
        if isinstance(record, int):
            del self.edits[record]
        else:
            del self.new[record]

    def clear(self) -> None:
        self.edits.clear()
        self.deletes.clear()
        self.new.clear()


@dataclass(frozen=True)
class Wrong:
    """A text that is no value of its column."""

    text: str


class Oracle:
    """Stored rows, staged changes, and every moment since the last save for undo."""

    def __init__(self, stored: dict[int, Values]) -> None:
        self.stored = stored
        self.now = Staged()
        self._past: list[Staged] = []
        self._future: list[Staged] = []

    def do(self, change: Callable[[Staged], None]) -> None:
        """One undo step, or none where nothing differs afterwards."""
        after = copy.deepcopy(self.now)
        change(after)
        if after != self.now:
            self._past.append(self.now)
            self._future.clear()
            self.now = after

    def edit(self, staged: Staged, key: int, column: str, value: object) -> None:
        """Stage one field of a stored record."""
        fields = staged.edits.setdefault(key, {})
        fields.pop(column, None)
        if value != self.stored[key][column]:
            fields[column] = value
        if not fields:
            del staged.edits[key]

    def delete(self, staged: Staged, key: int) -> None:
        """Stage the delete of a stored record."""
        staged.edits.pop(key, None)
        staged.deletes.add(key)

    def undo(self) -> bool:
        if not self._past:
            return False
        self._future.append(self.now)
        self.now = self._past.pop()
        return True

    def redo(self) -> bool:
        if not self._future:
            return False
        self._past.append(self.now)
        self.now = self._future.pop()
        return True

    @property
    def refused(self) -> bool:
        """Whether a save must be refused: an invalid text, or a record that somebody else has deleted."""
        texts = [
            value
            for fields in (*self.now.edits.values(), *self.now.new.values())
            for value in fields.values()
        ]
        touched = {*self.now.edits, *self.now.deletes}
        return any(isinstance(value, Wrong) for value in texts) or not touched <= self.stored.keys()

    def saved(self, keys: dict[RecordRef, int]) -> None:
        """Everything staged is stored now; new records got these keys."""
        for key, fields in self.now.edits.items():
            self.stored[key] |= fields
        for key in self.now.deletes:
            del self.stored[key]
        for ref, fields in self.now.new.items():
            self.stored[keys[ref]] = {"name": None, "size": None} | fields
        self.now = Staged()
        self._past.clear()
        self._future.clear()

    def shown(self, sort: tuple[str, bool] | None, least: int | None, nulls_first: bool) -> list[int]:
        """The stored keys in the order of a view."""
        keys = [k for k, v in sorted(self.stored.items()) if least is None or _at_least(v["size"], least)]
        if sort is not None:
            column, descending = sort
            values = {k: k if column == "id" else self.stored[k][column] for k in keys}
            empty = [k for k in keys if values[k] is None]
            known = [k for k in keys if values[k] is not None]
            known.sort(key=lambda k: (str(type(values[k])), values[k], k))
            keys = empty + known if nulls_first else known + empty
            if descending:  # the key goes the way of the column, NULL too
                keys.reverse()
        return keys


def _at_least(value: object, least: int) -> bool:
    return isinstance(value, int) and value >= least
