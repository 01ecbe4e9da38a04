"""Owns noting what a save changes, row by row, inside its own transaction; writes nothing anywhere.

What was there before can be read only there: afterwards a deleted row and all that went with it are gone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.browse.binding import bind, equals
from desktop.browse.keys_clause import selection_clause
from desktop.browse.selection import Selection
from desktop.edit.changes import RecordChange
from desktop.edit.counting import parts
from desktop.edit.noted import Changed, Noted, account
from desktop.edit.recorded_rows import MOST_ROWS, is_any, read_rows
from desktop.edit.save_log import Recorder, SaveLog, Values
from desktop.edit.stored import StoredRow
from desktop.edit.verdict import UndecidedError
from desktop.edit.weight import MOST_WEIGHT, weight
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey
from desktop.values.locale import PLAIN, Locale

_TOGETHER = 200
"""Parents looked for in one statement."""


class Recording:
    """Notes one save. Without a recorder it does nothing, and costs nothing."""

    def __init__(
        self,
        database: Database,
        recorder: Recorder | None,
        look: Callable[[Session], None] | None = None,
        finish: Callable[[Session], None] | None = None,
    ) -> None:
        """``look`` is called as each transaction begins, ``finish`` when everything staged is written."""
        self._finish = finish
        self._database = database
        self._recorder = recorder
        self._look = look
        self._log: SaveLog | None = None
        """About to be committed, or committed and not told yet."""
        self._final: Mapping[RecordRef, RecordRef] = {}
        self._noted = Noted()
        self._session: Session | None = None
        """The transaction, where somebody wants to know."""
        self._writing: Session | None = None
        """The transaction."""
        self._begin()

    def begin(self, session: Session) -> None:
        """A transaction begins, perhaps not the first for this save."""
        self._begin()
        self._session = session if self._recorder is not None else None
        self._writing = session
        if self._look is not None:
            self._look(session)

    def updating(
        self, changes: Sequence[RecordChange], stored: Mapping[RecordRef, StoredRow] | None = None
    ) -> None:
        """These records are going to be changed in these fields: as they were read, or where they were not,
        only if they still are as they were seen."""
        if self._session is None or self._noted.too_many:
            return
        self._noted.tables |= {change.ref.table for change in changes if change.fields}
        if self._noted.size + len(changes) > MOST_ROWS:
            self.give_up()
            return
        for change in changes:
            table = self._database.table(change.ref.table)
            fields = {name: field for name, field in change.fields.items() if table.column(name).writable}
            if fields:
                assert not isinstance(change.ref.key, NewKey)
                row = stored[change.ref].values if stored is not None else None
                before = {name: field.base if row is None else row[name] for name, field in fields.items()}
                self._noted.changed[table.name, change.ref.key] = Changed(before)

    def giving_way(self, ref: RecordRef, column: str, value: object) -> None:
        """This record is going to hold a stand-in in place of the value, until its own turn."""
        if self._session is not None and not self._noted.too_many:
            assert not isinstance(ref.key, NewKey)
            known = self._noted.changed.setdefault((ref.table, ref.key), Changed({}))
            known.values = {column: value, **known.values}

    def updating_selected(
        self, selection: Selection, columns: Iterable[str], locale: Locale = PLAIN, announced: int = 0
    ) -> None:
        """These columns of the selected rows, so many where that is known, are going to be changed."""
        if not self._takes(selection.table, announced):
            return
        names = list(columns)
        for part in parts(self._database, selection):
            clause = selection_clause(self._database, part, locale)
            for key, values, _ in self._rows(selection.table, clause, names):
                self._noted.changed.setdefault((selection.table, key), Changed(values))

    def inserted(self, final: Mapping[RecordRef, RecordRef]) -> None:
        """These staged records have their keys now (those of changed ones are among them)."""
        if self._session is not None:
            for staged, known in final.items():
                if isinstance(staged.key, NewKey):
                    self._noted.add(known)

    @property
    def active(self) -> bool:
        """Somebody wants to know, and it is not too much yet."""
        return self._session is not None and not self._noted.too_many

    def meeting(self, table: TableName, same: Sequence[Values], columns: Sequence[str]) -> None:
        """Rows with these values may be there already, and may be changed in these columns by an import."""
        for clause in self._are(table, same):
            for key, values, _ in self._rows(table, clause, columns):
                self._noted.changed.setdefault((table, key), Changed(values))

    def loaded(self, table: TableName, keys: Iterable[Key]) -> None:
        """These rows of an import are there now; those that it has not met are new."""
        for key in keys:
            if (table, key) not in self._noted.changed:
                self._noted.add(RecordRef(table, key))
        if self._noted.size > MOST_ROWS:
            self.give_up()

    def give_up(self) -> None:
        """It cannot be known exactly what is changed: nothing of it is kept."""
        self._noted = Noted(
            tables=self._noted.tables
            | {table for table, _ in self._noted.changed}
            | {ref.table for ref in self._noted.new},
            too_many=True,
        )

    def linked(self, through: TableName, rows: Sequence[Values]) -> None:
        """Rows of a table in between were added."""
        if self._session is None:
            return
        for clause in self._are(through, rows):
            for key, _, _ in self._rows(through, clause, []):
                self._noted.add(RecordRef(through, key))

    def unlinking(self, through: TableName, rows: Sequence[Values]) -> None:
        """Rows of a table in between are going to be removed."""
        if self._session is not None:
            for clause in self._are(through, rows):
                self._going(through, clause)

    def deleting(self, selection: Selection, locale: Locale = PLAIN, announced: int = 0) -> None:
        """The selected rows, so many where that is known, are going to be deleted, and what the database
        deletes or empties with them."""
        if self._takes(selection.table, announced):
            for part in parts(self._database, selection):
                self._going(selection.table, selection_clause(self._database, part, locale))

    def committing(self, final: Mapping[RecordRef, RecordRef] | None = None) -> None:
        """The last moment inside the transaction: what is stored now is what the save leaves."""
        if self._finish is not None and self._writing is not None:
            self._finish(self._writing)
        if self._session is None or self._recorder is None:
            return
        self._final = final or {}
        self._log = account(self._session, self._database, self._noted, self._final)
        self._recorder.committing(self._final, self._log)

    def saved(self) -> None:
        """It was committed."""
        if self._log is not None and self._recorder is not None:
            self._recorder.saved(self._log)
            self._log = None

    def failed(self) -> None:
        """It was not committed, so that it is forgotten again."""
        if self._log is not None and self._recorder is not None:
            self._recorder.failed(self._log)
            self._log = None

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """Around what may be refused and taken back by itself: then nothing of it is noted."""
        before = self._noted.copy() if self._session is not None else None
        try:
            yield
        except BaseException:
            self._noted = before or self._noted
            raise

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Around a transaction: what ends in anything but its COMMIT has failed, unless nobody can tell."""
        try:
            yield
        except UndecidedError:
            raise
        except BaseException:
            self.failed()
            raise

    def _begin(self) -> None:
        self._session = None
        self._writing = None
        self._noted = Noted()
        self._final = {}
        self._log = None

    def _takes(self, table: TableName, announced: int) -> bool:
        """Whether so many more rows can be noted; where they cannot, none is weighed or read."""
        if self.active and self._noted.size + announced > MOST_ROWS:
            self._noted.tables.add(table)
            self.give_up()
        return self.active

    # what goes along

    def _going(self, table: TableName, clause: sa.ColumnElement[bool]) -> None:
        waiting = deque([(table, self._take(table, clause))])
        while waiting and not self._noted.too_many:
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
            clause = _points_to(self._database, foreign_key, parents[start : start + _TOGETHER])
            if not self._database.table(child).key:
                if self._session is not None and is_any(self._session, self._database, child, clause):
                    self._noted.unkept.add(child)
            elif foreign_key.on_delete == "CASCADE":
                taken += self._take(child, clause)
            else:
                for key, values, _ in self._rows(child, clause, foreign_key.columns):
                    known = self._noted.changed.setdefault((child, key), Changed({}))
                    known.values = {**values, **known.values}
        return taken

    def _take(self, table: TableName, clause: sa.ColumnElement[bool]) -> list[Values]:
        """Note these rows as gone; those that were not yet, with every column."""
        names = [column.name for column in self._database.table(table).columns]
        new: list[Values] = []
        for key, values, title in self._rows(table, clause, names, title=True):
            if (table, key) not in self._noted.gone:
                self._noted.gone[table, key] = (values, title)
                new.append(values)
            elif RecordRef(table, key) in self._noted.again:
                del self._noted.again[RecordRef(table, key)], self._noted.new[RecordRef(table, key)]
                new.append(values)
        return new

    # reading

    def _are(self, table: TableName, rows: Sequence[Values]) -> Iterator[sa.ColumnElement[bool]]:
        """These rows, some at a time; no more once they are too many to be kept."""
        columns = self._database.sa(table).c
        for start in range(0, len(rows), _TOGETHER):
            if self._noted.too_many:
                return
            part = rows[start : start + _TOGETHER]
            same = [sa.and_(*(equals(columns[name], value) for name, value in row.items())) for row in part]
            yield sa.or_(*same)

    def _rows(
        self, table: TableName, clause: sa.ColumnElement[bool], names: Sequence[str], *, title: bool = False
    ) -> list[tuple[Key, Values, str]]:
        """The rows with their keys; none, and a note of it, where they are too many."""
        assert self._session is not None
        self._noted.tables.add(table)
        if not self._noted.too_many:  # what holds more than is kept is not even read, however few they are
            connection = self._session.connection()
            self._noted.weight += weight(connection, self._database, table, clause, names)
            self._noted.too_many = self._noted.weight > MOST_WEIGHT
        if self._noted.too_many:
            return []
        found = list(read_rows(self._session, self._database, table, clause, names, title=title))
        if len(found) + self._noted.size > MOST_ROWS:
            self._noted.too_many = True
            return []
        return found


def _points_to(
    database: Database, foreign_key: ForeignKey, parents: Sequence[Values]
) -> sa.ColumnElement[bool]:
    child = database.sa(foreign_key.table)
    pairs = list(zip(foreign_key.columns, foreign_key.target_columns, strict=True))
    return sa.or_(
        *(sa.and_(*(child.c[here] == bind(row[there], child.c[here].type) for here, there in pairs))
          for row in parents if all(row[there] is not None for _, there in pairs)),
        sa.false(),
    )  # fmt: skip
