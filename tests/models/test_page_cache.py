"""The page cache: what is held, what is dropped, what is stale."""

from __future__ import annotations

import pytest

from desktop.browse.rows import Row
from desktop.models.page_cache import PageCache


def _rows(first: int, count: int) -> list[Row]:
    return [Row((n,), (n,), (None,)) for n in range(first, first + count)]


@pytest.fixture
def cache() -> PageCache:
    cache = PageCache(block=10, capacity=3)
    for index in (0, 1, 2):
        cache.put(index, _rows(index * 10, 10))
    return cache


@pytest.mark.parametrize("row", [0, 9, 10, 29])
def test_a_held_row_is_found_by_position(cache: PageCache, row: int) -> None:
    found = cache.row(row)
    assert found is not None
    assert found.key == (row,)


@pytest.mark.parametrize("row", [30, 1000])
def test_a_row_not_held_is_none(cache: PageCache, row: int) -> None:
    assert cache.row(row) is None


def test_the_block_not_used_for_longest_is_dropped(cache: PageCache) -> None:
    cache.row(5)
    cache.put(7, _rows(70, 10))
    assert cache.blocks() == [0, 2, 7]


def test_rows_past_the_block_are_cut_and_the_old_ones_returned(cache: PageCache) -> None:
    before = cache.put(1, _rows(10, 12))
    assert [row.key for row in before] == [(n,) for n in range(10, 20)]
    assert cache.row(19) is not None
    assert cache.row(20) == Row((20,), (20,), (None,))


def test_stale_blocks_are_still_shown_until_read_again(cache: PageCache) -> None:
    cache.mark_stale()
    assert cache.row(0) is not None
    assert not cache.fresh(0)
    cache.put(0, _rows(0, 10))
    assert cache.fresh(0)
    assert not cache.fresh(1)
    cache.mark_stale(0)
    assert not cache.fresh(0)
    cache.mark_stale(99)
    assert not cache.fresh(99)


@pytest.mark.parametrize(("count", "held"), [(0, []), (10, range(10)), (15, range(15)), (30, range(30))])
def test_truncate_drops_what_lies_past_the_count(cache: PageCache, count: int, held: range) -> None:
    cache.truncate(count)
    assert [position for position, _ in cache.loaded()] == list(held)
    assert cache.row(count) is None


def test_clear_drops_all(cache: PageCache) -> None:
    cache.clear()
    assert len(cache) == 0
    assert 0 not in cache


def test_nonsense_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        PageCache(block=0)
