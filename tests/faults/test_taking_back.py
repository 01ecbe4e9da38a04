"""Random saves, each taken back: the tables are identical to what they were before it."""

from __future__ import annotations

import os

import pytest

from desktop.edit.taking_back import take_back
from desktop.schema.database import Database
from tests.edit.random_saves import RandomSaves, dump
from tests.edit.test_recording import Notes

SAVES = 100 if os.environ.get("FAULTS") == "full" else 10


@pytest.mark.timeout(1800)
def test_every_save_taken_back_leaves_identical_tables(newsroom: Database) -> None:
    saves = RandomSaves(newsroom, seed=20261122)
    changed = 0
    for number in range(SAVES):
        saves.save()  # so that each begins with other tables
        before, notes = dump(newsroom), Notes()
        saves.save(notes)
        changed += dump(newsroom) != before
        (log,) = notes.logs
        take_back(newsroom, log.rows)
        assert dump(newsroom) == before, f"save {number}"
    assert changed == SAVES
