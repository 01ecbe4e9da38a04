"""Owns how much rows weigh: the lengths of their long values, summed up by the database; loads none."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.browse.keys_clause import selection_clause
from desktop.browse.reading import reading
from desktop.browse.selection import Selection
from desktop.edit.counting import parts
from desktop.schema.database import Database
from desktop.schema.describe import Kind
from desktop.values.locale import PLAIN, Locale

MOST_WEIGHT: Final = 8_000_000
"""Of one save: what removes or changes more is not kept, and so cannot be taken back."""
_LONG = frozenset((Kind.TEXT, Kind.LONG_TEXT, Kind.JSON, Kind.BYTES, Kind.ARRAY, Kind.OTHER))


def weight(
    connection: sa.Connection,
    database: Database,
    table: TableName,
    clause: sa.ColumnElement[bool],
    names: Collection[str] | None = None,
) -> int:
    """Of these columns, or all, in the rows the clause picks; numbers and the like count nothing."""
    base, described = database.sa(table), database.table(table)
    long = [one for one in described.columns if one.kind in _LONG and (names is None or one.name in names)]
    if not long:
        return 0
    lengths = [
        sa.func.coalesce(sa.func.sum(sa.func.length(
            base.c[one.name] if one.kind is Kind.BYTES else sa.cast(base.c[one.name], sa.Text)
        ), type_=sa.BigInteger()), 0)
        for one in long
    ]  # fmt: skip
    row = connection.execute(sa.select(*lengths).select_from(base).where(clause)).one()
    return sum(int(length) for length in row)


def selected_weight(
    database: Database,
    selection: Selection,
    names: Collection[str],
    *,
    locale: Locale = PLAIN,
    token: CancelToken,
) -> int:
    """Of these columns in the selected rows, as they are now."""
    with reading(database, token) as connection:
        clauses = [selection_clause(database, part, locale) for part in parts(database, selection)]
        return sum(weight(connection, database, selection.table, clause, names) for clause in clauses)
