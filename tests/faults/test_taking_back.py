"""Random saves, each taken back: the tables are identical to what they were before it."""

from __future__ import annotations

import os

import pytest

from desktop.edit.taking_back import take_back
from desktop.schema.database import Database
from tests.edit.random_saves import RandomSaves, dump
from tests.edit.random_shelves import RandomShelves, statements
from tests.edit.test_recording import Notes
from tests.fixtures.databases import Backend, MakeDatabase

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


@pytest.mark.timeout(1800)
def test_every_save_of_awkward_tables_taken_back_leaves_identical_tables(
    make_database: MakeDatabase, backend: Backend
) -> None:
    """Imports, increments, soft deletes, bulk statements; self references, composite keys, links with columns
    of their own, generated columns, numbers that the database insists on."""
    database = make_database(*statements(backend))
    saves = RandomShelves(database, seed=20261122)
    for number in range(SAVES):
        saves.save()
        before, notes = dump(database), Notes()
        saves.save(notes)
        for log in notes.logs:
            take_back(database, log.rows)
        assert dump(database) == before, f"save {number}"
    assert sum(saves.done.values()) == 2 * SAVES
    assert len(saves.done) == 7 or SAVES < 100, saves.done
