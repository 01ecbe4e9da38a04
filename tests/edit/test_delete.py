"""Delete one record: what goes with it is counted before, and is exactly what then goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.selection import ChosenKeys
from desktop.edit.bulk import delete_selected
from desktop.edit.cascade import Impact, ImpactChild, delete_impact
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import COMMENTS, POST_TAGS, POST_VIEWS, POSTS, USERS, chosen, count, ref
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog


def _counts(database: Database, connection: sa.Connection) -> dict[TableName, int]:
    return {name: count(connection, name.name) for name in database.schema.tables}


def _gone(before: Mapping[TableName, int], after: Mapping[TableName, int]) -> dict[TableName, int]:
    return {name: before[name] - after[name] for name in before if before[name] != after[name]}


def _child(impact: Impact | ImpactChild, table: str) -> ImpactChild:
    (found,) = [child for child in impact.children if child.table.name == table]
    return found


def test_delete_tells_what_goes_with_a_post(newsroom: Database, second: OpenSecond) -> None:
    impact = delete_impact(newsroom, chosen(POSTS, 4))
    assert impact.count == 1 and not impact.blocked
    told = {(c.table, c.effect, c.count) for c in impact.children}
    assert told == {(POST_TAGS, "unlink", 2), (COMMENTS, "delete", 1), (POST_VIEWS, "delete", 1)}

    other = second(newsroom)
    before = _counts(newsroom, other)
    unit = Unit(newsroom)
    unit.stage_delete(ref(POSTS, 4))
    saved = unit.save()
    assert saved.deleted == (ref(POSTS, 4),)
    assert saved.tables == {POSTS, POST_TAGS, COMMENTS, POST_VIEWS}
    assert _gone(before, _counts(newsroom, other)) == impact.deleted()


def test_delete_sends_one_statement_by_key(newsroom: Database, sql_log: Callable[[Database], SqlLog]) -> None:
    unit = Unit(newsroom)
    unit.stage_delete(ref(POSTS, 4))
    log = sql_log(newsroom)
    unit.save()
    (delete,) = log.writes
    assert delete.startswith("DELETE FROM posts WHERE posts.id")


def test_delete_is_told_to_be_blocked_and_by_whom(newsroom: Database, second: OpenSecond) -> None:
    impact = delete_impact(newsroom, chosen(USERS, 2))
    assert impact.blocked
    posts = _child(impact, "posts")
    assert (posts.effect, posts.count) == ("block", 2)
    assert posts.sample_label == "上海的早晨"
    assert posts.sample_ref == ref(POSTS, 3)

    unit = Unit(newsroom)
    unit.stage_delete(ref(USERS, 2))
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.reason is Reason.HAS_CHILDREN
    assert count(second(newsroom), "users") == 3


def test_delete_tells_nothing_and_writes_nothing_for_a_record_alone(
    newsroom: Database, second: OpenSecond, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    assert delete_impact(newsroom, chosen(POSTS, 6)) == Impact(POSTS, 1)
    assert [s for s in log.writes if "rowkeeper_going" not in s] == []
    assert count(second(newsroom), "posts") == 6
    again = delete_impact(
        newsroom, chosen(POSTS, 6)
    )  # the temporary tables are gone, so it can be asked again
    assert again.count == 1


def test_delete_of_a_record_that_is_gone(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    unit.stage_delete(ref(POSTS, 6))
    second(newsroom).execute(sa.text("DELETE FROM posts WHERE id = 6"))
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.reason is Reason.GONE
    assert refused.value.refusal.record == ref(POSTS, 6)


def test_delete_children_and_parents_staged_together(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    for record in (ref(USERS, 2), ref(POSTS, 3), ref(POSTS, 4), ref(COMMENTS, 3)):
        unit.stage_delete(record)
    saved = unit.save()
    assert len(saved.deleted) == 4
    assert count(second(newsroom), "users") == 2


def test_delete_of_a_staged_record_only_drops_it(newsroom: Database) -> None:
    unit = Unit(newsroom)
    unit.stage_delete(unit.stage_insert(USERS, {"name": "x"}))
    assert not unit.dirty


TREE = (
    "CREATE TABLE node (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES node (id) ON DELETE CASCADE)",
    "CREATE TABLE leaf (id INTEGER PRIMARY KEY,"
    " node_id INTEGER NOT NULL REFERENCES node (id) ON DELETE CASCADE)",
    "INSERT INTO node VALUES (1, NULL), (2, 1), (3, 1), (4, 2), (5, 4), (6, NULL), (7, 6)",
    "INSERT INTO leaf VALUES (1, 5), (2, 5), (3, 3), (4, 7)",
)
CIRCLE = (
    "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER)",
    "CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a (id) ON DELETE CASCADE)",
)
CIRCLE_ROWS = (
    "INSERT INTO a VALUES (1, NULL), (2, NULL), (3, NULL)",
    "INSERT INTO b VALUES (10, 1), (20, 2), (30, 3)",
    "UPDATE a SET b_id = 10 WHERE id = 2",
    "UPDATE a SET b_id = 20 WHERE id = 1",
)
DIAMOND = (
    "CREATE TABLE owner (id INTEGER PRIMARY KEY)",
    "CREATE TABLE car (id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (id) ON DELETE CASCADE)",
    "CREATE TABLE fine (id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES owner (id) ON DELETE CASCADE,"
    " car_id INTEGER REFERENCES car (id) ON DELETE CASCADE,"
    " payer_id INTEGER REFERENCES owner (id) ON DELETE SET NULL)",
    "INSERT INTO owner VALUES (1), (2)",
    "INSERT INTO car VALUES (1, 1), (2, 1), (3, 2)",
    "INSERT INTO fine VALUES (1, 1, 1, 1), (2, 1, NULL, 1), (3, 2, 2, 2), (4, 2, 3, 1), (5, 2, 3, 2)",
)


def _circle(make_database: MakeDatabase, backend: str) -> Database:
    if backend == "sqlite":
        first = CIRCLE[0].replace("b_id INTEGER", "b_id INTEGER REFERENCES b (id) ON DELETE CASCADE")
        return make_database(first, CIRCLE[1], *CIRCLE_ROWS)
    alter = "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id) ON DELETE CASCADE"
    return make_database(*CIRCLE, alter, *CIRCLE_ROWS)


@pytest.mark.parametrize(
    ("ddl", "table", "keys"),
    [
        (TREE, "node", (1,)),
        (TREE, "node", (1, 2, 7)),
        (TREE, "node", (6, 7)),
        (DIAMOND, "owner", (1,)),
        (DIAMOND, "owner", (1, 2)),
        (DIAMOND, "car", (3,)),
    ],
)
def test_delete_announced_is_what_really_goes(
    make_database: MakeDatabase, second: OpenSecond, ddl: tuple[str, ...], table: str, keys: tuple[int, ...]
) -> None:
    database = make_database(*ddl)
    _check_announced(database, second(database), chosen(database.find(table), *keys))


def test_delete_announced_is_what_really_goes_in_a_circle(
    make_database: MakeDatabase, second: OpenSecond, backend: str
) -> None:
    database = _circle(make_database, backend)
    impact = _check_announced(database, second(database), chosen(database.find("a"), 1))
    assert impact.deleted() == {database.find("a"): 2, database.find("b"): 2}


def _check_announced(database: Database, connection: sa.Connection, selection: ChosenKeys) -> Impact:
    impact = delete_impact(database, selection)
    assert not impact.blocked
    before = _counts(database, connection)
    assert delete_selected(database, selection, impact.count) == impact.count
    assert _gone(before, _counts(database, connection)) == impact.deleted()
    return impact


def test_delete_tells_what_becomes_empty_without_what_goes(make_database: MakeDatabase) -> None:
    database = make_database(*DIAMOND)
    impact = delete_impact(database, chosen(database.find("owner"), 1))
    told = {(c.effect, c.count) for c in impact.children if c.table.name == "fine"}
    # Fines 1 and 2 go as the owner's own, 3 with the car; of those that stay only 4 loses its payer.
    assert told == {("delete", 2), ("set null", 1)}
    assert _child(_child(impact, "car"), "fine").count == 1


@pytest.mark.parametrize(("keys", "blocked"), [((1,), True), ((1, 2), False), ((2,), False)])
def test_delete_of_parent_and_child_chosen_together(
    make_database: MakeDatabase, second: OpenSecond, keys: tuple[int, ...], blocked: bool
) -> None:
    database = make_database(
        "CREATE TABLE staff (id INTEGER PRIMARY KEY, boss_id INTEGER REFERENCES staff (id))",
        "INSERT INTO staff VALUES (1, NULL), (2, 1)",
    )
    selection = chosen(database.find("staff"), *keys)
    assert delete_impact(database, selection).blocked is blocked
    if blocked:
        with pytest.raises(RefusedError):
            delete_selected(database, selection, len(keys))
    else:
        delete_selected(database, selection, len(keys))
    assert count(second(database), "staff") == (2 if blocked else 2 - len(keys))


def test_delete_tells_of_composite_keys_and_tables_without_key(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    database = make_database(
        "CREATE TABLE line (a INTEGER, b VARCHAR(9), PRIMARY KEY (a, b))",
        "CREATE TABLE note (a INTEGER, b VARCHAR(9), text VARCHAR(9),"
        " FOREIGN KEY (a, b) REFERENCES line (a, b) ON DELETE CASCADE)",
        "INSERT INTO line VALUES (1, 'x'), (1, 'y')",
        "INSERT INTO note VALUES (1, 'x', 'one'), (1, 'x', 'two'), (1, 'y', 'three'), (1, NULL, 'four')",
    )
    _check_announced(database, second(database), ChosenKeys(database.find("line"), ((1, "x"),)))


def test_delete_tells_of_keys_of_any_type(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(
        "CREATE TABLE land (code VARCHAR(2) PRIMARY KEY)",
        "CREATE TABLE town (id INTEGER PRIMARY KEY,"
        " code VARCHAR(2) REFERENCES land (code) ON DELETE CASCADE)",
        "INSERT INTO land VALUES ('at'), ('de')",
        "INSERT INTO town VALUES (1, 'at'), (2, 'at'), (3, 'de')",
    )
    impact = _check_announced(database, second(database), ChosenKeys(database.find("land"), (("at",),)))
    assert impact.deleted()[database.find("town")] == 2
