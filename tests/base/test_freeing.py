"""Very many objects are freed a few at a time, so that another thread gets its turn between."""

from __future__ import annotations

from desktop.base.freeing import free_slowly


class _Noted:
    def __init__(self, left: list[int], many: list[object]) -> None:
        self._left, self._many = left, many

    def __del__(self) -> None:
        self._left.append(len(self._many))


def test_the_list_is_emptied_in_many_steps() -> None:
    left: list[int] = []
    many: list[object] = []
    many += [_Noted(left, many) for _ in range(10_000)]
    free_slowly(many)
    assert many == []
    assert len(left) == 10_000
    assert len(set(left)) >= 20
