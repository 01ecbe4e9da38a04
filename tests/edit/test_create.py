"""Create: one INSERT of what was filled in, and what the server added comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from desktop.base.keys import NewKey, RecordRef
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from desktop.values.special import DEFAULT
from tests.edit.craft import COMMENTS, POSTS, USERS, count, value
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]


def test_create_sends_one_insert_and_refreshes_server_defaults(
    newsroom: Database, second: OpenSecond, sql_log: Listen
) -> None:
    unit = Unit(newsroom)
    staged = unit.stage_insert(POSTS, {"author_id": 1, "title": "New", "body": "Text.", "status": DEFAULT})
    log = sql_log(newsroom)

    saved = unit.save()

    (insert,) = log.writes
    assert "status" not in insert and "created_at" not in insert and "view_count" not in insert
    (final,) = saved.inserted
    assert saved.final[staged] == final
    assert final.key == (7,)
    record = saved.records[final]
    assert record.values["status"] == "draft"
    assert record.values["view_count"] == 0
    assert isinstance(record.values["created_at"], datetime)
    assert not unit.dirty
    assert value(second(newsroom), "posts", "title", id=7) == "New"


def test_create_nothing_staged_touches_nothing(newsroom: Database, sql_log: Listen) -> None:
    log = sql_log(newsroom)
    assert Unit(newsroom).save().records == {}
    assert log.statements == []


def test_create_parent_and_child_level_by_level(
    newsroom: Database, second: OpenSecond, sql_log: Listen
) -> None:
    unit = Unit(newsroom)
    author = unit.stage_insert(USERS, {"name": "Mary", "email": "mary@example.org"})
    post = unit.stage_insert(POSTS, {"author_id": author.key, "title": "Hers", "body": "."})
    comment = unit.stage_insert(COMMENTS, {"post_id": post.key, "author_name": "Tim", "body": "!"})
    log = sql_log(newsroom)

    saved = unit.save()

    assert [s.split()[2].strip('"') for s in log.writes] == ["users", "posts", "comments"]
    other = second(newsroom)
    assert value(other, "posts", "author_id", id=_number(saved.final[post])) == _number(saved.final[author])
    assert value(other, "comments", "post_id", id=_number(saved.final[comment])) == _number(saved.final[post])


def test_create_staged_in_the_wrong_order_still_finds_its_parent(newsroom: Database) -> None:
    unit = Unit(newsroom)
    author = unit.stage_insert(USERS, {"name": "Mary", "email": "mary@example.org"})
    post = unit.stage_insert(POSTS, {"title": "Hers", "body": "."})
    late = unit.stage_insert(USERS, {"name": "Late", "email": "late@example.org"})
    unit.stage(post, "author_id", None, late.key)
    saved = unit.save()
    assert saved.records[saved.final[post]].values["author_id"] == _number(saved.final[late])
    assert saved.final[author] in saved.records


def test_create_records_that_refer_to_each_other(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(
        "CREATE TABLE staff (id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
        " boss_id INTEGER REFERENCES staff (id))"
    )
    staff = database.find("staff")
    unit = Unit(database)
    boss = unit.stage_insert(staff, {"id": 1, "name": "Boss"})
    unit.stage_insert(staff, {"id": 2, "name": "Clerk", "boss_id": boss.key})
    unit.save()
    assert value(second(database), "staff", "boss_id", id=2) == 1


def test_create_two_hundred_at_once(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    staged = [unit.stage_insert(USERS, {"name": f"N{n}", "email": f"n{n}@x.org"}) for n in range(200)]
    saved = unit.save()
    assert len(saved.records) == 200
    for number, record in enumerate(staged):
        assert saved.records[saved.final[record]].values["name"] == f"N{number}"
    assert count(second(newsroom), "users") == 203


def test_create_in_a_table_without_primary_key_gets_a_rowid(
    make_sqlite: MakeDatabase, second: OpenSecond
) -> None:
    database = make_sqlite("CREATE TABLE notes (text TEXT)", "INSERT INTO notes VALUES ('first')")
    unit = Unit(database)
    unit.stage_insert(database.find("notes"), {"text": "second"})
    (final,) = unit.save().inserted
    assert final.key == (2,)
    assert value(second(database), "notes", "text", rowid=2) == "second"


def test_create_shows_what_a_trigger_made_of_it(make_database: MakeDatabase, backend: Backend) -> None:
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)"
    if backend == "sqlite":
        database = make_database(
            table,
            "CREATE TRIGGER loud AFTER INSERT ON t"
            " BEGIN UPDATE t SET name = upper(name) WHERE id = new.id; END",
        )
    else:
        database = make_database(
            table,
            "CREATE FUNCTION loud() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN new.name = upper(new.name); RETURN new; END'",
            "CREATE TRIGGER loud BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION loud()",
        )
    unit = Unit(database)
    unit.stage_insert(database.find("t"), {"id": 1, "name": "quiet"})
    (record,) = unit.save().records.values()
    assert record.values["name"] == "QUIET"


def test_create_never_sends_a_generated_column(make_database: MakeDatabase, sql_log: Listen) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, twice INTEGER GENERATED ALWAYS AS (n * 2) STORED)"
    )
    unit = Unit(database)
    unit.stage_insert(database.find("t"), {"id": 1, "n": 21, "twice": 7})
    log = sql_log(database)
    (record,) = unit.save().records.values()
    assert record.values["twice"] == 42
    assert "twice" not in log.writes[0]


def _number(record: RecordRef) -> object:
    assert not isinstance(record.key, NewKey)
    return record.key[0]
