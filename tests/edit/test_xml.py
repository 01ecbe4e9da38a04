"""XML has no equality in PostgreSQL: it is compared as written; it is saved and taken back all the same."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.refusal import Conflict, RefusedError
from desktop.edit.as_seen import MANY
from desktop.edit.taking_back import take_back
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import count, insert, read, ref, stage
from tests.edit.random_saves import dump
from tests.edit.test_recording import Notes
from tests.fixtures.databases import MakeDatabase, OpenSecond

T = TableName(None, "t")
THEIRS = sa.text("""UPDATE t SET a = '<p x="2"/>' WHERE id = 1""")


@pytest.fixture
def database(make_postgres: MakeDatabase) -> Database:
    made = make_postgres("CREATE TABLE empty (id INTEGER PRIMARY KEY)")
    with made.engine.connect() as connection:
        if not connection.scalar(
            sa.text("SELECT EXISTS (SELECT FROM pg_config WHERE name = 'CONFIGURE' AND setting ~ 'libxml')")
        ):
            pytest.skip("this PostgreSQL was built without libxml")
    rows = insert("t", ((n, '<p x="1"/>', "fine") for n in range(1, MANY + 3)))
    return make_postgres("CREATE TABLE t (id INTEGER PRIMARY KEY, a XML, note TEXT)", rows)


def test_it_is_saved_beside_other_fields_and_taken_back(database: Database, second: OpenSecond) -> None:
    before, notes = dump(database), Notes()
    unit = Unit(database, recorder=notes)
    stage(unit, database, ref(T, 1), a="<p>new</p>", note="changed")
    stage(unit, database, ref(T, 2), note="alone")
    unit.stage_delete(ref(T, 3))
    unit.save()
    assert count(second(database), "t", "CAST(a AS TEXT) = '<p>new</p>' AND note = 'changed'") == 1
    take_back(database, notes.logs[0].rows)
    assert dump(database) == before


def test_a_change_to_it_by_somebody_else_is_a_conflict(database: Database, second: OpenSecond) -> None:
    unit = Unit(database)
    stage(unit, database, ref(T, 1), a="<p>mine</p>")
    second(database).execute(THEIRS)
    with pytest.raises(RefusedError) as caught:
        unit.save()
    assert caught.value.refusal.conflicts == (
        Conflict(ref(T, 1), "a", '<p x="1"/>', '<p x="2"/>', "<p>mine</p>"),
    )


def test_very_many_are_compared_in_their_statement(database: Database, second: OpenSecond) -> None:
    unit = Unit(database)
    for number in range(1, MANY + 3):
        unit.stage(ref(T, number), "a", read(database, ref(T, number)).values["a"], "<p>mine</p>")
    other = second(database)
    other.execute(THEIRS)
    with pytest.raises(RefusedError) as caught:
        unit.save()
    assert [refusal.record for refusal in caught.value.refusals] == [ref(T, 1)]
    assert count(other, "t", "CAST(a AS TEXT) = '<p>mine</p>'") == 0


def test_what_is_no_xml_is_told_at_its_field(database: Database) -> None:
    unit = Unit(database)
    stage(unit, database, ref(T, 1), a="<p>unfinished", note="fine")
    with pytest.raises(RefusedError) as caught:
        unit.save()
    assert caught.value.refusal.fields == ("a",)
