"""Owns the reading of a view in blocks, by key and never by OFFSET; the door to all other readers too."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key
from desktop.browse.binding import equals
from desktop.browse.counts import count, count_up_to, estimate
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.browse.links import with_links
from desktop.browse.lookups import labels_of, lookup
from desktop.browse.order import Anchor, Clause, before, segments
from desktop.browse.ranges import MOST, steps_between
from desktop.browse.reading import reading
from desktop.browse.records import read_blob, read_record, read_records
from desktop.browse.rows import Row
from desktop.browse.scan import BLOCK, MOST_KEYLESS, Scan, scan, will_walk
from desktop.browse.select import CompiledView, compile_view
from desktop.browse.stream import stream
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.values.locale import PLAIN, Locale

__all__ = [
    "BLOCK",
    "MOST_KEYLESS",
    "Scan",
    "begin",
    "block",
    "count",
    "count_up_to",
    "estimate",
    "first_block",
    "keys",
    "labels_of",
    "lookup",
    "position",
    "read_blob",
    "read_record",
    "read_records",
    "scan",
    "stream",
]

_KEYS = 10_000
"""Keys read at a time, where nothing else is."""


def first_block(
    database: Database, view: View, *, locale: Locale = PLAIN, token: CancelToken | None = None
) -> list[Row]:
    """The first BLOCK rows; needs no scan and counts nothing. Of a view ``only_staged`` nothing is asked."""
    if view.only_staged:
        return []
    return _read(compile_view(database, view, locale), None, None, token or CancelToken())


def begin(
    database: Database, view: View, *, locale: Locale = PLAIN, token: CancelToken | None = None
) -> list[Row] | None:
    """As ``first_block``; None where nothing leads to the view's records, so that its ``scan`` will find the
    first ones sooner and can tell how far it has come."""
    token = token or CancelToken()
    compiled = compile_view(database, view, locale)
    return None if will_walk(compiled, token) else _read(compiled, None, None, token)


def block(
    database: Database,
    view: View,
    scan: Scan,
    index: int,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
) -> list[Row]:
    """The rows from anchor ``index`` up to the next; empty past the end.

    Rows deleted since the scan are missing; of rows added since, the first BLOCK of the range come.
    """
    if scan.rows is not None:
        return scan.rows[index * BLOCK : (index + 1) * BLOCK]
    compiled = compile_view(database, view, locale)
    if scan.keys is not None:
        listed = scan.keys.slice(index * BLOCK, (index + 1) * BLOCK)
        return _read_keys(compiled, listed, token or CancelToken())
    if not 0 <= index < len(scan.anchors):
        return []
    end = scan.anchors[index + 1] if index + 1 < len(scan.anchors) else None
    return _read(compiled, scan.anchors[index], end, token or CancelToken())


def keys(
    database: Database,
    view: View,
    scan: Scan,
    blocks: range,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
) -> Iterator[list[Key]]:
    """The keys of the records in these blocks, in the view's order, some thousand at a time.

    Of a list of keys, those in it; else as they are now, in one statement, with what was added in between.
    """
    token = token or CancelToken()
    if scan.keys is not None:
        yield scan.keys.slice(blocks.start * BLOCK, blocks.stop * BLOCK)
        return
    compiled = compile_view(database, view, locale)
    end = scan.anchors[blocks.stop] if blocks.stop < len(scan.anchors) else None
    for where in segments(compiled.terms, scan.anchors[blocks.start], end):
        statement = compiled.keys().where(*where)
        with reading(database, token, chunk=_KEYS) as connection, connection.execute(statement) as result:
            for part in result.partitions(_KEYS):
                token.check()
                yield [tuple(row) for row in part]


def position(
    database: Database,
    view: View,
    scan: Scan,
    key: Key,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
) -> int | None:
    """The number of rows before the record in the view's order; None where the view does not hold it."""
    if scan.rows is not None:
        return next((i for i, row in enumerate(scan.rows) if row.key and row.key == key), None)
    if scan.keys is not None:
        return scan.keys.find(key)
    compiled = compile_view(database, view, locale)
    with reading(database, token or CancelToken()) as connection:
        picked = map(equals, database.key_columns(view.table), key)
        found = connection.execute(compiled.order_values().where(*picked)).first()
        if found is None:
            return None
        start, where = _nearest(compiled, scan, tuple(found))
        return start + int(connection.execute(compiled.count(where)).scalar_one())


def _nearest(compiled: CompiledView, scan: Scan, place: Anchor) -> tuple[int, list[Clause]]:
    """A row number known from the anchors, and the condition for the rows between it and the place."""
    earlier = before(compiled.terms, place)
    if len(place) == 1 and type(place[0]) is int and not compiled.terms[0].descending:
        values = [anchor[0] for anchor in scan.anchors]
        if all(type(value) is int for value in values):
            number = bisect.bisect_right(values, place[0]) - 1  # type: ignore[type-var]
            if number >= 0:
                from_here = segments(compiled.terms, scan.anchors[number], None)
                return number * BLOCK, [*from_here[0], earlier]
    return 0, [earlier]


def _read(compiled: CompiledView, start: Anchor | None, end: Anchor | None, token: CancelToken) -> list[Row]:
    """One block from one place to another, with the names of linked records."""
    rows: list[Row] = []
    steps, values = steps_between(compiled, start, end)
    with reading(compiled.database, token) as connection:
        for statement, decoder in steps:
            if len(rows) < BLOCK:
                values[MOST] = BLOCK - len(rows)
                rows += decoder.fetch(connection, compiled.database.capabilities, statement, values)
        links = compiled.view.links if compiled.table.key else ()
        return with_links(connection, compiled.database, compiled.table, links, rows)


def _read_keys(compiled: CompiledView, keys: Sequence[Key], token: CancelToken) -> list[Row]:
    """One block out of a list of keys, in its order; records deleted meanwhile are missing."""
    found: dict[Key, Row] = {}
    with reading(compiled.database, token) as connection:
        for chunk in key_chunks(compiled.database, keys):
            statement, decoder = compiled.chosen(keys_clause(compiled.database, compiled.table.name, chunk))
            rows = decoder.fetch(connection, compiled.database.capabilities, statement)
            found.update((row.key, row) for row in rows)
        ordered = [found[key] for key in keys if key in found]
        return with_links(connection, compiled.database, compiled.table, compiled.view.links, ordered)
