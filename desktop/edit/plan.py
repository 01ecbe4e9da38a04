"""Owns the order of a unit's work: parents are inserted before their children, and deleted after them.

What frees a unique value goes before what takes it, as far as the foreign keys allow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.edit.changes import Action, RecordChange
from desktop.edit.delete import touched_by_delete
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey, Schema


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


def without_circles(
    changes: Iterable[RecordChange], database: Database
) -> tuple[list[RecordChange], list[RecordChange]]:
    """Staged inserts of which none waits for itself, and what is to be filled in as soon as all are there:
    new records that point to each other, or to themselves, by a field that may be empty for the moment."""
    found: dict[RecordRef, RecordChange] = {}
    later: list[RecordChange] = []
    waiting = list(changes)
    open_keys = {change.ref.key for change in waiting}
    while waiting:
        ready = [change for change in waiting if not _needs(change) & open_keys]
        if not ready and (change := _first_that_may_lack(waiting, open_keys, database)) is not None:
            names = _open_fields(change, open_keys)
            rest = {name: one for name, one in change.fields.items() if name not in names}
            later.append(replace(change, fields={name: change.fields[name] for name in names}, links={}))
            ready = [replace(change, fields=rest)]
        if not ready:  # which insert_levels tells
            ready = waiting
        found.update((change.ref, change) for change in ready)
        open_keys -= {change.ref.key for change in ready}
        waiting = [change for change in waiting if change.ref.key in open_keys]
    return list(found.values()), later


def _first_that_may_lack(
    waiting: Iterable[RecordChange], open_keys: Collection[object], database: Database
) -> RecordChange | None:
    for change in waiting:
        table = database.table(change.ref.table)
        if all(table.column(name).nullable for name in _open_fields(change, open_keys)):
            return change
    return None


def _open_fields(change: RecordChange, open_keys: Collection[object]) -> list[str]:
    return [name for name, value in change.values.items() if isinstance(value, NewKey) and value in open_keys]


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


def circular(deletes: Iterable[RecordChange], database: Database) -> dict[TableName, list[ForeignKey]]:
    """The foreign keys, by their table, that can be emptied so that records of tables that point to each
    other can be deleted together."""
    tables = {change.ref.table for change in deletes}
    if len(tables) < 2:
        return {}
    found: dict[TableName, list[ForeignKey]] = {}
    for table in tables:
        around = [
            key
            for key in database.table(table).foreign_keys
            if key.target in tables - {table} and table in _reached(key.target, tables, database)
        ]
        may_be_empty = [
            key for key in around if all(database.table(table).column(name).nullable for name in key.columns)
        ]
        if may_be_empty:
            found[table] = may_be_empty
    return found


def _reached(start: TableName, among: Collection[TableName], database: Database) -> set[TableName]:
    """The tables that foreign keys lead to from here, through these tables only."""
    reached: set[TableName] = set()
    waiting = [start]
    while waiting:
        for key in database.table(waiting.pop()).foreign_keys:
            if key.target in among and key.target not in reached:
                reached.add(key.target)
                waiting.append(key.target)
    return reached


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
