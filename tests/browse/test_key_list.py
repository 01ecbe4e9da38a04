"""A list of keys gives back what was put in, by position and by key, however it is packed."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.base.raw import RawText
from desktop.browse.key_list import PACK, NumberKeys, PackedKeys, repacked

NUMBERS = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=3 * PACK)
ODD = st.one_of(st.text(), st.integers(), st.binary(), st.uuids(), st.decimals(allow_nan=False))


@given(NUMBERS, st.integers(0, 800), st.integers(0, 800))
def test_numbers(numbers: list[int], start: int, stop: int) -> None:
    keys = NumberKeys()
    keys.extend([(number,) for number in numbers])
    assert len(keys) == len(numbers)
    assert keys.slice(start, stop) == [(number,) for number in numbers[start:stop]]
    for place, number in list(enumerate(numbers))[::50]:
        assert keys.find((number,)) == place
    assert repacked(keys).slice(start, stop) == keys.slice(start, stop)


def test_numbers_take_four_bytes_until_one_needs_eight() -> None:
    keys, small = NumberKeys(), range(-(2**31), 2**31, 2**22)
    keys.extend([(number,) for number in small])
    assert keys.bytes_each == 4
    keys.extend([(2**31,), (-(2**63),)])
    assert keys.bytes_each == 8
    assert keys.slice(0, len(keys)) == [(number,) for number in (*small, 2**31, -(2**63))]
    assert keys.find((2**31,)) == len(small)


@given(st.lists(st.tuples(ODD, ODD), unique=True, max_size=40), st.integers(0, 50), st.integers(0, 50))
def test_packed(values: list[tuple[object, ...]], start: int, stop: int) -> None:
    keys = PackedKeys()
    for value in values:
        keys.extend([value])
    assert len(keys) == len(values)
    assert keys.slice(start, stop) == values[start:stop]
    assert [keys.find(value) for value in values] == list(range(len(values)))


@pytest.mark.parametrize("count", [0, 1, PACK - 1, PACK, PACK + 1, 2 * PACK, 5 * PACK + 7])
def test_borders_of_parcels(count: int) -> None:
    keys = PackedKeys()
    keys.extend([(f"key {number}", number) for number in range(count)])
    assert len(keys) == count
    assert keys.slice(0, count + 10) == [(f"key {number}", number) for number in range(count)]
    for start in (0, PACK - 1, PACK, PACK + 1, 3 * PACK, count - 1, count, count + PACK):
        wanted = [(f"key {number}", number) for number in range(max(start, 0), min(count, start + PACK))]
        assert keys.slice(max(start, 0), start + PACK) == wanted
    assert keys.find(("nobody", 1)) is None


@pytest.mark.parametrize("odd", ["12", 2**63, Decimal(1), None, RawText("x"), uuid.uuid4()])
def test_numbers_take_nothing_else_and_stay_as_they_were(odd: object) -> None:
    keys = NumberKeys()
    keys.extend([(1,), (2,)])
    with pytest.raises((TypeError, OverflowError)):
        keys.extend([(3,), (odd,)])
    assert keys.slice(0, 9) == [(1,), (2,)]
    assert keys.find((odd,)) is None
