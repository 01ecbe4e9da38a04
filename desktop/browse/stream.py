"""Owns the reading of a whole view or selection for a file: in chunks, of one state, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key
from desktop.browse.keys_clause import keys_clause
from desktop.browse.links import with_links
from desktop.browse.order import Clause
from desktop.browse.reading import reading
from desktop.browse.rows import Row
from desktop.browse.select import CompiledView, compile_view
from desktop.browse.selection import ChosenKeys, Selection
from desktop.browse.shown import is_whole
from desktop.browse.view import Deleted, View
from desktop.schema.database import Database
from desktop.schema.describe import Kind
from desktop.values.locale import PLAIN, Locale

CHUNK = 2_000
"""Rows per chunk: more only holds up the other threads."""
_CHUNK_OF_LONG = 100
"""Rows per chunk where single values may be large."""
_USUAL_WEIGHT = 8_000_000
"""Characters and bytes held at once, as far as the rows before let expect."""
_FASTER = 8
"""Times as many rows as in the chunk before, at most: nobody knows yet how long the values are."""
_LONG = frozenset({Kind.LONG_TEXT, Kind.JSON, Kind.BYTES, Kind.ARRAY, Kind.OTHER})


def stream(
    database: Database,
    selection: Selection,
    view: View,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
    full: bool = True,
    names: bool = True,
    where: Clause | None = None,
) -> Iterator[list[Row]]:
    """The selected rows in the order and with the columns of ``view``; ``full``: whole values, no previews.

    Without ``names`` no row has ``labels``, which spares the look-up of what its foreign keys point to.
    ``where``: only those that meet it.
    The database is read while the iterator is: close it (or read to the end) to free the connection.
    """
    token = token or CancelToken()
    wanted = wanted_rows(database, selection, view, locale)
    if where is not None:
        wanted = replace(wanted, where=(*wanted.where, where))
    yield from _stream(wanted, token, full=full, names=names)


@dataclass(frozen=True, eq=False)
class WantedRows:
    """What a selection asks for, in the order and with the columns of a view."""

    compiled: CompiledView
    where: tuple[Clause, ...]
    keys: frozenset[Key] | None
    """Too many for one statement, which alone would keep them in order: to be picked out of all."""

    @property
    def chunk(self) -> int:
        """Rows to hold at once, where values come whole."""
        return _CHUNK_OF_LONG if any(c.kind in _LONG for c in self.compiled.columns) else CHUNK

    @property
    def long(self) -> tuple[int, ...]:
        """The places of the columns whose values may be of any length."""
        return tuple(at for at, column in enumerate(self.compiled.columns) if not is_whole(column))


def wanted_rows(database: Database, selection: Selection, view: View, locale: Locale = PLAIN) -> WantedRows:
    """The selection bound to the database; BadFilter or RefusedError where it asks for what is not there."""
    if not isinstance(selection, ChosenKeys):
        wanted = replace(selection.view, columns=view.columns, links=view.links, sort=view.sort)
        return WantedRows(compile_view(database, wanted, locale), (), None)
    everything = replace(view, filters=(), search="", deleted=Deleted.SHOWN)
    compiled = compile_view(database, everything, locale)
    width = max(1, len(compiled.table.key))
    if len(selection.keys) * width > database.capabilities.max_parameters // 2:
        return WantedRows(compiled, (), frozenset(selection.keys))
    return WantedRows(compiled, (keys_clause(database, selection.table, selection.keys),), None)


class Pace:
    """How many rows to take next, so that values of any length fit into memory: one at first, then as many as
    the heaviest row seen last allows. ``places`` are the columns whose values may be long."""

    def __init__(self, most: int, places: Sequence[int]) -> None:
        self.most = most
        self.rows = 1 if places else most
        self._places = places

    def saw(self, rows: Sequence[Sequence[Any]]) -> None:
        """These came, as they were fetched."""
        if self._places:
            heaviest = max(sum(_weight(row[place]) for place in self._places) for row in rows)
            self.rows = max(1, min(self.most, self.rows * _FASTER, _USUAL_WEIGHT // max(heaviest, 1)))


def _weight(value: object) -> int:
    return len(value) if isinstance(value, str | bytes) else 0


def _stream(wanted: WantedRows, token: CancelToken, *, full: bool, names: bool) -> Iterator[list[Row]]:
    compiled, database = wanted.compiled, wanted.compiled.database
    statement, decoder = compiled.all_rows(wanted.where, full=full, names=names)
    pace = Pace(wanted.chunk, wanted.long) if full else Pace(CHUNK, ())
    with (
        reading(database, token, snapshot=True, chunk=pace.most) as connection,
        connection.execute(statement) as result,
    ):
        while partition := result.fetchmany(pace.rows):
            token.check()
            pace.saw(partition)
            rows = decoder.rows(partition)
            if wanted.keys is not None:
                rows = [row for row in rows if row.key in wanted.keys]
            if rows:
                yield with_links(connection, database, compiled.table, compiled.view.links, rows, full=full)
