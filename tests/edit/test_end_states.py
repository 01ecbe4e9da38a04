"""What a person sees as a valid end is saved, however the records stand in each other's way meanwhile."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desktop.base.refusal import Reason, RefusedError
from desktop.edit.taking_back import take_back
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import POSTS, TAGS, count, ref, value
from tests.edit.test_recording import Notes
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond

TREE = (
    "CREATE TABLE p (id INTEGER PRIMARY KEY, code VARCHAR(20) UNIQUE, up INTEGER REFERENCES p (id))",
    "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id), n VARCHAR(20) UNIQUE)",
    "INSERT INTO p VALUES (1, 'A', NULL), (2, 'B', 1)",
    "INSERT INTO c VALUES (1, 1, 'x')",
)
KEYS = (
    "CREATE TABLE k (code VARCHAR(5) PRIMARY KEY, n INTEGER)",
    "INSERT INTO k VALUES ('a', 1), ('b', 2), ('c', 3)",
)
FLAGS = (
    "CREATE TABLE u (id INTEGER PRIMARY KEY, n VARCHAR(20), main BOOLEAN)",
    "CREATE UNIQUE INDEX un ON u (n) WHERE main",
    "INSERT INTO u VALUES (1, 'A', TRUE), (2, 'A', FALSE)",
)


@pytest.fixture
def tree(make_database: MakeDatabase) -> Database:
    return make_database(*TREE)


def _rows(connection: sa.Connection, table: str) -> list[tuple[object, ...]]:
    query = sa.select(sa.text("*")).select_from(sa.table(table)).order_by(sa.text("1"))
    return [tuple(row) for row in connection.execute(query)]


def test_a_new_parent_takes_the_children_and_the_code_of_a_deleted_one(
    tree: Database, second: OpenSecond
) -> None:
    unit, p, c = Unit(tree), tree.find("p"), tree.find("c")
    new = unit.stage_insert(p, {"id": 9, "code": "A"})
    unit.stage(ref(c, 1), "p", 1, new.key)
    unit.stage(ref(p, 2), "up", 1, new.key)
    unit.stage_delete(ref(p, 1))
    unit.save()
    assert _rows(second(tree), "p") == [(2, "B", 9), (9, "A", None)]
    assert _rows(second(tree), "c") == [(1, 9, "x")]


def test_a_child_takes_over_the_code_of_its_deleted_parent(tree: Database, second: OpenSecond) -> None:
    p, notes = tree.find("p"), Notes()
    unit = Unit(tree, recorder=notes)
    unit.stage(ref(p, 2), "up", 1, None)
    unit.stage(ref(p, 2), "code", "B", "A")
    unit.stage(ref(tree.find("c"), 1), "p", 1, 2)
    unit.stage_delete(ref(p, 1))
    unit.save()
    assert _rows(second(tree), "p") == [(2, "A", None)]
    (log,) = notes.logs
    gone = notes.rows["p", (1,), None]
    assert gone.before["code"] == "A"  # not the stand-in that it held for the moment
    take_back(tree, log.rows)
    assert _rows(second(tree), "p") == [(1, "A", None), (2, "B", 1)]
    assert _rows(second(tree), "c") == [(1, 1, "x")]


def test_a_new_record_takes_what_another_gives_up_that_waits_for_a_third(
    tree: Database, second: OpenSecond
) -> None:
    unit, p, c = Unit(tree), tree.find("p"), tree.find("c")
    unit.stage_insert(c, {"id": 5, "p": 1, "n": "x"})
    new = unit.stage_insert(p, {"id": 9, "code": "Z"})
    unit.stage(ref(c, 1), "p", 1, new.key)
    unit.stage(ref(c, 1), "n", "x", "y")
    unit.save()
    assert _rows(second(tree), "c") == [(1, 9, "y"), (5, 1, "x")]


def test_new_records_point_to_each_other_and_to_themselves(
    make_database: MakeDatabase, backend: Backend, second: OpenSecond
) -> None:
    number = "INTEGER PRIMARY KEY" if backend == "sqlite" else "SERIAL PRIMARY KEY"
    database = make_database(f"CREATE TABLE s (id {number}, name VARCHAR(9), up INTEGER REFERENCES s (id))")
    unit, s = Unit(database), database.find("s")
    one, two, alone = (unit.stage_insert(s, {"name": name}) for name in ("one", "two", "alone"))
    for child, parent in ((one, two), (two, one), (alone, alone)):
        unit.stage(child, "up", None, parent.key)
    saved = unit.save()
    keys = [saved.final[staged].key for staged in (one, two, alone)]
    ids = [key[0] for key in keys if isinstance(key, tuple)]
    assert {row[0]: row[2] for row in _rows(second(database), "s")} == dict(
        zip(ids, (ids[1], ids[0], ids[2]), strict=True)
    )
    assert saved.records[saved.final[one]].values["up"] == ids[1]
    assert saved.adjusted[saved.final[one]].keys() == {"id"}


def test_records_that_point_to_each_other_are_deleted_together(
    make_database: MakeDatabase, backend: Backend, second: OpenSecond
) -> None:
    head = "head INTEGER REFERENCES b (id)" if backend == "sqlite" else "head INTEGER"
    later = "ALTER TABLE a ADD FOREIGN KEY (head) REFERENCES b (id)"
    database = make_database(
        f"CREATE TABLE a (id INTEGER PRIMARY KEY, {head})",
        "CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a (id))",
        "INSERT INTO a VALUES (1, 7)",
        "INSERT INTO b VALUES (7, 1)",
        *([] if backend == "sqlite" else [later]),
    )
    notes = Notes()
    unit = Unit(database, recorder=notes)
    unit.stage_delete(ref(database.find("a"), 1))
    unit.stage_delete(ref(database.find("b"), 7))
    unit.save()
    assert count(second(database), "a") == count(second(database), "b") == 0
    assert notes.rows["a", (1,), None].before == {"id": 1, "head": 7}


def test_keys_move_up_and_are_exchanged(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(*KEYS)
    unit, k = Unit(database), database.find("k")
    for old, new in (("a", "b"), ("b", "c"), ("c", "d")):
        unit.stage(ref(k, old), "code", old, new)
    saved = unit.save()
    assert saved.final[ref(k, "a")] == ref(k, "b")
    assert _rows(second(database), "k") == [("b", 1), ("c", 2), ("d", 3)]
    unit.stage(ref(k, "b"), "code", "b", "c")
    unit.stage(ref(k, "c"), "code", "c", "b")
    unit.stage(ref(k, "c"), "n", 2, 20)
    unit.save()
    assert _rows(second(database), "k") == [("b", 20), ("c", 1), ("d", 3)]


def test_what_points_to_a_key_follows_it_where_it_moves(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    database = make_database(
        *KEYS, "CREATE TABLE d (id INTEGER PRIMARY KEY, k VARCHAR(5) REFERENCES k (code))",
        "INSERT INTO d VALUES (1, NULL)",
    )  # fmt: skip
    unit = Unit(database)
    unit.stage(ref(database.find("d"), 1), "k", None, "z")
    unit.stage(ref(database.find("k"), "a"), "code", "a", "z")
    unit.save()
    assert _rows(second(database), "d") == [(1, "z")]


@pytest.mark.parametrize("first", [1, 2])
def test_a_mark_that_only_one_may_have_is_handed_on(
    make_database: MakeDatabase, second: OpenSecond, first: int
) -> None:
    """A partial unique index: nothing tells beforehand who must be written first."""
    database = make_database(*FLAGS)
    unit, u = Unit(database), database.find("u")
    for number in (first, 3 - first):
        unit.stage(ref(u, number), "main", number == 1, number == 2)
    unit.save()
    assert value(second(database), "u", "main", id=2) in (1, True)


def test_what_stays_refused_after_all_is_told_once(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(*FLAGS, "INSERT INTO u VALUES (3, 'A', FALSE)")
    unit, u = Unit(database), database.find("u")
    unit.stage(ref(u, 2), "main", False, True)
    unit.stage(ref(u, 3), "main", False, True)
    unit.stage(ref(u, 1), "main", True, False)
    with pytest.raises(RefusedError) as caught:
        unit.save()
    (refusal,) = caught.value.refusals
    assert (refusal.record, refusal.reason) == (ref(u, 3), Reason.UNIQUE)
    assert count(second(database), "u", "main AND id > 1") == 0 and len(unit.changes) == 3


def test_a_new_link_to_a_new_record_in_place_of_a_deleted_one(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    new = unit.stage_insert(TAGS, {"name": "city", "slug": "city"})
    unit.stage_delete(ref(TAGS, 2))
    unit.stage_link(ref(POSTS, 1), "tags", added=[new.key])
    saved = unit.save()
    assert saved.final[new] != ref(TAGS, 2)
    assert count(second(newsroom), "tags", "slug = 'city'") == 1
