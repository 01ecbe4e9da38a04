"""Owns the promise of every bulk statement: what was announced is what is touched, or nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.keys_clause import key_chunks, selection_clause
from desktop.browse.selection import AllMatching, ChosenKeys, Selection
from desktop.schema.database import Database
from desktop.schema.labels import records_word
from desktop.values.locale import PLAIN, Locale


def parts(
    database: Database, selection: Selection, *, whole: bool = False
) -> Iterator[ChosenKeys | AllMatching]:
    """The selection in parts that fit one statement each; all that match a view is always one part.

    ``whole`` keeps chosen keys together where one statement can hold them all.
    """
    if isinstance(selection, AllMatching):
        yield selection
        return
    keys = selection.keys
    if whole and _fits_one_statement(database, keys):
        yield ChosenKeys(selection.table, tuple(dict.fromkeys(keys)))
        return
    for chunk in key_chunks(database, keys):
        yield ChosenKeys(selection.table, tuple(chunk))


def _fits_one_statement(database: Database, keys: Sequence[Key]) -> bool:
    lists = database.capabilities.arrays or database.capabilities.json_lists
    if lists and all(type(key[0]) is int and len(key) == 1 for key in keys):
        return True  # one bound list
    return sum(map(len, keys)) <= database.capabilities.max_parameters // 2


def size(part: Selection) -> int:
    """How many records a part of chosen keys names; 0 for all that match."""
    return len(part.keys) if isinstance(part, ChosenKeys) else 0


def count(session: Session, database: Database, selection: Selection, locale: Locale = PLAIN) -> int:
    """How many of the selected records are there, as this transaction sees it."""
    table = database.sa(selection.table)
    total = 0
    for part in parts(database, selection):
        query = sa.select(sa.func.count()).select_from(table).where(selection_clause(database, part, locale))
        total += session.scalar(query) or 0
    return total


def require(database: Database, table: TableName, found: int, expected: int) -> None:
    """RefusedError where the count is not the one announced."""
    if found == expected:
        return
    words = records_word(database.table(table), found)
    raise RefusedError(
        Refusal(
            Reason.COUNT_CHANGED,
            f"{expected:,} were announced, but it would be {found:,} {words} now.",
            hint="Somebody has changed the table meanwhile. Nothing was done; look at them and try again.",
            table=table,
        )
    )
