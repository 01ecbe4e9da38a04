"""Owns telling from the stored rows whether a save took place whose end nobody has seen; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, RecordRef, TableName
from desktop.browse.records import read_records
from desktop.browse.rows import Record
from desktop.edit.compare import same_value
from desktop.edit.save_log import RowChange, Values
from desktop.schema.database import Database


def took_place(database: Database, rows: Sequence[RowChange], token: CancelToken) -> bool | None:
    """Whether the rows are as the save left them (True) or as they were before it (False); None where some
    are neither, or there is nothing to go by. Raises RefusedError where the database cannot be read."""
    known = [row for row in rows if _known(database, row)]
    stored = _stored(database, known, token)
    signs = {sign for row in known for sign in _signs(row, stored)}
    return signs.pop() if len(signs) == 1 and len(known) == len(rows) else None


def _known(database: Database, row: RowChange) -> bool:
    table = database.schema.tables.get(row.table)
    key = row.key_before if row.key_before is not None else row.key_after
    return table is not None and key is not None and len(table.key) == len(key)


def _stored(database: Database, rows: Sequence[RowChange], token: CancelToken) -> Mapping[RecordRef, Record]:
    keys: dict[TableName, dict[Key, None]] = {}
    for row in rows:
        for key in (row.key_before, row.key_after):
            if key is not None:
                keys.setdefault(row.table, {})[key] = None
    return {
        record.ref: record
        for table, some in keys.items()
        for record in read_records(database, table, list(some), token=token)
    }


def _signs(row: RowChange, stored: Mapping[RecordRef, Record]) -> Iterator[bool | None]:
    """What one row tells; None where it is neither as it was nor as it was to be."""
    before = stored.get(RecordRef(row.table, row.key_before)) if row.key_before is not None else None
    after = stored.get(RecordRef(row.table, row.key_after)) if row.key_after is not None else None
    if row.key_before is None:
        yield None if after is not None and not _is(after, row.after) else after is not None
    elif row.key_after is None:
        yield before is None
    elif after is not None and _is(after, row.after):
        yield True
    else:
        yield False if before is not None and _is(before, row.before) else None


def _is(stored: Record, values: Values) -> bool:
    return all(
        name in stored.values and same_value(stored.values[name], value) for name, value in values.items()
    )
