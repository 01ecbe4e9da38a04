"""Owns which missing block is read next while a person scrolls; no Qt, no database."""

from __future__ import annotations

from collections.abc import Callable


class BlockQueue:
    """Newest request first; requests that left the visible part are forgotten.

    So dragging the scroll bar over a million rows reads the blocks where it rests, not all it passed.
    """

    def __init__(self) -> None:
        self._new: list[int] = []
        self._older: list[int] = []
        self._visible: range | None = None

    def want(self, index: int) -> None:
        """Somebody asked for a row of that block since the last ``next``."""
        if index not in self._new:
            self._new.append(index)

    def show(self, blocks: range) -> bool:
        """These blocks are on the screen now; True if that is news."""
        if blocks == self._visible:
            return False
        self._visible = blocks
        return True

    def next(self, missing: Callable[[int], bool]) -> int | None:
        """Take the block to read now, or None; those that are no longer missing are skipped."""
        for index in reversed(self._visible or ()):
            self.want(index)
        waiting = self._new[::-1] + [i for i in self._older if self._on_screen(i) and i not in self._new]
        self._new.clear()
        waiting = [index for index in waiting if missing(index)]
        self._older = waiting[1:]
        return waiting[0] if waiting else None

    def clear(self) -> None:
        """Forget all requests; what is on the screen stays known."""
        self._new.clear()
        self._older.clear()

    def _on_screen(self, index: int) -> bool:
        return self._visible is None or index in self._visible
