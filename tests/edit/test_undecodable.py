"""Text that is not valid UTF-8 (SQLite only): kept as it is by every save that does not change it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.refusal import Reason, RefusedError
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import read, ref, stage
from tests.fixtures.databases import MakeDatabase, OpenSecond

NOTES = TableName(None, "notes")
BAD = "caf\udce9"
"""As the driver hands over the bytes 63 61 66 E9."""


@pytest.fixture
def notes(make_sqlite: MakeDatabase) -> Database:
    return make_sqlite(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT, code TEXT UNIQUE, n INTEGER)",
        "INSERT INTO notes VALUES (1, CAST(x'636166E9' AS TEXT), CAST(x'FF' AS TEXT), 0)",
        "INSERT INTO notes VALUES (2, 'fine', 'x', 0)",
    )


def _stored(connection: sa.Connection, number: int) -> tuple[object, ...]:
    query = sa.text("SELECT hex(title), typeof(title), n FROM notes WHERE id = :id")
    return tuple(connection.execute(query, {"id": number}).one())


def test_update_of_another_field_keeps_undecodable_text(notes: Database, second: OpenSecond) -> None:
    unit = Unit(notes)
    stage(unit, notes, ref(NOTES, 1), n=5)
    unit.save()
    assert _stored(second(notes), 1) == ("636166E9", "text", 5)


def test_create_a_duplicate_of_undecodable_text(notes: Database, second: OpenSecond) -> None:
    seen = read(notes, ref(NOTES, 1)).values
    unit = Unit(notes)
    unit.stage_insert(NOTES, {"title": seen["title"], "n": 7})
    (made,) = unit.save().inserted
    assert made == ref(NOTES, 3)
    assert _stored(second(notes), 3) == ("636166E9", "text", 7)


def test_update_to_undecodable_text_and_away_from_it(notes: Database, second: OpenSecond) -> None:
    unit = Unit(notes)
    stage(unit, notes, ref(NOTES, 2), title=BAD)
    stage(unit, notes, ref(NOTES, 1), title="café")
    unit.save()
    other = second(notes)
    assert _stored(other, 2) == ("636166E9", "text", 0)
    assert _stored(other, 1) == ("636166C3A9", "text", 0)


def test_create_refused_for_undecodable_text_finds_who_holds_it(notes: Database) -> None:
    unit = Unit(notes)
    unit.stage_insert(NOTES, {"code": "\udcff"})
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.reason is Reason.UNIQUE
    assert refused.value.refusal.other == ref(NOTES, 1)


def test_create_with_half_a_character_is_refused_in_words(notes: Database) -> None:
    unit = Unit(notes)
    unit.stage_insert(NOTES, {"title": "\ud800"})
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.sentence == "Title contains a character that cannot be stored."
    assert refused.value.refusal.fields == ("title",)
