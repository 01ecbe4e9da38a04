"""Owns what a bulk action finds staged: how many of its records, and letting go of what is gone after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.browse.outside import inside
from desktop.browse.selection import ChosenKeys, Selection
from desktop.browse.view import Deleted, View
from desktop.edit.saved import Saved
from desktop.models.connection import Connection


def count_staged(
    connection: Connection, selection: Selection, done: Callable[[int], None], owner: QObject
) -> None:
    """Tell how many of the selected records have changes that are not saved; at once where none could."""
    keys = _staged_keys(connection, selection.table)
    if not keys:
        done(0)
        return
    database, locale = connection.database, connection.locale

    def work(token: CancelToken, progress: Progress) -> int:
        if isinstance(selection, ChosenKeys):  # a million of them takes a while
            return len(set(keys).intersection(selection.keys))
        return len(inside(database, selection.view, keys, locale=locale, token=token))

    connection.side.submit(work, done, owner=owner)


def drop_gone(connection: Connection, tables: Iterable[TableName]) -> None:
    """Forget what is staged for records of these tables that the database does not have any more."""
    database = connection.database
    staged = {table: _staged_keys(connection, table) for table in tables if table in database.schema.tables}
    wanted = {table: keys for table, keys in staged.items() if keys}
    if not wanted:
        return

    def work(token: CancelToken, progress: Progress) -> list[RecordRef]:
        gone = []
        for table, keys in wanted.items():
            there = inside(database, View(table, (), deleted=Deleted.SHOWN), keys, token=token)
            gone += [RecordRef(table, key) for key in keys if key not in there]
        return gone

    def done(gone: list[RecordRef]) -> None:
        if gone:
            connection.workbench.saved_elsewhere(Saved({}, deleted=tuple(gone)))

    connection.lane.submit(work, done, owner=connection.workbench)


def _staged_keys(connection: Connection, table: TableName) -> list[Key]:
    refs = connection.workbench.staging.refs
    return [ref.key for ref in refs if ref.table == table and not isinstance(ref.key, NewKey)]
