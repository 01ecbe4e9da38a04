"""Owns what a save has noted so far, and the account made of it just before COMMIT; writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.edit.compare import same_value
from desktop.edit.recorded_rows import MOST_ROWS, read_rows, with_names
from desktop.edit.save_log import RowChange, SaveLog, Values
from desktop.edit.weight import MOST_WEIGHT, weight
from desktop.schema.database import Database

FEW_ROWS: Final = 100
"""Records whose new values are not weighed before they are read."""


@dataclass(slots=True)
class Changed:
    """A row that is changed."""

    values: Values
    """As they were before."""


@dataclass(slots=True)
class Noted:
    """Row by row, under the keys from before."""

    changed: dict[tuple[TableName, Key], Changed] = field(default_factory=dict)
    new: dict[RecordRef, None] = field(default_factory=dict)
    gone: dict[tuple[TableName, Key], tuple[Values, str]] = field(default_factory=dict)
    again: dict[RecordRef, None] = field(default_factory=dict)
    """New rows under the key of a row that the same save had removed before."""
    unkept: set[TableName] = field(default_factory=set)
    too_many: bool = False
    weight: int = 0
    """Of what was read so far."""
    tables: set[TableName] = field(default_factory=set)

    @property
    def size(self) -> int:
        return len(self.gone) + len(self.changed) + len(self.new)

    def copy(self) -> Noted:
        """The same, to go back to."""
        changed = {place: Changed(one.values) for place, one in self.changed.items()}
        return replace(
            self, changed=changed, new=dict(self.new), gone=dict(self.gone), again=dict(self.again),
            unkept=set(self.unkept), tables=set(self.tables),
        )  # fmt: skip

    def add(self, ref: RecordRef) -> None:
        """A row was made."""
        assert not isinstance(ref.key, NewKey)
        self.new[ref] = None
        if (ref.table, ref.key) in self.gone:
            self.again[ref] = None


def account(
    session: Session, database: Database, noted: Noted, final: Mapping[RecordRef, RecordRef]
) -> SaveLog:
    """What is stored now is what the save leaves; ``final`` are the references that are other ones now."""
    return _Account(session, database, noted, final).finished()


class _Account:
    def __init__(
        self, session: Session, database: Database, noted: Noted, final: Mapping[RecordRef, RecordRef]
    ) -> None:
        self._session = session
        self._database = database
        self._noted = noted
        self._final = final

    def finished(self) -> SaveLog:
        self._noted.tables |= {table for table, _ in self._noted.changed} | {
            ref.table for ref in self._noted.new
        }
        if self._noted.size > MOST_ROWS:
            self._noted.too_many = True
        self._noted.unkept |= {table for table, _ in self._noted.gone if not self._is_whole(table)}
        tables, unkept = frozenset(self._noted.tables), frozenset(self._noted.unkept)
        if self._noted.too_many:
            return SaveLog((), tables, True, unkept)
        try:
            rows = [*self._made(), *self._replaced(), *self._altered(), *self._removed()]
        except _TooMuch:
            return SaveLog((), tables, True, unkept)
        rows = with_names(self._session, self._database, rows)
        return SaveLog(tuple(rows), tables, False, unkept)

    def _made(self) -> Iterator[RowChange]:
        wanted = [ref for ref in self._noted.new if (ref.table, ref.key) not in self._noted.gone]
        for ref, values, title in self._now(wanted):
            assert not isinstance(ref.key, NewKey)
            yield RowChange(ref.table, None, ref.key, {}, values, title)

    def _replaced(self) -> Iterator[RowChange]:
        """Removed and made again under the same key: to be told as a change of what differs."""
        for ref, values, title in self._now(list(self._noted.again)):
            assert not isinstance(ref.key, NewKey)
            before, _ = self._noted.gone[ref.table, ref.key]
            columns = self._database.table(ref.table).columns
            names = [c.name for c in columns if c.writable and not same_value(before[c.name], values[c.name])]
            if names:
                old, new = ({name: row[name] for name in names} for row in (before, values))
                yield RowChange(ref.table, ref.key, ref.key, old, new, title)

    def _altered(self) -> Iterator[RowChange]:
        before: dict[RecordRef, tuple[Key, Values]] = {}
        for (table, key), changed in self._noted.changed.items():
            ref = self._final.get(RecordRef(table, key), RecordRef(table, key))
            assert not isinstance(ref.key, NewKey)
            if (table, ref.key) not in self._noted.gone and ref not in self._noted.new:
                before[ref] = (key, changed.values)
        columns: dict[TableName, dict[str, None]] = {}
        for ref, (_, old) in before.items():
            columns.setdefault(ref.table, {}).update(dict.fromkeys(old))
        for ref, values, title in self._now(list(before), columns):
            key, old = before[ref]
            assert not isinstance(ref.key, NewKey)
            names = [name for name in old if not same_value(old[name], values[name])]
            if names:  # a row that an import or a trigger has left as it was is no change
                before_, after = ({name: row[name] for name in names} for row in (old, values))
                yield RowChange(ref.table, key, ref.key, before_, after, title)

    def _removed(self) -> Iterator[RowChange]:
        moved = {
            (after.table, after.key): before.key
            for before, after in self._final.items()
            if not isinstance(before.key, NewKey)
        }
        for (table, key), (values, title) in self._noted.gone.items():
            if RecordRef(table, key) not in self._noted.new and self._is_whole(table):
                first = moved.get((table, key), key)
                changed = self._noted.changed.get((table, first))
                earlier = changed.values if changed is not None else {}
                yield RowChange(table, first, None, {**values, **earlier}, {}, title)

    def _is_whole(self, table: TableName) -> bool:
        """Whether a row of it can be put back as it was: nothing of it is hidden from who saves."""
        return not self._database.table(table).unreadable

    def _now(
        self, refs: Sequence[RecordRef], only: Mapping[TableName, Collection[str]] | None = None
    ) -> Iterator[tuple[RecordRef, Values, str]]:
        """The rows as they stand, whole or ``only`` these columns. Raises _TooMuch where many weigh too much;
        a few were in memory before."""
        by_table: dict[TableName, list[Key]] = {}
        for ref in refs:
            assert not isinstance(ref.key, NewKey)
            by_table.setdefault(ref.table, []).append(ref.key)
        for table, keys in by_table.items():
            columns = self._database.table(table).columns
            names = [c.name for c in columns if only is None or c.name in only[table]]
            for chunk in key_chunks(self._database, keys):
                clause = keys_clause(self._database, table, chunk)
                if len(keys) > FEW_ROWS:
                    self._weigh(table, clause, names)
                for key, values, title in read_rows(
                    self._session, self._database, table, clause, names, title=True
                ):
                    yield RecordRef(table, key), values, title

    def _weigh(self, table: TableName, clause: sa.ColumnElement[bool], names: Collection[str]) -> None:
        self._noted.weight += weight(self._session.connection(), self._database, table, clause, names)
        if self._noted.weight > MOST_WEIGHT:
            raise _TooMuch


class _TooMuch(Exception):
    """What a save leaves is more than is kept."""
