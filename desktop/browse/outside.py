"""Owns reading records by key that a view does not return; decides nothing about who wants to see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key
from desktop.browse.conditions import view_conditions
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.browse.links import with_links
from desktop.browse.reading import reading
from desktop.browse.rows import Row
from desktop.browse.select import compile_view
from desktop.browse.view import Deleted, View
from desktop.schema.database import Database
from desktop.values.locale import PLAIN, Locale


def inside(
    database: Database,
    view: View,
    keys: Sequence[Key],
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
) -> set[Key]:
    """Which of these records the view returns."""
    columns = database.key_columns(view.table)
    conditions = view_conditions(database, view, locale)
    found: set[Key] = set()
    with reading(database, token or CancelToken()) as connection:
        for chunk in key_chunks(database, keys):
            statement = sa.select(*columns).select_from(database.sa(view.table))
            statement = statement.where(*conditions, keys_clause(database, view.table, chunk))
            found.update(tuple(row) for row in connection.execute(statement))
    return found


def rows_outside(
    database: Database,
    view: View,
    keys: Sequence[Key],
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
) -> list[Row]:
    """Those of these records that exist and that the view does not return, with the view's columns.

    What the view pins holds for them too: the children of one record are never shown with another's.
    """
    there = inside(database, view, keys, locale=locale, token=token)
    wanted = [key for key in keys if key not in there]
    if not wanted:
        return []
    open_view = replace(view, filters=(), search="", sort=(), deleted=Deleted.SHOWN)
    compiled = compile_view(database, open_view, locale)
    rows: list[Row] = []
    with reading(database, token or CancelToken()) as connection:
        for chunk in key_chunks(database, wanted):
            statement, decoder = compiled.page([keys_clause(database, view.table, chunk)], len(chunk))
            rows += decoder.fetch(connection, database.capabilities, statement)
        return with_links(connection, database, compiled.table, view.links, rows)
