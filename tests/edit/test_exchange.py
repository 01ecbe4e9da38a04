"""Unique values move from one record to another, and are exchanged, within one save."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from desktop.base.refusal import Reason, RefusedError
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import COMMENTS, POSTS, TAGS, USERS, count, ref, stage, value
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
