"""Owns updating records through the Session: locked, compared with what was seen, changed columns only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.edit.changes import RecordChange
from desktop.edit.compare import still_as_seen
from desktop.edit.explain import Attempt
from desktop.edit.expressions import default_expression
from desktop.edit.newkeys import NewKeys
from desktop.edit.session import Effort
from desktop.edit.stored import get_value, load_locked
from desktop.schema.database import Database
from desktop.schema.labels import column_heading, record_word
from desktop.schema.mapping import attribute
from desktop.schema.types_sqlite import bindable
from desktop.values.special import DEFAULT


def lock_and_compare(
    session: Session, database: Database, changes: Iterable[RecordChange]
) -> dict[RecordRef, object]:
    """Lock and load every record to be changed; nothing is written yet.

    Raises RefusedError: GONE where one is not there any more, CONFLICT where a field to be written is not
    what it was when the person saw it.
    """
    ordered = sorted(changes, key=lambda change: str(change.ref.table))
    loaded: dict[RecordRef, object] = {}
    for table, group in groupby(ordered, key=lambda change: change.ref.table):
        _load_table(session, database, table, list(group), loaded)
    return loaded


def update_record(
    database: Database, change: RecordChange, record: object, new_keys: NewKeys, effort: Effort
) -> None:
    """Set the changed fields on the loaded object; the next flush writes them and no others."""
    effort.attempt = Attempt(change.ref.table, change.ref, change.values, "update")
    table = database.table(change.ref.table)
    for column, value in change.values.items():
        if not table.column(column).writable:
            continue
        name = attribute(type(record), column)
        if column not in table.key:  # a key column's old value is needed to find the record
            flag_modified(record, name)  # written even where Python calls the values equal (1.0 and 1.00)
        setattr(record, name, _to_write(database, table.name, column, value, new_keys))


def _to_write(database: Database, table: TableName, column: str, value: object, new_keys: NewKeys) -> object:
    if value is DEFAULT:
        default: sa.ColumnElement[object] = default_expression(database, table, column)
        return default
    return bindable(new_keys.value(table, column, value), database.sa(table).c[column].type)


def _load_table(
    session: Session,
    database: Database,
    table: TableName,
    changes: Sequence[RecordChange],
    loaded: dict[RecordRef, object],
) -> None:
    columns = dict.fromkeys(column for change in changes for column in change.fields)
    stored = load_locked(session, database, table, [_key(change) for change in changes], columns)
    for change in changes:
        record = stored.get(_key(change))
        if record is None:
            raise RefusedError(gone(database, change.ref))
        _compare(database, change, record)
        loaded[change.ref] = record


def _key(change: RecordChange) -> Key:
    assert not isinstance(change.ref.key, NewKey)
    return change.ref.key


def _compare(database: Database, change: RecordChange, record: object) -> None:
    differing = tuple(
        column
        for column, field in change.fields.items()
        if not still_as_seen(get_value(record, column), field.base)
    )
    if differing:
        raise RefusedError(_conflict(database, change.ref, differing))


def gone(database: Database, ref: RecordRef) -> Refusal:
    """The record was deleted by somebody else."""
    return Refusal(
        Reason.GONE,
        f"This {record_word(database.table(ref.table))} does not exist any more: somebody has deleted it.",
        hint="Nothing was saved. What you typed is still here to be copied.",
        table=ref.table,
        record=ref,
    )


def _conflict(database: Database, ref: RecordRef, columns: tuple[str, ...]) -> Refusal:
    table = database.table(ref.table)
    names = ", ".join(f"“{column_heading(table, column)}”" for column in columns)
    return Refusal(
        Reason.CONFLICT,
        f"Somebody else has changed {names} of this {record_word(table)} meanwhile.",
        hint="Nothing was saved. Refresh (F5) to see their values, then decide again.",
        table=ref.table,
        fields=columns,
        record=ref,
        other=ref,
    )
