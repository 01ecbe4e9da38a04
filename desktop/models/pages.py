"""Owns what has been read of one view and what is read next; tells its face, knows no Qt model protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.base.keys import Key
from desktop.browse.fetch import BLOCK, Scan
from desktop.browse.rows import Row
from desktop.browse.view import View
from desktop.models.block_queue import BlockQueue
from desktop.models.connection import Connection
from desktop.models.failures import refusal_for
from desktop.models.page_cache import PageCache
from desktop.models.search import Search
from desktop.models.view_reader import ViewReader
from desktop.models.waiting import Waiting

_PIXELS = 2**31 - 1
"""Qt counts the pixels of all rows in 32 bits; one row more and the view hangs."""


def rows_that_fit(height: int) -> int:
    """How many rows of so many pixels a grid can show, with room for new ones below them."""
    return _PIXELS // height * 99 // 100


class Face(Protocol):
    """The Qt model in front of the pages."""

    def view_changing(self, view: View) -> None:
        """Everything shown is about to be replaced by the rows of this view."""

    def view_changed(self) -> None:
        """It has been replaced."""

    def resized(self, rows: int) -> None:
        """So many rows are to be shown from now on; those past it are gone, new ones stand at the end."""

    def rows_read(self, first: int, last: int) -> None:
        """These rows hold other values than before."""

    def rows_fresh(self, rows: Sequence[Row]) -> None:
        """These rows were read again, whether or not they differ."""


class Pages(QObject):
    """First rows at once, the count when it is known, blocks as they come into sight."""

    counted = Signal(object)
    refused = Signal(object)
    loaded = Signal()
    found = Signal(object)
    reordered = Signal()

    def __init__(self, connection: Connection, view: View, face: Face, parent: QObject) -> None:
        super().__init__(parent)
        self.shown = view
        """The view whose rows are held."""
        self.asked: View | None = None
        """The view whose first rows are awaited, where that is another one."""
        self.rows = 0
        """How many rows are shown now."""
        self.most_rows = _PIXELS
        """How many of those read are shown; see ``rows_that_fit``."""
        self.count = 0
        self.exact = False
        self.seen = 0
        """So many there are for certain; a count beyond it that is not exact is an estimate."""
        self._face = face
        self.cache = PageCache(BLOCK)
        """The rows read so far; looking into it asks for nothing."""
        self._queue = BlockQueue()
        self.search = Search(self)
        """How far a search has come."""
        self.waiting = Waiting(self, lambda: self.asked is not None, self)
        """Where answers wait while somebody types into a cell."""
        self._reader = ViewReader(connection, self, self.waiting, self.search)
        self.scan: Scan | None = None
        """Where every block begins; None while it is not known, and where one block is all."""
        self._borders: Scan | None = None
        """The scan by which the block under way is read."""
        self.settled = False
        """First rows and exact count are here; nothing but blocks is still read."""
        self._halted = False
        self.found_at: tuple[int, Key] | None = None
        """Where the record stands that was asked for last, though its block may not be read anew yet."""
        self.wanted_key: Key | None = None
        """The record of which ``found`` will still tell where it stands."""
        self._pump = QTimer(self)
        self._pump.setSingleShot(True)
        self._pump.setInterval(0)
        self._pump.timeout.connect(self._read_next)

    @property
    def capped(self) -> bool:
        """Only the first rows are shown: a keyless view that has very many, or more than Qt can show."""
        return self.count > self.most_rows or (self.scan is not None and self.scan.capped)

    @property
    def reading(self) -> bool:
        """A block is wanted or under way."""
        return self._pump.isActive() or self._reader.reading_block

    def ask(self, view: View) -> None:
        """Show another view; the present rows stay until the first ones of the new view are here."""
        self.asked = view
        self.waiting.forget()
        self.wanted_key = None
        self._halted = False
        self._queue.clear()
        self.found_at = None
        self.search.note(None)
        self._reader.start(view, early=True)

    def refresh(self, keep_key: Key | None) -> None:
        """Read all again, showing the old rows until the new ones arrive."""
        if keep_key is not None:
            self.wanted_key = keep_key
        self.waiting.forget()
        self._halted = False
        self._queue.clear()
        if self.asked is None:
            self.settled = False
            self.found_at = None
            self.cache.mark_stale()
        self.search.note(None)
        self._reader.start(self.asked or self.shown, early=self.asked is not None)

    def stop(self) -> None:
        """Read nothing more."""
        self._halted = True
        self.waiting.forget()
        self._reader.close()
        self._pump.stop()

    def stop_search(self) -> bool:
        """Search no further; what was found so far stays, and ``search`` tells how far.

        False where no search goes on.
        """
        so_far = self.search.so_far
        if so_far is None or not self.search.goes_on:
            return False
        self.waiting.forget()
        self._reader.stop()
        if self.asked is not None:
            self._replace(self.asked, [])
            self.loaded.emit()
        if self.scan is None or not self.scan.complete:
            self.scan = so_far
            self.seen = so_far.count
            self._resize(min(so_far.count, self.most_rows))
            self._tell_count(so_far.count, exact=False)
        self.settled = True
        self.search.note(so_far, going_on=False)
        self._start_pump()
        return True

    def row(self, position: int) -> Row | None:
        """The row there, or None while it is not loaded; asks for it where it is missing or stale."""
        index = position // BLOCK
        if not self.cache.fresh(index):
            self._queue.want(index)
            self._start_pump()
        return self.cache.row(position)

    def show_rows(self, first: int, last: int) -> None:
        """These rows are on the screen: they and a screenful on either side are read before all others."""
        margin = last - first + 1
        low, high = max(0, first - margin), min(self.rows - 1, last + margin)
        if high >= low and self._queue.show(range(low // BLOCK, high // BLOCK + 1)):
            self._start_pump()

    def locate(self, key: Key) -> None:
        """Ask where a record stands; ``found`` answers."""
        self.wanted_key = key
        self._answer_locate()

    # answers of the reader

    def first_read(self, view: View, rows: list[Row], scan: Scan | None) -> None:
        complete = scan is None and len(rows) < BLOCK
        again = self.asked is None
        if again:
            self._put(0, rows)
        else:
            self._replace(view, rows)
        if complete:
            self.scan = None
            self._settle(len(rows))
        elif scan is None:
            self.seen = len(rows)
            self._reader.count(view, estimate=self.count <= BLOCK)
            self._tell_count(max(self.count, len(rows)), exact=False)
        elif not again:
            self.found_so_far(scan)
        self.loaded.emit()
        self._answer_locate()
        self._start_pump()

    def estimated(self, count: int | None) -> None:
        if count is not None and not self.settled:
            self._resize(max(self.rows, min(count, self.most_rows)))
            self._tell_count(max(count, self.rows), exact=False)

    def found_so_far(self, scan: Scan) -> None:
        self.search.note(scan)
        if self.scan is not None and self.scan.complete:
            return  # all is read again: the old borders hold until all new ones are known
        if self.scan is not None:
            self.cache.mark_stale(self.scan.count // BLOCK)  # it was cut where the pass had come to
        self.scan = scan
        self.seen = scan.count
        self._resize(max(self.rows, min(scan.count, self.most_rows)))
        self._tell_count(max(self.count, scan.count), exact=False)
        self._start_pump()

    def scanned(self, scan: Scan) -> None:
        before, self.scan = self.scan, scan
        if before is not None:
            # Blocks that begin or end elsewhere now hold other rows than those on the screen.
            for index in self.cache.blocks():
                if not before.covers(index) or not scan.same_block(before, index):
                    self.cache.mark_stale(index)
        self.search.note(None)
        self._settle(scan.count)
        self._answer_locate()
        self._start_pump()

    def block_read(self, index: int, rows: list[Row]) -> None:
        borders = self._borders
        if borders is not None and self.scan is not None and self.scan.same_block(borders, index):
            self._put(index, rows)
            if not borders.covers(index) and borders.count < self.scan.count:
                self.cache.mark_stale(index)  # more of it was found meanwhile
        else:  # read by the borders of an older count: other rows stand in this block now
            self._queue.want(index)
        self._start_pump()

    def located(self, key: Key, row: int | None) -> None:
        if key == self.wanted_key:
            self.wanted_key = None
            self.found_at = None if row is None else (row, key)
            self.found.emit(row)

    def failed(self, exc: Exception) -> None:
        refusal = refusal_for(exc, self.asked or self.shown)
        if self.asked is not None:
            # The rows shown stay; what was cut short for the refused view goes on.
            self.asked = None
            if self.rows and not self.settled:
                self._reader.count(self.shown, estimate=False)
            self._start_pump()
        else:
            # A lost connection would fail again at every repaint: wait until the person does something.
            self._halted = True
        self.refused.emit(refusal)

    # the work

    def _replace(self, view: View, rows: list[Row]) -> None:
        self._face.view_changing(view)
        self.shown, self.asked = view, None
        self.scan = None
        self.settled = False
        self.count, self.exact = len(rows), False
        self.cache.clear()
        self.cache.put(0, rows)
        self.rows = len(rows)
        self._face.view_changed()

    def _put(self, index: int, rows: Sequence[Row]) -> None:
        first = index * BLOCK
        before = self.cache.put(index, rows)
        self._face.rows_fresh(rows)
        if first + len(rows) > self.rows and index == 0:
            self._resize(len(rows))
        if before == rows:
            return
        last = min(first + max(len(before), len(rows)), self.rows) - 1
        if last >= first:
            self._face.rows_read(first, last)
        if before and [row.key for row in before] != [row.key for row in rows[:BLOCK]]:
            self.reordered.emit()

    def _settle(self, count: int) -> None:
        self.settled = True
        self._resize(min(count, self.most_rows))
        self._tell_count(count, exact=True)

    def _resize(self, rows: int) -> None:
        if rows < self.rows:
            self.cache.truncate(rows)
        self.rows = rows
        self._face.resized(rows)

    def _tell_count(self, count: int, *, exact: bool) -> None:
        self.count, self.exact = count, exact
        self.counted.emit(count)

    def _start_pump(self) -> None:
        if not self._halted and not self._pump.isActive():
            self._pump.start()

    def _read_next(self) -> None:
        if self._halted or self.scan is None or self.asked is not None or self._reader.reading_block:
            return
        blocks = min(-(-self.rows // BLOCK), self.scan.blocks)
        index = self._queue.next(lambda i: i < blocks and not self.cache.fresh(i))
        if index is not None:
            self._borders = self.scan
            self._reader.read_block(self.shown, self.scan, index)

    def _answer_locate(self) -> None:
        key = self.wanted_key
        if key is None or self.asked is not None:
            return
        for position, row in self.cache.loaded():
            if row.key == key and self.cache.fresh(position // BLOCK) and self.settled:
                self.located(key, position)
                return
        if not self.settled:
            return
        if self.scan is None:
            self.located(key, None)
        else:
            self._reader.locate(self.shown, self.scan, key)
