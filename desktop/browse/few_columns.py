"""Owns the reading of a few columns of very many records, column by column; must not read whole records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress, count

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, TableName
from desktop.browse.decode import fetch_columns
from desktop.browse.filters import Clause
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.browse.reading import reading
from desktop.browse.row_layout import Values
from desktop.schema.database import Database

_GAPS = 1.25
"""A range is read that holds so many times the records wanted, at most."""


@dataclass(frozen=True, eq=False)
class FewColumns:
    """A few columns of those records that exist."""

    table: TableName
    names: Sequence[str]
    key: Sequence[Values]
    values: Sequence[Values]
    """In the order of ``names``, a value per record, as those of ``key``."""

    @cached_property
    def place(self) -> Mapping[Key, int]:
        """Where each record stands; made when it is first asked for, because most are never looked up."""
        return dict(zip(zip(*self.key, strict=True), count()))

    def of(self, key: Key) -> dict[str, object]:
        """The values of one record, which is among them."""
        at = self.place[key]
        return {name: values[at] for name, values in zip(self.names, self.values, strict=True)}

    def by(self, keys: Sequence[Key]) -> Sequence[Values] | None:
        """The columns in the order of these keys; None where a record of them is not there."""
        if _are(keys, self.key):  # as a rule they are read along the key
            return self.values
        places = list(map(self.place.get, keys))
        found = [at for at in places if at is not None]
        return [[column[at] for at in found] for column in self.values] if found == places else None


def read_columns(
    database: Database, table: TableName, keys: Sequence[Key], names: Sequence[str], *, token: CancelToken
) -> FewColumns:
    """These columns of the records that still exist: the short way for very many."""
    own_key = database.key_columns(table)
    wanted = [*own_key, *map(database.sa(table).c.__getitem__, names)]
    columns = [column.label(f"v{at}") for at, column in enumerate(wanted)]
    parts: list[Sequence[Values]] = []
    with reading(database, token) as connection:
        for chunk in key_chunks(database, keys):
            token.check()
            query = sa.select(*columns).where(_where(database, table, chunk))
            found = fetch_columns(connection, database.capabilities, query, columns)
            parts.append(_only(chunk, found, len(own_key)))
    whole = [list(chain.from_iterable(pieces)) for pieces in zip(*parts, strict=True)]
    return FewColumns(table, names, whole[: len(own_key)], whole[len(own_key) :])


def _where(database: Database, table: TableName, keys: Sequence[Key]) -> Clause:
    """These, which are in order, and perhaps a few between them: to read neighbours as a range is quicker."""
    (first, *others), (last, *_) = keys[0], keys[-1]
    # Numbers stand before all else in the order of keys: where the last is one, all are.
    if others or not isinstance(first, int) or not isinstance(last, int):
        return keys_clause(database, table, keys)
    if last - first >= len(keys) * _GAPS:
        return keys_clause(database, table, keys)
    (column,) = database.key_columns(table)
    return column.between(first, last)


def _only(keys: Sequence[Key], columns: Sequence[Values], width: int) -> Sequence[Values]:
    """Without those that were not asked for."""
    if _are(keys, columns[:width]):
        return columns
    wanted = list(map(set(keys).__contains__, zip(*columns[:width], strict=True)))
    return [list(compress(column, wanted)) for column in columns]


def _are(keys: Sequence[Key], columns: Sequence[Values]) -> bool:
    """Whether these columns hold just these keys, in this order."""
    return list(zip(*keys, strict=True)) == list(map(tuple, columns))
