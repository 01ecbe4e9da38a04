"""Owns noting what a save changes, row by row, inside its own transaction; writes nothing anywhere.

What was there before can be read only there: afterwards a deleted row and all that went with it are gone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.browse.binding import bind, equals
from desktop.browse.keys_clause import key_chunks, keys_clause, selection_clause
from desktop.browse.selection import Selection
from desktop.edit.changes import RecordChange
from desktop.edit.compare import same_value
from desktop.edit.counting import parts
from desktop.edit.stored import StoredRow
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey
from desktop.schema.labels import label_expression
from desktop.values.locale import PLAIN, Locale

MOST_ROWS: Final = 5_000
"""Of one save: what changes more rows is not kept, and so cannot be taken back."""
_TOGETHER = 200
"""Parents looked for in one statement."""

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row as it was before a save and as the save left it."""

    table: TableName
    key_before: Key | None
    """None where the save made the row."""
    key_after: Key | None
    """None where the save removed the row."""
    before: Values
    """Of a removed row every column, of a changed one those that were changed."""
    after: Values
    """Of a new row every column, of a changed one those that were changed."""
    title: str = ""


@dataclass(frozen=True, slots=True)
class SaveLog:
    """Everything a save did."""

    rows: tuple[RowChange, ...]
    tables: frozenset[TableName]
    """Of all rows, those that were too many to be kept too."""
    too_many: bool = False
    """There were more than MOST_ROWS, and none is kept."""
    unkept: frozenset[TableName] = frozenset()
    """Tables without a key that lost rows by a cascade; those cannot be put back."""


class Recorder(Protocol):
    """Who wants to know what is saved; called in the thread that saves. Must not raise."""

    def committing(self, final: Mapping[RecordRef, RecordRef]) -> None:
        """Everything is written and verified, COMMIT comes next."""

    def saved(self, log: SaveLog) -> None:
        """It was committed."""


@dataclass(frozen=True, slots=True)
class Recorders:
    """Several who want to know."""

    all: tuple[Recorder, ...]

    def committing(self, final: Mapping[RecordRef, RecordRef]) -> None:
        """Everything is written and verified, COMMIT comes next."""
        for one in self.all:
            one.committing(final)

    def saved(self, log: SaveLog) -> None:
        """It was committed."""
        for one in self.all:
            one.saved(log)


class Recording:
    """Notes one save. Without a recorder it does nothing, and costs nothing."""

    def __init__(
        self,
        database: Database,
        recorder: Recorder | None,
        look: Callable[[Session], None] | None = None,
    ) -> None:
        """``look`` is called as each transaction begins."""
        self._database = database
        self._recorder = recorder
        self._look = look
        self._log: SaveLog | None = None
        self._final: Mapping[RecordRef, RecordRef] = {}
        self._begin()

    def begin(self, session: Session) -> None:
        """A transaction begins, perhaps not the first for this save."""
        self._begin()
        self._session: Session | None = session if self._recorder is not None else None
        if self._look is not None:
            self._look(session)

    def updating(self, stored: Mapping[RecordRef, StoredRow], changes: Iterable[RecordChange]) -> None:
        """These records, as they were read, are going to be changed in these fields."""
        if self._session is None:
            return
        for change in changes:
            row, table = stored[change.ref], self._database.table(change.ref.table)
            names = [name for name in change.fields if table.column(name).writable]
            if names:
                assert not isinstance(change.ref.key, NewKey)
                self._changed[table.name, change.ref.key] = _Changed(
                    {name: row.values[name] for name in names}
                )

    def updating_selected(self, selection: Selection, columns: Iterable[str], locale: Locale = PLAIN) -> None:
        """These columns of the selected rows are going to be changed by one statement."""
        if self._session is None or self._too_many:
            return
        names = list(columns)
        for part in parts(self._database, selection):
            clause = selection_clause(self._database, part, locale)
            for key, values, _ in self._rows(selection.table, clause, names):
                self._changed.setdefault((selection.table, key), _Changed(values))

    def inserted(self, final: Mapping[RecordRef, RecordRef]) -> None:
        """These staged records have their keys now (those of changed ones are among them)."""
        if self._session is not None:
            for staged, known in final.items():
                if isinstance(staged.key, NewKey):
                    self._add(known)

    def linked(self, through: TableName, rows: Sequence[Values]) -> None:
        """Rows of a table in between were added."""
        if self._session is None:
            return
        for clause in self._are(through, rows):
            for key, _, _ in self._rows(through, clause, []):
                self._add(RecordRef(through, key))

    def unlinking(self, through: TableName, rows: Sequence[Values]) -> None:
        """Rows of a table in between are going to be removed."""
        if self._session is not None:
            for clause in self._are(through, rows):
                self._going(through, clause)

    def deleting(self, selection: Selection, locale: Locale = PLAIN) -> None:
        """The selected rows are going to be deleted, and what the database deletes or empties with them."""
        if self._session is not None and not self._too_many:
            for part in parts(self._database, selection):
                self._going(selection.table, selection_clause(self._database, part, locale))

    def committing(self, final: Mapping[RecordRef, RecordRef] | None = None) -> None:
        """The last moment inside the transaction: what is stored now is what the save leaves."""
        if self._session is None or self._recorder is None:
            return
        self._final = final or {}
        self._log = self._finished()
        self._recorder.committing(self._final)

    def saved(self) -> None:
        """It was committed."""
        if self._log is not None and self._recorder is not None:
            self._recorder.saved(self._log)

    def _begin(self) -> None:
        self._session = None
        self._changed: dict[tuple[TableName, Key], _Changed] = {}
        self._new: dict[RecordRef, None] = {}
        self._gone: dict[tuple[TableName, Key], tuple[Values, str]] = {}
        self._again: dict[RecordRef, None] = {}
        """New rows under the key of a row that the same save had removed before."""
        self._unkept: set[TableName] = set()
        self._too_many = False
        self._tables: set[TableName] = set()
        self._final = {}
        self._log = None

    def _add(self, ref: RecordRef) -> None:
        assert not isinstance(ref.key, NewKey)
        self._new[ref] = None
        if (ref.table, ref.key) in self._gone:
            self._again[ref] = None

    # what goes along

    def _going(self, table: TableName, clause: sa.ColumnElement[bool]) -> None:
        waiting = deque([(table, self._take(table, clause))])
        while waiting and not self._too_many:
            parent, rows = waiting.popleft()
            for foreign_key in self._database.incoming(parent):
                if rows and foreign_key.table in self._database.schema.tables:
                    found = self._children(foreign_key, rows)
                    if found:
                        waiting.append((foreign_key.table, found))

    def _children(self, foreign_key: ForeignKey, parents: Sequence[Values]) -> list[Values]:
        """The rows a foreign key takes along; those it only empties are noted as changed."""
        child = foreign_key.table
        if foreign_key.on_delete not in ("CASCADE", "SET NULL", "SET DEFAULT"):
            return []
        taken: list[Values] = []
        for start in range(0, len(parents), _TOGETHER):
            clause = self._points_to(foreign_key, parents[start : start + _TOGETHER])
            if not self._database.table(child).key:
                if self._any(child, clause):
                    self._unkept.add(child)
            elif foreign_key.on_delete == "CASCADE":
                taken += self._take(child, clause)
            else:
                for key, values, _ in self._rows(child, clause, foreign_key.columns):
                    known = self._changed.setdefault((child, key), _Changed({}))
                    known.values = {**values, **known.values}
        return taken

    def _take(self, table: TableName, clause: sa.ColumnElement[bool]) -> list[Values]:
        """Note these rows as gone; those that were not yet, with every column."""
        names = [column.name for column in self._database.table(table).columns]
        new: list[Values] = []
        for key, values, title in self._rows(table, clause, names, title=True):
            if (table, key) not in self._gone:
                self._gone[table, key] = (values, title)
                new.append(values)
            elif RecordRef(table, key) in self._again:
                del self._again[RecordRef(table, key)], self._new[RecordRef(table, key)]
                new.append(values)
        return new

    def _points_to(self, foreign_key: ForeignKey, parents: Sequence[Values]) -> sa.ColumnElement[bool]:
        child = self._database.sa(foreign_key.table)
        pairs = list(zip(foreign_key.columns, foreign_key.target_columns, strict=True))
        return sa.or_(
            *(sa.and_(*(child.c[here] == bind(row[there], child.c[here].type) for here, there in pairs))
              for row in parents if all(row[there] is not None for _, there in pairs)),
            sa.false(),
        )  # fmt: skip

    # reading

    def _are(self, table: TableName, rows: Sequence[Values]) -> Iterator[sa.ColumnElement[bool]]:
        """These rows, some at a time; no more once they are too many to be kept."""
        columns = self._database.sa(table).c
        for start in range(0, len(rows), _TOGETHER):
            if self._too_many:
                return
            part = rows[start : start + _TOGETHER]
            same = [sa.and_(*(equals(columns[name], value) for name, value in row.items())) for row in part]
            yield sa.or_(*same)

    def _any(self, table: TableName, clause: sa.ColumnElement[bool]) -> bool:
        assert self._session is not None
        query = sa.select(sa.literal(1)).select_from(self._database.sa(table)).where(clause).limit(1)
        return self._session.execute(query).first() is not None

    def _rows(
        self, table: TableName, clause: sa.ColumnElement[bool], names: Sequence[str], *, title: bool = False
    ) -> list[tuple[Key, Values, str]]:
        """The rows with their keys; none, and a note of it, where they are too many."""
        assert self._session is not None
        self._tables.add(table)
        if self._too_many:
            return []
        found = list(read_rows(self._session, self._database, table, clause, names, title=title))
        if len(found) + len(self._gone) + len(self._changed) + len(self._new) > MOST_ROWS:
            self._too_many = True
            return []
        return found

    # the result

    def _finished(self) -> SaveLog:
        self._tables |= {table for table, _ in self._changed} | {ref.table for ref in self._new}
        if len(self._changed) + len(self._new) + len(self._gone) > MOST_ROWS:
            self._too_many = True
        tables, unkept = frozenset(self._tables), frozenset(self._unkept)
        if self._too_many:
            return SaveLog((), tables, True, unkept)
        rows = [*self._made(), *self._replaced(), *self._altered(), *self._removed()]
        return SaveLog(tuple(rows), tables, False, unkept)

    def _made(self) -> Iterator[RowChange]:
        wanted = [ref for ref in self._new if (ref.table, ref.key) not in self._gone]
        for ref, values, title in self._now(wanted):
            assert not isinstance(ref.key, NewKey)
            yield RowChange(ref.table, None, ref.key, {}, values, title)

    def _replaced(self) -> Iterator[RowChange]:
        """Removed and made again under the same key: to be told as a change of what differs."""
        for ref, values, title in self._now(list(self._again)):
            assert not isinstance(ref.key, NewKey)
            before, _ = self._gone[ref.table, ref.key]
            columns = self._database.table(ref.table).columns
            names = [c.name for c in columns if c.writable and not same_value(before[c.name], values[c.name])]
            if names:
                old, new = ({name: row[name] for name in names} for row in (before, values))
                yield RowChange(ref.table, ref.key, ref.key, old, new, title)

    def _altered(self) -> Iterator[RowChange]:
        before: dict[RecordRef, tuple[Key, Values]] = {}
        for (table, key), changed in self._changed.items():
            ref = self._final.get(RecordRef(table, key), RecordRef(table, key))
            assert not isinstance(ref.key, NewKey)
            if (table, ref.key) not in self._gone and ref not in self._new:
                before[ref] = (key, changed.values)
        for ref, values, title in self._now(list(before)):
            key, old = before[ref]
            assert not isinstance(ref.key, NewKey)
            yield RowChange(ref.table, key, ref.key, old, {name: values[name] for name in old}, title)

    def _removed(self) -> Iterator[RowChange]:
        moved = {
            (after.table, after.key): before.key
            for before, after in self._final.items()
            if not isinstance(before.key, NewKey)
        }
        for (table, key), (values, title) in self._gone.items():
            if RecordRef(table, key) not in self._new:
                first = moved.get((table, key), key)
                changed = self._changed.get((table, first))
                earlier = changed.values if changed is not None else {}
                yield RowChange(table, first, None, {**values, **earlier}, {}, title)

    def _now(self, refs: Sequence[RecordRef]) -> Iterator[tuple[RecordRef, Values, str]]:
        """The rows as they stand, whole."""
        assert self._session is not None
        by_table: dict[TableName, list[Key]] = {}
        for ref in refs:
            assert not isinstance(ref.key, NewKey)
            by_table.setdefault(ref.table, []).append(ref.key)
        for table, keys in by_table.items():
            names = [column.name for column in self._database.table(table).columns]
            for chunk in key_chunks(self._database, keys):
                clause = keys_clause(self._database, table, chunk)
                for key, values, title in read_rows(
                    self._session, self._database, table, clause, names, title=True
                ):
                    yield RecordRef(table, key), values, title


@dataclass(slots=True)
class _Changed:
    values: Values
    """As they were before."""


def read_rows(
    session: Session,
    database: Database,
    table: TableName,
    clause: sa.ColumnElement[bool],
    names: Sequence[str],
    *,
    title: bool = False,
) -> Iterator[tuple[Key, Values, str]]:
    """Key, values by column and name of the rows the clause picks, at most one more than MOST_ROWS."""
    base, keys = database.sa(table), database.key_columns(table)
    columns: list[Any] = [column.label(f"k{place}") for place, column in enumerate(keys)]
    columns += [base.c[name].label(f"v{place}") for place, name in enumerate(names)]
    if title:
        columns.append(label_expression(database, table, base).label("own"))
    query = sa.select(*columns).select_from(base).where(clause).order_by(*keys).limit(MOST_ROWS + 1)
    if database.capabilities.row_locks:
        query = query.with_for_update(of=base)
    width = len(keys)
    for row in session.execute(query):
        own = row[-1] if title else ""
        values = dict(zip(names, row[width : width + len(names)], strict=True))
        yield tuple(row[:width]), values, "" if own is None else str(own)
