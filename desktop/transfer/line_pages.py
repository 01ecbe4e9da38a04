"""Owns reading the lines of a table in pages by key, each page as one value; knows nothing of their form.

To hand out every row by itself costs a fifth of the reading. The database puts a page together where no
other thread has to wait, and only as much of it as memory allows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

import sqlalchemy as sa

from desktop.browse.hop import can_hop
from desktop.browse.select import CompiledView
from desktop.connect.faults import FaultKind, read_fault
from desktop.connect.sqlite_guard import MOST_BYTES
from desktop.schema.types_sqlite import SqliteInteger
from desktop.transfer.csv_finish import UnclearError
from desktop.transfer.page_statements import Page, PageStatements

_FIRST_ROWS, _MOST_ROWS, _GROWTH = 100, 10_000, 10
_USUAL_BYTES, _MOST_BYTES = 122_880, 4_194_304
"""A page is made of as many rows as the last one lets expect; more than the most bytes end it half way.
From 128 KiB on the system would take the memory of each page back and clear it for the next."""
_AHEAD = 4
"""Pages under way at once: two being read, the others so that no reader waits for what becomes of them."""


def come_in_pages(compiled: CompiledView) -> bool:
    """Whether every page is one range of the key's index, and its last key can be bound again."""
    return can_hop(compiled) and isinstance(compiled.terms[0].expression.type, SqliteInteger)


def pages(
    connections: Sequence[sa.Connection], compiled: CompiledView, lines: sa.Select[Any]
) -> Iterator[tuple[int, bytes]]:
    """How many lines, and the lines; ``lines`` selects them in the order of ``compiled``.

    The connections see the same state. Where there are several, all but the first read at the same time.
    UnclearError for a key that is no whole number.
    """
    first, *others = connections
    statements = PageStatements(compiled, lines, first.dialect)
    for page in _in_turn(statements, first, None, _FIRST_ROWS):
        yield page.rows, page.text
        if others and page.full and _expected(page) < page.rows * _GROWTH:  # pages have their usual size now
            break
    else:
        return
    further = _side_by_side(statements, connections, _number(page.last), _expected(page))
    yield from ((page.rows, page.text) for page in further)


def _in_turn(
    statements: PageStatements,
    connection: sa.Connection,
    after: int | None,
    rows: int,
    most: int | None = None,
) -> Iterator[Page]:
    """Page by page behind a key, the next of so many rows, until there are no more or ``most`` are read."""
    while most is None or most > 0:
        asked = rows if most is None else min(rows, most)
        try:
            page = statements.page(connection, asked, after, _MOST_BYTES if asked > 1 else MOST_BYTES)
        except sa.exc.DBAPIError as error:
            if not is_too_long(error):
                raise
            if asked == 1:  # too long as a line, with the signs of JSON in it
                raise UnclearError from error
            rows = max(1, asked // _GROWTH)
            continue
        if page.rows:
            yield page
        if not page.full:
            return
        after, rows = _number(page.last), _expected(page)
        most = None if most is None else most - page.rows


@dataclass(frozen=True, slots=True)
class _Coming:
    """A page that is being read or waits for a reader."""

    after: int
    rows: int
    end: object
    """Its last key, None for what is left at the end: told by the records alone, without names."""
    page: Future[Page]

    def check(self, rows: int, last: object) -> None:
        """UnclearError where so many rows, up to that key, are not those records each once: a name joined to
        them may be that of two records, where a number is compared with texts ('7' and '007')."""
        if (rows == self.rows) is (self.end is None) or (self.end is not None and last != self.end):
            raise UnclearError


def _side_by_side(
    statements: PageStatements, connections: Sequence[sa.Connection], after: int, rows: int
) -> Iterator[Page]:
    """In the order of the key, though a page may be read before the one in front of it.

    The first connection looks where each page begins, and reads those in smaller ones that are too long.
    """
    first, *others = connections
    readers = _Readers(statements, others)
    coming: deque[_Coming] = deque()
    end: object = after
    try:
        while coming or end is not None:
            while end is not None and len(coming) < _AHEAD:
                after = _number(end)
                page = readers.read(rows, after)
                end = statements.last_of(first, rows, after)
                coming.append(_Coming(after, rows, end, page))
            here = coming.popleft()
            found, last = 0, None
            for part in _parts(here, statements, first):
                found, last, rows = found + part.rows, part.last, _expected(part)
                yield part
            here.check(found, last)
    finally:
        readers.close()


def _parts(here: _Coming, statements: PageStatements, connection: sa.Connection) -> Iterator[Page]:
    """The page itself, or shorter ones in its place."""
    try:
        page = here.page.result()
    except sa.exc.DBAPIError as error:
        if not is_too_long(error):
            raise
        rows = max(1, here.rows // _GROWTH)
        yield from _in_turn(statements, connection, here.after, rows, most=here.rows)
    else:
        if page.rows:
            yield page


class _Readers:
    """A thread for each connection."""

    def __init__(self, statements: PageStatements, connections: Sequence[sa.Connection]) -> None:
        self._statements = statements
        self._free: SimpleQueue[sa.Connection] = SimpleQueue()
        for connection in connections:
            self._free.put(connection)
        self._threads = ThreadPoolExecutor(len(connections), thread_name_prefix="lines")

    def read(self, rows: int, after: int) -> Future[Page]:
        """The page behind a key, as soon as a reader is free."""
        return self._threads.submit(self._read, rows, after)

    def close(self) -> None:
        """No thread works any more."""
        self._threads.shutdown(cancel_futures=True)

    def _read(self, rows: int, after: int) -> Page:
        connection = self._free.get()
        try:
            return self._statements.page(connection, rows, after, _MOST_BYTES)
        finally:
            self._free.put(connection)


def _expected(page: Page) -> int:
    """Rows that the page after this one should be made of."""
    return max(1, min(_MOST_ROWS, page.rows * _GROWTH, page.rows * _USUAL_BYTES // len(page.text)))


def is_too_long(error: sa.exc.DBAPIError) -> bool:
    """More bytes than a value may have, as a line: with the signs of JSON in it."""
    return read_fault(error).kind is FaultKind.TOO_LONG


def _number(key: object) -> int:
    if not isinstance(key, int):  # anything may stand in a key
        raise UnclearError
    return key
