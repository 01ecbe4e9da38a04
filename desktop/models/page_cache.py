"""Owns the rows read so far, by block, least recently used dropped first; no Qt, no database."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from desktop.browse.rows import Row


class PageCache:
    """A sparse list of rows in blocks of ``block`` rows, at most ``capacity`` blocks.

    A block may be *stale*: still shown, but to be read again.
    """

    def __init__(self, block: int, capacity: int = 64) -> None:
        if block < 1 or capacity < 1:
            raise ValueError("block and capacity are at least 1")
        self.block = block
        self.capacity = capacity
        self._blocks: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._stale: set[int] = set()

    def __len__(self) -> int:
        """How many blocks are held."""
        return len(self._blocks)

    def __contains__(self, index: int) -> bool:
        return index in self._blocks

    def row(self, row: int) -> Row | None:
        """The row at that position, or None while its block is not held."""
        index, offset = divmod(row, self.block)
        rows = self._blocks.get(index)
        if rows is None or offset >= len(rows):
            return None
        self._blocks.move_to_end(index)
        return rows[offset]

    def fresh(self, index: int) -> bool:
        """Held and not stale."""
        return index in self._blocks and index not in self._stale

    def put(self, index: int, rows: Sequence[Row]) -> Sequence[Row]:
        """Hold a block (rows past its size are cut); returns what was there before."""
        before = self._blocks.get(index, ())
        self._blocks[index] = rows[: self.block]
        self._blocks.move_to_end(index)
        self._stale.discard(index)
        while len(self._blocks) > self.capacity:
            dropped, _ = self._blocks.popitem(last=False)
            self._stale.discard(dropped)
        return before

    def mark_stale(self, index: int | None = None) -> None:
        """Ask for one block, or for all, to be read again."""
        if index is None:
            self._stale = set(self._blocks)
        elif index in self._blocks:
            self._stale.add(index)

    def truncate(self, count: int) -> None:
        """Drop every row at or past position ``count``."""
        last, rest = divmod(count, self.block)
        for index in [i for i in self._blocks if i > last or (i == last and rest == 0)]:
            del self._blocks[index]
            self._stale.discard(index)
        if last in self._blocks:
            self._blocks[last] = self._blocks[last][:rest]

    def clear(self) -> None:
        self._blocks.clear()
        self._stale.clear()

    def loaded(self) -> Iterator[tuple[int, Row]]:
        """(position, row) of everything held, in the order of positions."""
        for index in sorted(self._blocks):
            for offset, row in enumerate(self._blocks[index]):
                yield index * self.block + offset, row

    def sample(self, most: int) -> list[Row]:
        """Up to ``most`` of the rows held, from the top."""
        return [row for _, row in itertools.islice(self.loaded(), most)]

    def blocks(self) -> list[int]:
        """The numbers of the blocks held, ascending."""
        return sorted(self._blocks)
