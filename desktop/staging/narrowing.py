"""Owns which stored records a search in cells need look at, as a condition; looks at none itself.

The condition lets every record through that has a match, and perhaps others: the match is made in Python,
whose idea of the same letter in another case goes further than some databases'. Only what stands behind a
character zero is not found, as in filters.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from desktop.base.keys import Key, TableName
from desktop.browse.filters import Clause, as_text, contains
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.schema.database import Database
from desktop.schema.describe import Kind
from desktop.schema.types import AsText, CastText
from desktop.schema.types_sqlite import SqliteAny
from desktop.staging.replacing import Search

_MORE = frozenset("iksIKS")
"""For Python ı, the Kelvin sign and ſ are these letters too."""
_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)
_MOST_CHUNKS = 2
"""Of keys in one statement."""


def candidates(
    database: Database, table: TableName, columns: Sequence[str], search: Search, changed: Collection[Key]
) -> Clause | None:
    """The records that may have a match in these columns, and those that are changed and not saved.

    None where each has to be looked at: for a pattern, for other values than texts, where very many are
    changed.
    """
    part = _sure_part(search)
    described, base = database.table(table), database.sa(table)
    odd = (AsText, CastText, SqliteAny)
    if not part or any(
        described.column(name).kind not in _TEXTS or isinstance(base.c[name].type, odd) for name in columns
    ):
        return None
    chunks = list(key_chunks(database, list(changed))) if changed else []
    if len(chunks) > (_MOST_CHUNKS if len(described.key) == 1 else 1):
        return None
    holds = (contains(as_text(base.c[name]), part, database.capabilities.fold) for name in columns)
    return sa.or_(*holds, *(keys_clause(database, table, chunk) for chunk in chunks))


def _sure_part(search: Search) -> str:
    """The longest part of what is sought that can be left to the database."""
    if search.regex:
        return ""
    parts = "".join(sign if _is_sure(sign) else "\0" for sign in search.find).split("\0")
    return max(parts, key=len)


def _is_sure(sign: str) -> bool:
    """Whether everybody holds it for the same signs: a letter of ASCII, or what has no other case."""
    if sign in _MORE or "\ud800" <= sign <= "\udfff":
        return False
    return sign.isascii() or sign.lower() == sign.upper() == sign.casefold() == sign
