"""Which block is read next: newest wish first, what left the screen is forgotten."""

from __future__ import annotations

from collections.abc import Callable

from desktop.models.block_queue import BlockQueue


def _missing(*loaded: int) -> Callable[[int], bool]:
    return lambda index: index not in loaded


def test_the_newest_wish_comes_first() -> None:
    queue = BlockQueue()
    for index in (1, 2, 3):
        queue.want(index)
    assert queue.next(_missing()) == 3
    queue.want(7)
    assert [queue.next(_missing()) for _ in range(2)] == [7, 2]


def test_wishes_that_left_the_screen_are_forgotten() -> None:
    queue = BlockQueue()
    queue.show(range(1, 3))
    queue.want(1)
    queue.want(2)
    assert queue.next(_missing()) in (1, 2)
    queue.show(range(90, 91))
    assert queue.next(_missing()) == 90
    assert queue.next(_missing(90)) is None


def test_what_is_on_the_screen_is_read_even_if_nobody_asked_again() -> None:
    queue = BlockQueue()
    assert queue.show(range(4, 6))
    assert not queue.show(range(4, 6))
    assert {queue.next(_missing()), queue.next(_missing(4))} == {4, 5}
    assert queue.next(_missing(4, 5)) is None


def test_a_wish_from_elsewhere_is_read_once_even_off_the_screen() -> None:
    queue = BlockQueue()
    queue.show(range(0, 1))
    queue.want(50)
    assert [queue.next(_missing(0)), queue.next(_missing(0, 50))] == [50, None]


def test_loaded_blocks_are_skipped_and_clear_forgets() -> None:
    queue = BlockQueue()
    queue.want(1)
    assert queue.next(_missing(1)) is None
    queue.want(2)
    queue.clear()
    assert queue.next(_missing()) is None
