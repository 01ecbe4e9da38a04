"""Owns how many records there are: counted exactly, or estimated without reading them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.browse.reading import reading
from desktop.browse.select import compile_view
from desktop.browse.selection import ChosenKeys, Selection
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.values.locale import PLAIN, Locale


def count(
    database: Database, selection: Selection, *, locale: Locale = PLAIN, token: CancelToken | None = None
) -> int:
    """How many of the selected records exist now."""
    token = token or CancelToken()
    with reading(database, token) as connection:
        if not isinstance(selection, ChosenKeys):
            compiled = compile_view(database, selection.view, locale)
            return int(connection.execute(compiled.count()).scalar_one())
        base, total = database.sa(selection.table), 0
        for chunk in key_chunks(database, selection.keys):
            picked = keys_clause(database, selection.table, chunk)
            statement: sa.Select[Any] = sa.select(sa.func.count()).select_from(base).where(picked)
            total += int(connection.execute(statement).scalar_one())
        return total


def count_up_to(
    database: Database, view: View, most: int, *, locale: Locale = PLAIN, token: CancelToken | None = None
) -> int:
    """As ``count`` of all that a view lets through, but looking no further than ``most + 1``: which then
    means "more than ``most``"."""
    found = compile_view(database, view, locale).first(most + 1)
    with reading(database, token or CancelToken()) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())


def estimate(database: Database, table: TableName, *, token: CancelToken | None = None) -> int | None:
    """About how many records the table has, without counting; None where the database does not know."""
    with reading(database, token or CancelToken()) as connection:
        return database.capabilities.estimate(connection, table.name, table.schema)
