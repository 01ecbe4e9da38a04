"""Owns the one pass over a view that counts it and learns where every block of records begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from desktop.base.cancel import CancelToken
from desktop.browse.hop import can_hop, hops, in_key_order
from desktop.browse.key_list import KeyList, NumberKeys, PackedKeys, repacked
from desktop.browse.order import Anchor, segments
from desktop.browse.reading import reading
from desktop.browse.rows import Row
from desktop.browse.select import CompiledView, compile_view
from desktop.browse.view import View
from desktop.browse.walk import walk
from desktop.schema.database import Database
from desktop.schema.describe import Kind, Table
from desktop.values.locale import PLAIN, Locale

BLOCK = 250
"""Records per block."""
MOST_KEYLESS = 100_000
"""Records without a key cannot be found again: so many at most are held in memory."""
_CHUNK = 1_000
"""Anchors at a time from the server."""
_KEYS = 10_000
"""Keys at a time from the server."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a view has found, so far or in the end."""

    count: int
    """Exact at the time of the scan, once ``complete``; at most MOST_KEYLESS where ``capped``."""
    anchors: Sequence[Anchor] = ()
    """The order values of records 0, BLOCK, 2 * BLOCK...; empty where ``keys`` or ``rows`` are held."""
    keys: KeyList | None = None
    """The keys of all records in order, where no index serves the order or something is filtered."""
    rows: list[Row] | None = None
    """All rows, where the table has no key."""
    capped: bool = False
    """There are more rows than ``rows`` holds."""
    complete: bool = True
    """False while the pass goes on: blocks within ``count`` can be read already."""
    looked: int | None = None
    """How many records were looked at for ``count`` hits, where that is known before the end."""

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.count // BLOCK)

    def covers(self, index: int) -> bool:
        """Whether the whole block was passed."""
        return self.complete or (index + 1) * BLOCK <= self.count

    def same_block(self, other: Scan, index: int) -> bool:
        """Whether the block begins and ends in both at the same records."""
        if self.keys is not None and other.keys is not None:
            start, stop = index * BLOCK, (index + 1) * BLOCK
            return self.keys.slice(start, stop) == other.keys.slice(start, stop)
        return (self.keys is None) is (other.keys is None) and (
            self.anchors[index : index + 2] == other.anchors[index : index + 2]
        )


Found: TypeAlias = Callable[[Scan], None]
"""Called in the scanning thread with what is known so far; cheap."""


def scan(
    database: Database,
    view: View,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
    found: Found | None = None,
) -> Scan:
    """Count the view and learn where its blocks begin, in statements that the token interrupts.

    Along a key it hops from block to block; where an index serves another order it numbers the rows; for all
    else the database sorts the keys alone, once, and from then on any block is one look-up by key.
    """
    compiled = compile_view(database, view, locale)
    token, found = token or CancelToken(), found or _nobody
    if not compiled.table.key:
        return _keyless(compiled, token)
    if can_hop(compiled):
        return _hop(compiled, token, found)
    if not view.is_filtered and _served(compiled, token):
        return _number(compiled, token)
    if will_walk(compiled, token):
        return _walk(compiled, token, found)
    return _list(compiled, token, found)


def will_walk(compiled: CompiledView, token: CancelToken) -> bool:
    """Whether the view is searched for along the key, part by part, because nothing leads to its records:
    then hits are known before the end, and how far the search has come."""
    if not (compiled.view.is_filtered and compiled.table.key and in_key_order(compiled)):
        return False
    with reading(compiled.database, token) as connection:
        reads_all = compiled.database.capabilities.reads_all
        return reads_all(connection, compiled.keys(), compiled.base.name)


def _nobody(so_far: Scan) -> None:
    """Nobody wants to know before the end."""


def _served(compiled: CompiledView, token: CancelToken) -> bool:
    """Whether an index gives the order, so that any block can be read along it."""
    statement = compiled.order_values().order_by(*compiled.order).limit(BLOCK)
    with reading(compiled.database, token) as connection:
        return compiled.database.capabilities.reads_in_order(connection, statement)


def _hop(compiled: CompiledView, token: CancelToken, found: Found) -> Scan:
    anchors: list[Anchor] = []
    with (
        reading(compiled.database, token, chunk=_CHUNK) as connection,
        connection.execute(hops(compiled, BLOCK)) as result,
    ):
        for row in result:
            if row[0] is not None:
                anchors.append((row[0],))
                if len(anchors) % _CHUNK == 0:
                    found(Scan((len(anchors) - 1) * BLOCK, anchors, complete=False))
    with reading(compiled.database, token) as connection:
        rest = segments(compiled.terms, anchors[-1], None)[0] if anchors else []
        last = int(connection.execute(compiled.count(rest)).scalar_one())
    return Scan(max(0, len(anchors) - 1) * BLOCK + last, anchors)


def _number(compiled: CompiledView, token: CancelToken) -> Scan:
    anchors: list[Anchor] = []
    count = 0
    with (
        reading(compiled.database, token, chunk=_CHUNK) as connection,
        connection.execute(compiled.numbered(BLOCK)) as result,
    ):
        for row in result:
            count = row[0]
            if count % BLOCK == 1:
                anchors.append(tuple(row[1:]))
    return Scan(count, anchors)


def _list(compiled: CompiledView, token: CancelToken, found: Found) -> Scan:
    keys: KeyList = NumberKeys()
    try:
        if not _numbered(compiled.table):
            keys = PackedKeys()
        _read_keys(compiled, keys, token, found)
    except (TypeError, OverflowError):  # SQLite lets anything stand in a column of numbers
        keys = PackedKeys()
        _read_keys(compiled, keys, token, found)
    return Scan(len(keys), keys=keys)


def _numbered(table: Table) -> bool:
    """Whether a record's key is one whole number."""
    return table.key_is_rowid or (len(table.key) == 1 and table.column(table.key[0]).kind is Kind.INTEGER)


def _read_keys(compiled: CompiledView, keys: KeyList, token: CancelToken, found: Found) -> None:
    with (
        reading(compiled.database, token, chunk=_KEYS) as connection,
        connection.execute(compiled.keys()) as result,
    ):
        rows: Sequence[Sequence[object]] = result.fetchmany(1)
        # Numbers come as they are from the driver: with a Row around each, a million take five times as
        # long. The first one is taken above, because a result that streams has it already.
        source: Any = result.cursor if isinstance(keys, NumberKeys) else result
        while rows:
            keys.extend(rows)
            token.check()
            found(Scan(len(keys), keys=keys, complete=False))
            rows = source.fetchmany(_KEYS)


def _walk(compiled: CompiledView, token: CancelToken, found: Found) -> Scan:
    keys: KeyList = NumberKeys() if _numbered(compiled.table) else PackedKeys()
    looked = 0
    for part in walk(compiled, token):
        try:
            keys.extend(part.keys)
        except (TypeError, OverflowError):
            keys = repacked(keys)
            keys.extend(part.keys)
        looked += part.looked
        found(Scan(len(keys), keys=keys, complete=False, looked=looked))
    return Scan(len(keys), keys=keys)


def _keyless(compiled: CompiledView, token: CancelToken) -> Scan:
    statement, decoder = compiled.page((), MOST_KEYLESS + 1)
    with (
        reading(compiled.database, token, chunk=_CHUNK) as connection,
        connection.execute(statement) as result,
    ):
        rows = [row for part in result.partitions(_CHUNK) for row in decoder.rows(part)]
    capped = len(rows) > MOST_KEYLESS
    return Scan(min(len(rows), MOST_KEYLESS), rows=rows[:MOST_KEYLESS], capped=capped)
