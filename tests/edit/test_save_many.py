"""A save of very many records is a few dozen statements, on both databases, whatever they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import POSTS, TAGS, count, insert, ref
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]
MANY = 10_000
FEW_DOZEN = 48


@pytest.fixture
def table(make_database: MakeDatabase) -> Database:
    return make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(20), b VARCHAR(20), place INTEGER UNIQUE)",
        insert("t", ((n, f"a{n}", "b", n) for n in range(1, MANY + 1))),
    )


def test_many_updates_of_several_shapes(table: Database, second: OpenSecond, sql_log: Listen) -> None:
    unit, name = Unit(table), table.find("t")
    for number in range(1, MANY + 1):
        if number % 3:
            unit.stage(ref(name, number), "a", f"a{number}", f"new {number}")
        if number % 2 or not number % 3:
            unit.stage(ref(name, number), "b", "b", f"changed {number}")
    log = sql_log(table)
    saved = unit.save()
    assert len(saved.records) == MANY and not saved.adjusted
    assert len(log.statements) <= FEW_DOZEN and len(log.starting("UPDATE")) == 3
    assert count(second(table), "t", "a LIKE 'new %'") == sum(bool(n % 3) for n in range(1, MANY + 1))
    assert count(second(table), "t", "b LIKE 'changed %'") == sum(
        bool(n % 2 or not n % 3) for n in range(1, MANY + 1)
    )


def test_every_unique_place_moves_up_by_one(table: Database, second: OpenSecond, sql_log: Listen) -> None:
    unit, name = Unit(table), table.find("t")
    for number in range(1, MANY + 1):
        unit.stage(ref(name, number), "place", number, number + 1)
    log = sql_log(table)
    unit.save()
    assert len(log.statements) <= FEW_DOZEN and len(log.starting("UPDATE")) == 1
    assert count(second(table), "t", "place = id + 1") == MANY


def test_many_deletes(table: Database, second: OpenSecond, sql_log: Listen) -> None:
    unit, name = Unit(table), table.find("t")
    for number in range(1, MANY + 1):
        unit.stage_delete(ref(name, number))
    log = sql_log(table)
    saved = unit.save()
    assert len(saved.deleted) == MANY and len(log.statements) <= FEW_DOZEN
    assert count(second(table), "t") == 0


KEYS = {
    "sqlite": [
        "id INTEGER PRIMARY KEY",
        "id INTEGER PRIMARY KEY AUTOINCREMENT",
        "id TEXT PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))) NOT NULL",
    ],
    "postgresql": [
        "id SERIAL PRIMARY KEY",
        "id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "id UUID PRIMARY KEY DEFAULT gen_random_uuid()",
    ],
}


@pytest.mark.parametrize("kind", range(3))
def test_many_inserts_that_the_database_numbers(
    make_database: MakeDatabase, backend: Backend, second: OpenSecond, sql_log: Listen, kind: int
) -> None:
    database = make_database(
        f"CREATE TABLE t ({KEYS[backend][kind]}, name VARCHAR(20), up VARCHAR(40))",
        "INSERT INTO t (name) VALUES ('there before')",
    )
    unit, name = Unit(database), database.find("t")
    staged = [unit.stage_insert(name, {"name": f"n{number}"}) for number in range(MANY)]
    log = sql_log(database)
    saved = unit.save()
    assert len(log.statements) <= FEW_DOZEN
    assert len(saved.records) == MANY and count(second(database), "t") == MANY + 1
    assert all(saved.records[saved.final[one]].values["name"] == f"n{n}" for n, one in enumerate(staged))


def test_numbers_used_once_are_not_used_again(make_sqlite: MakeDatabase, second: OpenSecond) -> None:
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)",
        "INSERT INTO t VALUES (7, 'gone')",
        "DELETE FROM t",
    )
    unit, name = Unit(database), database.find("t")
    for number in range(3):
        unit.stage_insert(name, {"name": f"n{number}"})
    assert [saved.key for saved in unit.save().inserted] == [(8,), (9,), (10,)]
    unit.stage_insert(name, {"name": "one more"})
    assert [saved.key for saved in unit.save().inserted] == [(11,)]
    assert count(second(database), "t") == 4


def test_many_links(newsroom: Database, second: OpenSecond, sql_log: Listen) -> None:
    unit = Unit(newsroom)
    tags = [unit.stage_insert(TAGS, {"name": f"tag {n}", "slug": f"tag-{n}"}) for n in range(1000)]
    for number in range(1, 7):
        unit.stage_link(ref(POSTS, number), "tags", added=[tag.key for tag in tags])
    log = sql_log(newsroom)
    unit.save()
    assert len(log.statements) <= FEW_DOZEN
    assert count(second(newsroom), "post_tags") == 6000 + 4
