"""Imports are kept as saves: what they added and changed is noted, and can be taken back."""

from __future__ import annotations

import pytest

from desktop.base.keys import TableName
from desktop.edit import recording
from desktop.edit.load import OnConflict, load_rows
from desktop.edit.save_log import SaveLog
from desktop.edit.taking_back import take_back
from desktop.edit.upsert import SetMode
from desktop.schema.database import Database
from tests.edit.craft import TAGS
from tests.edit.random_saves import dump
from tests.edit.test_recording import Notes
from tests.fixtures.databases import MakeDatabase

ROWS: list[dict[str, object]] = [
    {"id": 1, "name": "Changed", "slug": "changed"},
    {"id": 40, "name": "New", "slug": "new"},
    {"id": 2, "name": None, "slug": "refused"},
    {"id": 40, "name": "Newer", "slug": "newer"},
]


def told(log: SaveLog) -> list[tuple[object, object]]:
    return [(row.key_before, row.key_after) for row in log.rows]


def test_an_import_that_updates_is_taken_back(newsroom: Database) -> None:
    before, notes = dump(newsroom), Notes()
    result = load_rows(
        newsroom, TAGS, ["id", "name", "slug"], ROWS, OnConflict.UPDATE, ["id"], recorder=notes
    )
    assert (result.inserted, result.updated, len(result.refused)) == (1, 2, 1)
    (log,) = notes.logs
    assert told(log) == [(None, (40,)), ((1,), (1,))]
    take_back(newsroom, log.rows)
    assert dump(newsroom) == before


@pytest.mark.parametrize("on_conflict", [OnConflict.STOP, OnConflict.SKIP])
def test_an_import_that_only_adds_is_taken_back(newsroom: Database, on_conflict: OnConflict) -> None:
    before, notes = dump(newsroom), Notes()
    rows = [{"name": f"n{n}", "slug": f"s{n}"} for n in range(7)]
    load_rows(newsroom, TAGS, ["name", "slug"], rows, on_conflict, recorder=notes)
    (log,) = notes.logs
    assert len(log.rows) == 7
    take_back(newsroom, log.rows)
    assert dump(newsroom) == before


def test_numbers_added_by_an_import_are_taken_back(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE stock (place INTEGER, part VARCHAR(9), amount INTEGER, PRIMARY KEY (place, part))",
        "INSERT INTO stock VALUES (1, 'a', 5), (1, 'b', 7)",
    )
    before, notes, stock = dump(database), Notes(), TableName(None, "stock")
    rows = [{"place": 1, "part": part, "amount": 10} for part in "abc"]
    load_rows(database, stock, ["place", "part", "amount"], rows, OnConflict.UPDATE,
              set_modes={"amount": SetMode.ADD}, recorder=notes)  # fmt: skip
    (log,) = notes.logs
    assert sorted(str(row.before) for row in log.rows) == ["{'amount': 5}", "{'amount': 7}", "{}"]
    take_back(database, log.rows)
    assert dump(database) == before


def test_an_import_that_gives_other_keys_is_not_kept(newsroom: Database) -> None:
    """Matched by its name, a record would come back under a key that others may point to by now."""
    notes = Notes()
    rows = [{"id": 77, "name": "Harbour", "slug": "harbour"}]
    load_rows(newsroom, TAGS, ["id", "name", "slug"], rows, OnConflict.UPDATE, ["slug"], recorder=notes)
    assert [log.too_many for log in notes.logs] == [True]


def test_what_is_tried_or_too_much_is_not_kept(newsroom: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Notes()
    load_rows(newsroom, TAGS, ["id", "name", "slug"], ROWS, OnConflict.UPDATE, dry_run=True, recorder=notes)
    load_rows(newsroom, TAGS, ["id", "name", "slug"], ROWS, OnConflict.STOP, recorder=notes)
    assert notes.about == []
    monkeypatch.setattr(recording, "MOST_ROWS", 3)
    rows = [{"name": f"n{n}", "slug": f"s{n}"} for n in range(4)]
    load_rows(newsroom, TAGS, ["name", "slug"], rows, OnConflict.SKIP, recorder=notes)
    assert [(log.too_many, len(log.rows), set(log.tables)) for log in notes.logs] == [(True, 0, {TAGS})]
