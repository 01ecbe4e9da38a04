"""Owns the wait for the first rows of a search; reads and shows nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.browse.rows import Row
from desktop.browse.scan import Scan
from desktop.browse.view import View

if TYPE_CHECKING:
    from desktop.models.search import Search
    from desktop.models.view_reader import Reading


class FirstHits:
    """Asks for the first block once anything is found, and passes on what follows after it is shown."""

    def __init__(
        self,
        view: View,
        reading: Reading,
        search: Search,
        read: Callable[[Scan, Callable[[list[Row]], None]], None],
    ) -> None:
        self._view = view
        self._reading = reading
        self._search = search
        self._read = read
        self._asked: Scan | None = None
        self._shown = False
        self._final: Scan | None = None

    def found_so_far(self, scan: Scan) -> None:
        """The search goes on."""
        if self._shown:
            self._reading.found_so_far(scan)
            return
        self._search.note(scan)
        if scan.count:
            self._ask(scan)

    def scanned(self, scan: Scan) -> None:
        """The search is over."""
        self._final = scan
        if self._shown:
            self._reading.scanned(scan)
        else:
            self._ask(scan)

    def _ask(self, scan: Scan) -> None:
        if self._asked is None:
            self._asked = scan
            self._read(scan, self._arrived)

    def _arrived(self, rows: list[Row]) -> None:
        assert self._asked is not None
        self._shown = True
        self._reading.first_read(self._view, rows, self._asked)
        if self._final is not None:
            self._reading.scanned(self._final)
