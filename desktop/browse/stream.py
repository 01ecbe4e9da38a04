"""Owns the reading of a whole view or selection for a file: in chunks, of one state, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from desktop.base.cancel import CancelToken
from desktop.browse.keys_clause import keys_clause
from desktop.browse.links import with_links
from desktop.browse.reading import reading
from desktop.browse.rows import Row
from desktop.browse.select import CompiledView, compile_view
from desktop.browse.selection import ChosenKeys, Selection
from desktop.browse.view import Deleted, View
from desktop.schema.database import Database
from desktop.schema.describe import Kind
from desktop.values.locale import PLAIN, Locale

CHUNK = 2_000
"""Rows per chunk: more only holds up the other threads."""
_CHUNK_OF_LONG = 100
"""Rows per chunk where single values may be large."""
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
) -> Iterator[list[Row]]:
    """The selected rows in the order and with the columns of ``view``; ``full``: whole values, no previews.

    Without ``names`` no row has ``labels``, which spares the look-up of what its foreign keys point to.
    The database is read while the iterator is: close it (or read to the end) to free the connection.
    """
    token = token or CancelToken()
    if not isinstance(selection, ChosenKeys):
        wanted = replace(selection.view, columns=view.columns, links=view.links, sort=view.sort)
        yield from _stream(compile_view(database, wanted, locale), None, token, full=full, names=names)
        return
    everything = replace(view, filters=(), search="", deleted=Deleted.SHOWN)
    yield from _stream(compile_view(database, everything, locale), selection, token, full=full, names=names)


def _stream(
    compiled: CompiledView, chosen: ChosenKeys | None, token: CancelToken, *, full: bool, names: bool
) -> Iterator[list[Row]]:
    database = compiled.database
    where = []
    wanted: frozenset[tuple[object, ...]] | None = None
    if chosen is not None:
        width = max(1, len(compiled.table.key))
        if len(chosen.keys) * width <= database.capabilities.max_parameters // 2:
            where.append(keys_clause(database, chosen.table, chosen.keys))
        else:  # too many for one statement, which alone would keep them in order: pick them out of all
            wanted = frozenset(chosen.keys)
    statement, decode = compiled.all_rows(where, full=full, names=names)
    size = _CHUNK_OF_LONG if any(c.kind in _LONG for c in compiled.columns) and full else CHUNK
    with (
        reading(database, token, snapshot=True, chunk=size) as connection,
        connection.execute(statement) as result,
    ):
        for partition in result.partitions(size):
            token.check()
            rows = [decode(row) for row in partition]
            if wanted is not None:
                rows = [row for row in rows if row.key in wanted]
            if rows:
                yield with_links(connection, database, compiled.table, compiled.view.links, rows, full=full)
