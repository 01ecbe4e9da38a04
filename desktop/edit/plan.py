"""Owns the order of a unit's work: parents are inserted before their children, and deleted after them.

What frees a unique value goes before what takes it, as far as the foreign keys allow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.edit.changes import Action, RecordChange
from desktop.edit.delete import touched_by_delete
from desktop.schema.database import Database
from desktop.schema.describe import Schema


def insert_levels(changes: Iterable[RecordChange]) -> list[list[RecordChange]]:
    """Staged inserts in levels: the values of each level need only keys that earlier levels produced.

    Raises RefusedError where staged records wait for each other in a circle.
    """
    waiting = [change for change in changes if change.action is Action.INSERT]
    open_keys = {change.ref.key for change in waiting}
    levels = []
    while waiting:
        ready = [change for change in waiting if not _needs(change) & open_keys]
        if not ready:
            raise RefusedError(_circle(waiting[0]))
        levels.append(ready)
        open_keys -= {change.ref.key for change in ready}
        waiting = [change for change in waiting if change.ref.key in open_keys]
    return levels


def _needs(change: RecordChange) -> set[object]:
    return {value for value in change.values.values() if isinstance(value, NewKey)}


def _circle(change: RecordChange) -> Refusal:
    waiting = tuple(name for name, value in change.values.items() if isinstance(value, NewKey))
    return Refusal(
        Reason.OTHER,
        "These new records point to each other, so none of them can be saved first.",
        hint="Leave one of the references empty, save, and fill it in afterwards.",
        table=change.ref.table,
        fields=waiting,
        record=change.ref,
    )


def delete_order(deletes: Iterable[RecordChange], schema: Schema) -> list[RecordChange]:
    """Staged deletes, those of a table that points to another before those of the other."""
    waiting = list(deletes)
    ordered: list[RecordChange] = []
    while waiting:
        tables = dict.fromkeys(change.ref.table for change in waiting)
        table = next((name for name in tables if not _pointed_to(name, tables, schema)), next(iter(tables)))
        ordered += [change for change in waiting if change.ref.table == table]
        waiting = [change for change in waiting if change.ref.table != table]
    return ordered


def parents_first(level: Iterable[RecordChange], schema: Schema) -> list[list[RecordChange]]:
    """One level by table; tables that others point to come before those, for keys that were typed in."""
    waiting: dict[TableName, list[RecordChange]] = {}
    for change in level:
        waiting.setdefault(change.ref.table, []).append(change)
    ordered = []
    while waiting:
        table = next((name for name in waiting if not _points_on(name, waiting, schema)), next(iter(waiting)))
        ordered.append(waiting.pop(table))
    return ordered


def _points_on(table: TableName, others: Iterable[TableName], schema: Schema) -> bool:
    return any(key.target in others and key.target != table for key in schema.tables[table].foreign_keys)


def wait_for_inserts(
    updates: Iterable[RecordChange], inserts: Iterable[RecordChange], database: Database
) -> frozenset[RecordRef]:
    """The updates that may point to a record that is only inserted by the same save."""
    tables = frozenset(insert.ref.table for insert in inserts)
    return frozenset(change.ref for change in updates if _waits_for_inserts(change, tables, database))


def _waits_for_inserts(change: RecordChange, tables: Collection[TableName], database: Database) -> bool:
    if any(isinstance(field.new, NewKey) for field in change.fields.values()):
        return True
    return bool(tables) and any(
        key.target in tables and any(name in change.fields for name in key.columns)
        for key in database.table(change.ref.table).foreign_keys
    )


def late_deletes(
    deletes: Iterable[RecordChange], updates: Sequence[RecordChange], database: Database
) -> frozenset[RecordRef]:
    """The deletes that wait for updates, and those of what such a record may point to."""
    waiting = list(deletes)
    late = {change.ref for change in waiting if waits_for_updates(change, updates, database)}
    tables = list(dict.fromkeys(ref.table for ref in late))
    for table in tables:  # grows while it is walked
        targets = {key.target for key in database.table(table).foreign_keys}
        found = [change.ref for change in waiting if change.ref.table in targets and change.ref not in late]
        late.update(found)
        tables += {ref.table for ref in found}.difference(tables)
    return frozenset(late)


def waits_for_updates(delete: RecordChange, updates: Iterable[RecordChange], database: Database) -> bool:
    """Whether a delete may take an updated record along, or is possible only when others were led elsewhere;
    else it goes first and frees its values."""
    table = delete.ref.table
    incoming = database.incoming(table)
    along = touched_by_delete(database, table)
    to_itself = any(key.table == table for key in incoming)
    return any(
        (change.ref.table in along and (change.ref.table != table or to_itself))
        or any(
            key.table == change.ref.table and any(name in change.fields for name in key.columns)
            for key in incoming
        )
        for change in updates
    )


def _pointed_to(table: TableName, tables: Iterable[TableName], schema: Schema) -> bool:
    return any(
        foreign_key.table in tables and foreign_key.table != table
        for foreign_key in schema.incoming.get(table, ())
    )
