"""The keys of new records: one number is one object, whoever asks for it, and no number is a stored key."""

from __future__ import annotations

import copy
import pickle

from desktop.base import keys
from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.edit.changes import fresh_key


def test_one_number_is_one_key_wherever_it_comes_from() -> None:
    key = fresh_key()
    ref = RecordRef(TableName(None, "posts"), key)
    same = (NewKey(key.number), copy.deepcopy(key), pickle.loads(pickle.dumps(key)))
    assert all(other is key for other in same)
    assert {ref: 1}[RecordRef(TableName(None, "posts"), NewKey(key.number))] == 1
    assert key != fresh_key()
    assert {key}.isdisjoint({key.number, (key.number,)})
    assert NewKey.__hash__ is object.__hash__  # ten thousand of them are looked for at once


def test_a_key_that_nobody_holds_is_not_kept() -> None:
    number = 10**12
    held = NewKey(number)
    assert number in keys._NEW and repr(held) == "NewKey(1000000000000)"
    del held
    assert number not in keys._NEW
