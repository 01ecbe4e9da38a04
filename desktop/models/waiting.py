"""Owns answers that must wait: no other view takes the place of the one in which somebody types."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop.base.keys import Key
from desktop.browse.rows import Row
from desktop.browse.scan import Scan
from desktop.browse.view import View

if TYPE_CHECKING:
    from desktop.models.view_reader import Reading


class Waiting:
    """Passes answers on in their order; from the first block of another view on they wait for the typing."""

    def __init__(self, reading: Reading, replaces: Callable[[], bool], owner: QObject) -> None:
        """``replaces``: whether the next first block is one of another view."""
        self._reading = reading
        self._replaces = replaces
        self._owner = owner
        self.typing = False
        """Somebody types into a cell."""
        self._held: list[Callable[[], None]] = []

    def type(self, typing: bool) -> None:
        """Somebody types into a cell, or has ended."""
        self.typing = typing
        # After all that follows the end of the typing. The timer would not keep a method of this.
        QTimer.singleShot(0, self._owner, lambda: self._release())

    def forget(self) -> None:
        """Something else was asked for."""
        self._held.clear()

    def _release(self) -> None:
        while self._held and not self.typing:
            self._held.pop(0)()

    # answers of the reader

    def first_read(self, view: View, rows: list[Row], scan: Scan | None) -> None:
        waits = self.typing and self._replaces()
        self._tell(partial(self._reading.first_read, view, rows, scan), waits)

    def found_so_far(self, scan: Scan) -> None:
        self._tell(partial(self._reading.found_so_far, scan))

    def estimated(self, count: int | None) -> None:
        self._tell(partial(self._reading.estimated, count))

    def scanned(self, scan: Scan) -> None:
        self._tell(partial(self._reading.scanned, scan))

    def block_read(self, index: int, rows: list[Row]) -> None:
        self._tell(partial(self._reading.block_read, index, rows))

    def located(self, key: Key, row: int | None) -> None:
        self._tell(partial(self._reading.located, key, row))

    def failed(self, exc: Exception) -> None:
        self._tell(partial(self._reading.failed, exc))

    def _tell(self, answer: Callable[[], None], waits: bool = False) -> None:
        if waits or self._held:
            self._held.append(answer)
        else:
            answer()
