"""Owns the keys of a view in its order, held compactly; reads no database and knows no order itself."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Sequence
from typing import Any, Protocol

from desktop.base.keys import Key

PACK = 250
"""Keys packed together, where they are not plain whole numbers."""


class KeyList(Protocol):
    """Grows at its end only, in one thread; what was there before may be read in others meanwhile."""

    def __len__(self) -> int: ...

    def extend(self, rows: Sequence[Sequence[object]]) -> None:
        """Put keys at the end; TypeError or OverflowError, with nothing added, where they cannot be held."""

    def slice(self, start: int, stop: int) -> list[Key]:
        """The keys at these positions, as many as there are."""

    def find(self, key: Key) -> int | None:
        """The position of a key; None where it is not there."""


class NumberKeys:
    """Keys of one whole number of 64 bits: four bytes each, or eight once one does not fit into four."""

    def __init__(self) -> None:
        self._numbers = array("i")

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def bytes_each(self) -> int:
        """What a key takes."""
        return self._numbers.itemsize

    def extend(self, rows: Sequence[Sequence[object]]) -> None:
        numbers: list[Any] = [row[0] for row in rows]
        try:
            self._numbers.extend(array(self._numbers.typecode, numbers))
        except OverflowError:
            if self._numbers.typecode == "q":
                raise
            wide = array("q", numbers)
            self._numbers = array("q", self._numbers) + wide  # whoever reads meanwhile has the one before

    def slice(self, start: int, stop: int) -> list[Key]:
        return [(number,) for number in self._numbers[start:stop]]

    def find(self, key: Key) -> int | None:
        if len(key) != 1 or type(key[0]) is not int:
            return None
        try:
            return self._numbers.index(key[0])
        except ValueError:
            return None


class PackedKeys:
    """Any keys, a few hundred to a parcel: about their own bytes each, never an object per record."""

    def __init__(self) -> None:
        self._parcels: list[bytes] = []
        self._last: list[Key] = []
        """The keys that do not fill a parcel yet."""

    def __len__(self) -> int:
        return len(self._parcels) * PACK + len(self._last)

    def extend(self, rows: Sequence[Sequence[object]]) -> None:
        last = [*self._last, *map(tuple, rows)]
        full = len(last) // PACK * PACK
        if full:  # a reader in between sees fewer keys, never one twice
            self._last = []
        for start in range(0, full, PACK):
            self._parcels.append(pickle.dumps(last[start : start + PACK], pickle.HIGHEST_PROTOCOL))
        self._last = last[full:]

    def slice(self, start: int, stop: int) -> list[Key]:
        first, rest = divmod(max(start, 0), PACK)
        found: list[Key] = []
        for number in range(first, min(-(-stop // PACK), len(self._parcels))):
            found += self._parcel(number)
        if first <= len(self._parcels) and stop > len(self._parcels) * PACK:
            found += self._last
        return found[rest : rest + max(stop - start, 0)]

    def find(self, key: Key) -> int | None:
        for number in range(len(self._parcels)):
            keys = self._parcel(number)
            if key in keys:
                return number * PACK + keys.index(key)
        return len(self._parcels) * PACK + self._last.index(key) if key in self._last else None

    def _parcel(self, number: int) -> list[Key]:
        keys: list[Key] = pickle.loads(self._parcels[number])  # made above, in this process
        return keys


def repacked(keys: KeyList) -> PackedKeys:
    """The same keys in a list that takes any key."""
    packed = PackedKeys()
    packed.extend(keys.slice(0, len(keys)))
    return packed
