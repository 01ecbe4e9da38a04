"""Unique values move from one record to another, and are exchanged, within one save."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from desktop.base.refusal import Reason, RefusedError
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import COMMENTS, POSTS, TAGS, USERS, count, ref, stage, value
from tests.edit.test_recording import Notes
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]


def test_from_a_deleted_record_to_a_new_one(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    new = unit.stage_insert(TAGS, {"name": "city", "slug": "city"})
    unit.stage_delete(ref(TAGS, 2))
    saved = unit.save()
    assert saved.final[new] != ref(TAGS, 2)
    assert count(second(newsroom), "tags", "slug = 'city'") == 1


def test_from_a_changed_record_to_a_new_one(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    unit.stage_insert(TAGS, {"name": "city", "slug": "city"})
    stage(unit, newsroom, ref(TAGS, 2), name="town", slug="town")
    unit.save()
    assert value(second(newsroom), "tags", "slug", id=2) == "town"


def test_a_parent_is_deleted_after_its_children_were_led_elsewhere(
    newsroom: Database, second: OpenSecond
) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(COMMENTS, 1), post_id=2)
    stage(unit, newsroom, ref(COMMENTS, 2), post_id=2)
    unit.stage_delete(ref(POSTS, 1))
    unit.save()
    assert count(second(newsroom), "comments", "post_id = 2") == 2


def test_along_a_chain_whatever_the_order(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(USERS, 1), email="grace@example.org")
    stage(unit, newsroom, ref(USERS, 2), email="zoe@example.org", name="Grace")
    stage(unit, newsroom, ref(USERS, 3), email="new@example.org")
    unit.save()
    assert value(second(newsroom), "users", "email", id=1) == "grace@example.org"
    assert value(second(newsroom), "users", "email", id=2) == "zoe@example.org"


@pytest.mark.parametrize(
    "column",
    ["u VARCHAR(3) NOT NULL UNIQUE", "u VARCHAR(9) UNIQUE", "u INTEGER NOT NULL UNIQUE CHECK (u > 0)"],
)
def test_round_in_a_circle(
    make_database: MakeDatabase, second: OpenSecond, sql_log: Listen, column: str
) -> None:
    database = make_database(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, {column})",
        "INSERT INTO t VALUES (1, '10'), (2, '20'), (3, '30'), (4, '40'), (5, '50')",
    )
    unit, name = Unit(database), database.find("t")
    old = {number: value(second(database), "t", "u", id=number) for number in range(1, 6)}
    goes = {1: 2, 2: 3, 3: 1, 4: 5, 5: 4}
    for number, takes in goes.items():
        unit.stage(ref(name, number), "u", old[number], old[takes])
    log = sql_log(database)
    saved = unit.save()
    assert len(log.starting("UPDATE")) == 3 and not saved.adjusted
    assert all(value(second(database), "t", "u", id=one) == old[takes] for one, takes in goes.items())


def test_a_combination_is_exchanged(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, page INTEGER NOT NULL, place INTEGER NOT NULL,"
        " UNIQUE (page, place))",
        "INSERT INTO t VALUES (1, 7, 1), (2, 7, 2)",
    )
    unit, name = Unit(database), database.find("t")
    unit.stage(ref(name, 1), "place", 1, 2)
    unit.stage(ref(name, 2), "place", 2, 1)
    unit.save()
    assert value(second(database), "t", "place", id=1) == 2


@pytest.mark.parametrize("needed", ["", " NOT NULL"])
def test_where_only_an_index_over_an_expression_knows(
    make_database: MakeDatabase, second: OpenSecond, needed: str
) -> None:
    database = make_database(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9){needed}, place INTEGER)",
        "CREATE UNIQUE INDEX folded ON t (lower(name))",
        "INSERT INTO t VALUES (1, 'One', 1), (2, 'Two', 2), (3, 'Three', 3), (4, 'Four', 4)",
    )
    unit, name = Unit(database, recorder=(notes := Notes())), database.find("t")
    for number, new in ((1, "TWO"), (2, "THREE"), (3, "ONE")):
        stage(unit, database, ref(name, number), name=new, place=10 + number)
    unit.save()
    for number, new in ((1, "TWO"), (2, "THREE"), (3, "ONE"), (4, "Four")):
        assert value(second(database), "t", "name", id=number) == new
    assert notes.rows["t", (1,), (1,)].before == {"name": "One", "place": 1}
    assert notes.rows["t", (3,), (3,)].after == {"name": "ONE", "place": 13}


@pytest.mark.parametrize("needed", ["", " NOT NULL"])
def test_bookings_change_places_where_none_may_overlap(
    make_postgres: MakeDatabase, second: OpenSecond, needed: str
) -> None:
    database = make_postgres(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, during INT4RANGE{needed},"
        " EXCLUDE USING gist (during WITH &&))",
        "INSERT INTO t VALUES (1, '[1,5)'), (2, '[5,9)'), (3, '[20,30)')",
    )
    unit, name = Unit(database), database.find("t")
    stage(unit, database, ref(name, 1), during="[6,9)")
    stage(unit, database, ref(name, 2), during="[1,6)")
    unit.save()
    assert count(second(database), "t", "id = 1 AND during = '[6,9)'") == 1
    assert count(second(database), "t", "id = 2 AND during = '[1,6)'") == 1


def test_what_no_exchange_can_help_is_refused_as_ever(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9))",
        "CREATE UNIQUE INDEX folded ON t (lower(name))",
        "INSERT INTO t VALUES (1, 'One'), (2, 'Two'), (3, 'Three')",
    )
    unit, name = Unit(database), database.find("t")
    for number, new in ((1, "THREE"), (2, "three")):
        stage(unit, database, ref(name, number), name=new)
    with pytest.raises(RefusedError) as caught:
        unit.save()
    assert [refusal.record for refusal in caught.value.refusals] == [ref(name, 1), ref(name, 2)]
    assert {refusal.reason for refusal in caught.value.refusals} == {Reason.UNIQUE}
    assert count(second(database), "t", "name IN ('One', 'Two', 'Three')") == 3 and len(unit.changes) == 2


def test_where_it_cannot_be_done_it_is_said(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, u VARCHAR(9) NOT NULL UNIQUE CHECK (u IN ('left','right')))",
        "INSERT INTO t VALUES (1, 'left'), (2, 'right')",
    )
    unit, name = Unit(database), database.find("t")
    unit.stage(ref(name, 1), "u", "left", "right")
    unit.stage(ref(name, 2), "u", "right", "left")
    with pytest.raises(RefusedError) as caught:
        unit.save()
    refusal = caught.value.refusal
    assert (refusal.reason, refusal.fields) == (Reason.UNIQUE, ("u",))
    assert "exchange" in refusal.sentence
    assert value(second(database), "t", "u", id=1) == "left"
