"""Owns the count of a view and its anchors: the order values at every BLOCK-th record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.browse.order import Anchor
from desktop.browse.reading import reading
from desktop.browse.rows import Row
from desktop.browse.select import CompiledView, compile_view
from desktop.browse.selection import ChosenKeys, Selection
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.values.locale import PLAIN, Locale

BLOCK = 250
"""Records per block."""
MOST_KEYLESS = 100_000
"""Records without a key cannot be found again: so many at most are held in memory."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a view found."""

    count: int
    """Exact at the time of the scan; at most MOST_KEYLESS where ``capped``."""
    anchors: tuple[Anchor, ...]
    """The order values of records 0, BLOCK, 2 * BLOCK...; empty where the table has no key."""
    rows: list[Row] | None = None
    """All rows, where the table has no key."""
    capped: bool = False
    """There are more rows than ``rows`` holds."""


def scan(database: Database, view: View, *, locale: Locale = PLAIN, token: CancelToken | None = None) -> Scan:
    """Counts the view and collects its anchors in one statement, which the token interrupts."""
    compiled = compile_view(database, view, locale)
    token = token or CancelToken()
    if not compiled.table.key:
        return _scan_keyless(compiled, token)
    with reading(database, token, chunk=1_000) as connection:
        anchors: list[Anchor] = []
        count = 0
        for row in connection.execute(compiled.numbered(BLOCK)):
            count = row[0]
            if count % BLOCK == 1:
                anchors.append(tuple(row[1:]))
    return Scan(count, tuple(anchors))


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


_ESTIMATE = sa.text(
    "SELECT CAST(c.reltuples AS bigint) FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relname = :name AND n.nspname = coalesce(:schema, current_schema()) AND c.reltuples >= 0"
)


def estimate(database: Database, table: TableName, *, token: CancelToken | None = None) -> int | None:
    """About how many records the table has, without counting; None where the database does not know."""
    if not database.capabilities.estimates:
        return None
    parameters = {"name": table.name, "schema": table.schema}
    with reading(database, token or CancelToken()) as connection:
        found = connection.execute(_ESTIMATE, parameters).scalar_one_or_none()
    return None if found is None else int(found)


def _scan_keyless(compiled: CompiledView, token: CancelToken) -> Scan:
    statement, decode = compiled.page((), MOST_KEYLESS + 1)
    with reading(compiled.database, token, chunk=1_000) as connection:
        rows = [decode(row) for row in connection.execute(statement)]
    capped = len(rows) > MOST_KEYLESS
    return Scan(min(len(rows), MOST_KEYLESS), (), rows[:MOST_KEYLESS], capped)
