"""Owns loading many rows into one table at once: batches, savepoints, exact counts, refused rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby, islice

import sqlalchemy as sa

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.connect.faults import FaultKind, read_fault
from desktop.edit.explain import Attempt
from desktop.edit.recording import Recording
from desktop.edit.save_log import Recorder
from desktop.edit.session import FAULTS, Effort, check_deferred, not_stored, refuse_read_only, told, writing
from desktop.edit.upsert import (
    Counts,
    SetMode,
    Values,
    columns_set,
    insert_ignoring,
    insert_plainly,
    upsert,
)
from desktop.schema.database import Database
from desktop.schema.labels import records_word
from desktop.values.special import DEFAULT

BATCH = 1000
"""Rows between two savepoints, and between two looks at the cancel token."""
EXPLAINED = 200
"""Refused rows that are looked into one by one; further ones get the database's own words under Details."""
_END_ALL = (
    FaultKind.CANCELLED,
    FaultKind.CONNECTION,
    FaultKind.DISK_FULL,
    FaultKind.LOCKED,
    FaultKind.DEADLOCK,
    FaultKind.SERIALIZATION,
    FaultKind.READ_ONLY,
    FaultKind.MISSING_OBJECT,
    FaultKind.NOT_A_DATABASE,
    FaultKind.MOVED,
    FaultKind.OTHER,
)
"""Faults that are not the row's: no other row would fare better, the savepoint may be gone, or a bug."""
_SAME_ROW_TWICE = "21000"
"""PostgreSQL: two rows of one upsert have the same key; one after the other they are fine."""


class OnConflict(Enum):
    """What happens to a row whose key is in the table already."""

    STOP = "stop"
    """It is refused, and the first refused row ends the load with nothing written."""
    SKIP = "skip"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not written."""

    line: int
    """Its number among the rows given, from 1."""
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What became of the rows; after a dry run, what would have."""

    inserted: int = 0
    updated: int = 0
    skipped: int = 0
    refused: tuple[RefusedRow, ...] = ()
    written: bool = True
    """False after a dry run, and where STOP met a refused row: the table is as it was."""


@dataclass(frozen=True, slots=True)
class _Numbered:
    line: int
    values: Values


@dataclass(frozen=True, slots=True)
class _Failure:
    row: _Numbered
    error: Exception | None
    """None where the database ignored the row without an error."""


def load_rows(
    database: Database,
    table: TableName,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, object]],
    on_conflict: OnConflict,
    key_columns: Sequence[str] = (),
    set_modes: Mapping[str, SetMode] | None = None,
    *,
    dry_run: bool = False,
    token: CancelToken | None = None,
    progress: Progress = no_progress,
    recorder: Recorder | None = None,
) -> LoadResult:
    """Write the rows' ``columns``; a column missing from a row, or DEFAULT, is left to the database.

    One transaction: a refused row is left out and told about (SKIP, UPDATE), or ends everything (STOP).
    Without ``key_columns`` UPDATE goes by the table's key, else by a unique constraint the columns cover.
    Raises RefusedError where the whole load is impossible, CancelledError with nothing written.
    """
    token = token or CancelToken()
    keys = _key_columns(database, table, columns, on_conflict, key_columns)
    recording = Recording(database, None if dry_run else recorder)
    loader = _Loader(database, table, on_conflict, keys, set_modes or {}, recording)
    effort = Effort(Attempt(table, None, {}, "import"))
    with recording.watched(), writing(database, token, effort) as session:
        recording.begin(session)
        connection = session.connection()
        done = 0
        for batch in _batches(rows, columns):
            token.check()
            loader.load(connection, batch)
            done += len(batch)
            progress(done, None)
            if loader.stopped:
                break
        if dry_run or loader.stopped:
            if not loader.stopped:
                check_deferred(session, database)
            session.rollback()
        else:
            recording.committing()
    recording.saved()
    return loader.result(written=not dry_run and not loader.stopped)


class _Loader:
    """Writes batches and remembers what became of them."""

    def __init__(
        self,
        database: Database,
        table: TableName,
        on_conflict: OnConflict,
        key_columns: Sequence[str],
        set_modes: Mapping[str, SetMode],
        recording: Recording,
    ) -> None:
        self._recording = recording
        self._database = database
        self._table = table
        self._on_conflict = on_conflict
        self._key_columns = key_columns
        self._set_modes = set_modes
        self._counts = Counts()
        self._failures: list[_Failure] = []

    @property
    def stopped(self) -> bool:
        return self._on_conflict is OnConflict.STOP and bool(self._failures)

    def load(self, connection: sa.Connection, batch: Sequence[_Numbered]) -> None:
        """Write a batch at once; where that fails, row by row, so that only the bad rows are left out."""
        for _, group in groupby(batch, key=lambda row: tuple(row.values)):
            rows = list(group)
            self._meet([row.values for row in rows])
            counts, error = self._attempt(connection, rows)
            if counts is not None:
                self._counts += counts
            elif len(rows) == 1:
                self._failures.append(_Failure(rows[0], error))
            else:
                self._one_by_one(connection, rows)
            if self.stopped:
                return

    def result(self, *, written: bool) -> LoadResult:
        """Looks into the refused rows, which asks the database: call it after the transaction."""
        refused = tuple(self._refused(number, failure) for number, failure in enumerate(self._failures))
        if self.stopped:
            return LoadResult(refused=refused, written=False)
        counts = self._counts
        return LoadResult(counts.inserted, counts.updated, counts.skipped, refused, written)

    def _one_by_one(self, connection: sa.Connection, rows: Sequence[_Numbered]) -> None:
        for row in rows:
            counts, error = self._attempt(connection, [row])
            if counts is not None:
                self._counts += counts
                continue
            self._failures.append(_Failure(row, error))
            if self.stopped:
                return

    def _attempt(
        self, connection: sa.Connection, rows: Sequence[_Numbered]
    ) -> tuple[Counts | None, Exception | None]:
        """Write the rows within a savepoint; no counts where they had to be taken back."""
        savepoint = connection.begin_nested()
        try:
            counts = self._write(connection, [row.values for row in rows])
        except FAULTS as error:
            fault = read_fault(error)
            if fault.kind in _END_ALL and fault.sqlstate != _SAME_ROW_TWICE:
                raise
            savepoint.rollback()
            return None, error.with_traceback(None)
        if self._on_conflict is OnConflict.STOP and counts.inserted != len(rows):
            savepoint.rollback()
            return None, None
        savepoint.commit()
        self._recording.loaded(self._table, counts.keys)
        return counts, None

    def _meet(self, rows: Sequence[Values]) -> None:
        """Note what the records hold that these rows may change."""
        if self._on_conflict is not OnConflict.UPDATE or not self._recording.active:
            return
        columns = columns_set(rows[0], self._key_columns, self._set_modes)
        moving = not {*columns}.isdisjoint(self._database.table(self._table).key)
        if moving or not {*self._key_columns} <= rows[0].keys():
            # Records get other keys, or the database makes a part of what tells them apart.
            self._recording.give_up()
            return
        same = [{name: row[name] for name in self._key_columns} for row in rows]
        self._recording.meeting(self._table, same, columns)

    def _write(self, connection: sa.Connection, values: Sequence[Values]) -> Counts:
        database, table, keys = self._database, self._table, self._recording.active
        if self._on_conflict is OnConflict.STOP:
            return insert_plainly(connection, database, table, values, keys=keys)
        if self._on_conflict is OnConflict.SKIP:
            return insert_ignoring(connection, database, table, values, self._key_columns, keys=keys)
        return upsert(connection, database, table, values, self._key_columns, self._set_modes, keys=keys)

    def _refused(self, number: int, failure: _Failure) -> RefusedRow:
        attempt = Attempt(self._table, None, failure.row.values, "import")
        if failure.error is None:
            return RefusedRow(failure.row.line, not_stored(attempt))
        if number >= EXPLAINED:
            refusal = Refusal(
                Reason.OTHER,
                "The database refused this row.",
                hint="Mend the rows above first; most likely it is the same with this one.",
                table=self._table,
                details=str(failure.error),
            )
            return RefusedRow(failure.row.line, refusal)
        return RefusedRow(failure.row.line, told(failure.error, Effort(attempt), self._database))


def _batches(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> Iterator[list[_Numbered]]:
    numbered = (_Numbered(line, _given(row, columns)) for line, row in enumerate(rows, start=1))
    while batch := list(islice(numbered, BATCH)):
        yield batch


def _given(row: Mapping[str, object], columns: Sequence[str]) -> Values:
    return {name: row[name] for name in columns if name in row and row[name] is not DEFAULT}


def _key_columns(
    database: Database,
    table: TableName,
    columns: Sequence[str],
    on_conflict: OnConflict,
    wanted: Sequence[str],
) -> tuple[str, ...]:
    """The unique columns that decide whether a row is there already."""
    refuse_read_only(database, table)
    if on_conflict is OnConflict.STOP or (on_conflict is OnConflict.SKIP and not wanted):
        return ()
    described = database.table(table)
    candidates = [() if described.key_is_rowid else described.key]
    candidates += [unique.columns for unique in described.uniques]
    if wanted:
        found = next((c for c in candidates if set(c) == set(wanted)), None)
    else:
        found = next((c for c in candidates if c and set(c) <= set(columns)), None)
    if found is None:
        raise RefusedError(_no_key(database, table, wanted))
    return found


def _no_key(database: Database, table: TableName, wanted: Sequence[str]) -> Refusal:
    words = records_word(database.table(table), 2)
    sentence = f"None of the columns tells which {words} are in the table already."
    if wanted:
        named = " and ".join(f"“{name}”" for name in wanted)
        sentence = f"No unique constraint is on exactly {named}, so {words} cannot be told apart that way."
    return Refusal(
        Reason.OTHER,
        sentence,
        hint="Choose the columns of the key or of a unique constraint.",
        table=table,
        fields=tuple(wanted),
    )
