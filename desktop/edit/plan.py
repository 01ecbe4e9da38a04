"""Owns the order of a unit's work: parents are inserted before their children, and deleted after them."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.base.keys import NewKey, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.edit.changes import Action, RecordChange
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


def _pointed_to(table: TableName, tables: Iterable[TableName], schema: Schema) -> bool:
    return any(
        foreign_key.table in tables and foreign_key.table != table
        for foreign_key in schema.incoming.get(table, ())
    )
