"""All refusals of one save are told at once, each with its record, field and sentence; nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest
import sqlalchemy as sa

from desktop.base.keys import RecordRef
from desktop.base.refusal import Reason, RefusedError
from desktop.edit import trying
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import POSTS, TAGS, USERS, count, insert, ref, stage
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]


def _refused(unit: Unit) -> RefusedError:
    staged = len(unit.changes)
    with pytest.raises(RefusedError) as caught:
        unit.save()
    assert len(unit.changes) == staged
    return caught.value


def test_seven_of_fifty(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, slug VARCHAR(20) UNIQUE, n INTEGER CHECK (n < 1000))",
        insert("t", ((number, f"s{number}", number) for number in range(1, 61))),
    )
    unit, name = Unit(database), database.find("t")
    wrong = {3: ("slug", "s60"), 9: ("n", 5000), 17: ("slug", "s59"), 25: ("n", 1000), 33: ("slug", "s58"),
             41: ("n", 2000), 50: ("slug", "s57")}  # fmt: skip
    for number in range(1, 51):
        column, new = wrong.get(number, ("n", number + 100))
        unit.stage(ref(name, number), column, number if column == "n" else f"s{number}", new)
    error = _refused(unit)
    assert error.tried == 50 and len(error.refusals) == 7
    assert {refusal.record: refusal.fields for refusal in error.refusals} == {
        ref(name, number): (column,) for number, (column, _) in wrong.items()
    }
    by_record = {refusal.record: refusal for refusal in error.refusals}
    assert by_record[ref(name, 3)].other == ref(name, 60)
    assert by_record[ref(name, 3)].reason is Reason.UNIQUE
    assert by_record[ref(name, 9)].reason is Reason.CHECK
    assert count(second(database), "t", "n > 60") == 0


def test_of_every_kind_of_change(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(USERS, 2), email="ada@example.org")
    stage(unit, newsroom, ref(POSTS, 1), title="Fine")
    new = unit.stage_insert(TAGS, {"name": "city", "slug": "another"})
    orphan = unit.stage_insert(POSTS, {"title": "By nobody", "body": "x", "author_id": 99, "status": "draft"})
    unit.stage_delete(ref(USERS, 1))
    error = _refused(unit)
    found: dict[RecordRef | None, tuple[Reason, tuple[str, ...]]] = {
        refusal.record: (refusal.reason, refusal.fields) for refusal in error.refusals
    }
    assert found[ref(USERS, 2)] == (Reason.UNIQUE, ("email",))
    assert found[new] == (Reason.UNIQUE, ("name",))
    assert found[orphan] == (Reason.MISSING_PARENT, ("author_id",))
    assert ref(POSTS, 1) not in found
    assert count(second(newsroom), "posts", "title = 'Fine'") == 0


def test_a_child_of_a_refused_record_is_not_blamed(newsroom: Database) -> None:
    unit = Unit(newsroom)
    parent = unit.stage_insert(USERS, {"name": "Ada again", "email": "ada@example.org"})
    unit.stage_insert(POSTS, {"title": "Hers", "body": "x", "author_id": parent.key, "status": "draft"})
    tag = unit.stage_insert(TAGS, {"name": "city", "slug": "yet-another"})
    error = _refused(unit)
    assert [refusal.record for refusal in error.refusals] == [parent, tag]


def test_no_more_than_anybody_would_mend(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MOST_REFUSED", 5)
    database = make_database("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n < 10))")
    unit, name = Unit(database), database.find("t")
    for number in range(40):
        unit.stage_insert(name, {"n": 100 + number})
    error = _refused(unit)
    assert len(error.refusals) == 5 and error.tried == 40


def test_several_swallowed(make_database: MakeDatabase, backend: Backend, second: OpenSecond) -> None:
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9), frozen INTEGER)"
    if backend == "sqlite":
        trigger: tuple[str, ...] = (
            "CREATE TRIGGER ice BEFORE UPDATE ON t WHEN old.frozen = 1 BEGIN SELECT RAISE(IGNORE); END",
        )
    else:
        trigger = (
            "CREATE FUNCTION ice() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN IF old.frozen = 1 THEN RETURN NULL; END IF; RETURN new; END'",
            "CREATE TRIGGER ice BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION ice()",
        )
    rows = insert("t", ((number, "old", int(number % 5 == 0)) for number in range(1, 21)))
    database = make_database(table, rows, *trigger)
    unit, name = Unit(database), database.find("t")
    for number in range(1, 21):
        unit.stage(ref(name, number), "name", "old", "new")
    error = _refused(unit)
    assert [refusal.record for refusal in error.refusals] == [ref(name, n) for n in (5, 10, 15, 20)]
    assert all("did not store" in refusal.sentence for refusal in error.refusals)
    assert count(second(database), "t", "name = 'new'") == 0


def test_a_rule_that_does_nothing_instead(make_postgres: MakeDatabase, second: OpenSecond) -> None:
    database = make_postgres(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO t VALUES (1, 'one'), (2, 'two')",
        "CREATE RULE still AS ON UPDATE TO t WHERE old.id = 2 DO INSTEAD NOTHING",
        "CREATE RULE kept AS ON DELETE TO t WHERE old.id = 2 DO INSTEAD NOTHING",
    )
    unit, name = Unit(database), database.find("t")
    stage(unit, database, ref(name, 1), name="changed")
    stage(unit, database, ref(name, 2), name="changed")
    assert [refusal.record for refusal in _refused(unit).refusals] == [ref(name, 2)]
    unit.discard()
    unit.stage_delete(ref(name, 2))
    assert "did not store" in _refused(unit).refusal.sentence
    assert count(second(database), "t", "name <> 'changed'") == 2


def test_a_trigger_that_ends_the_whole_transaction(make_sqlite: MakeDatabase, second: OpenSecond) -> None:
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE TRIGGER stop BEFORE INSERT ON t WHEN new.name = 'bad'"
        " BEGIN SELECT RAISE(ROLLBACK, 'not this one'); END",
    )
    unit, name = Unit(database), database.find("t")
    for text in ("good", "bad", "fine"):
        unit.stage_insert(name, {"name": text})
    assert "Not this one" in _refused(unit).refusal.sentence
    assert count(second(database), "t") == 0


def test_a_deferred_constraint_finds_its_record(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO t VALUES (1, 1), (2, 1), (3, 1)",
    )
    unit, name = Unit(database), database.find("t")
    for number, up in ((1, 2), (2, 77), (3, 2)):
        unit.stage(ref(name, number), "up", 1, up)
    refusal = _refused(unit).refusal
    assert (refusal.record, refusal.fields) == (ref(name, 2), ("up",))


def test_every_refused_record_is_named(make_database: MakeDatabase, sql_log: Listen) -> None:
    database = make_database(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL,"
        " age INTEGER CHECK (age > 0))",
        "INSERT INTO people VALUES (1, 'Ada', 1), (2, 'Bob', 1), (3, 'Cleo', 1)",
    )
    unit, people = Unit(database), database.find("people")
    for number in (1, 3):
        unit.stage(ref(people, number), "age", 1, -number)
    unit.stage_insert(people, {"id": 9, "name": "New", "age": -1})
    log = sql_log(database)
    error = _refused(unit)
    assert error.names == {ref(people, 1): "Ada", ref(people, 3): "Cleo"} and len(error.refusals) == 3
    assert len([statement for statement in log.statements if "AS label" in statement]) == 1


def test_a_row_that_may_be_seen_but_not_changed(make_postgres: MakeDatabase, second: OpenSecond) -> None:
    database = make_postgres(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO t VALUES (1, 'mine'), (2, 'theirs')",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY seen ON t FOR SELECT USING (true)",
        "CREATE POLICY own ON t FOR UPDATE USING (id = 1)",
        "DROP ROLE IF EXISTS rowkeeper_limited",
        "CREATE ROLE rowkeeper_limited",
        "GRANT SELECT, UPDATE ON t TO rowkeeper_limited",
    )
    schema = second(database).scalar(sa.text("SELECT current_schema()"))
    second(database).exec_driver_sql(f'GRANT USAGE ON SCHEMA "{schema}" TO rowkeeper_limited')
    sa.event.listen(database.engine, "begin", lambda c: c.exec_driver_sql("SET LOCAL ROLE rowkeeper_limited"))
    unit, name = Unit(database), database.find("t")
    stage(unit, database, ref(name, 1), name="changed")
    stage(unit, database, ref(name, 2), name="changed")
    refusal = _refused(unit).refusal
    assert (refusal.record, refusal.reason) == (ref(name, 2), Reason.NOT_ALLOWED)
    assert count(second(database), "t", "name = 'changed'") == 0
    second(database).exec_driver_sql("DROP OWNED BY rowkeeper_limited; DROP ROLE rowkeeper_limited")


def test_a_field_that_one_has_no_right_to(make_postgres: MakeDatabase, second: OpenSecond) -> None:
    database = make_postgres(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, salary INTEGER)",
        "INSERT INTO t VALUES (1, 'one', 10), (2, 'two', 20)",
        "DROP ROLE IF EXISTS rowkeeper_clerk",
        "CREATE ROLE rowkeeper_clerk",
        "GRANT SELECT, UPDATE (name) ON t TO rowkeeper_clerk",
    )
    schema = second(database).scalar(sa.text("SELECT current_schema()"))
    second(database).exec_driver_sql(f'GRANT USAGE ON SCHEMA "{schema}" TO rowkeeper_clerk')
    sa.event.listen(database.engine, "begin", lambda c: c.exec_driver_sql("SET LOCAL ROLE rowkeeper_clerk"))
    unit, name = Unit(database), database.find("t")
    stage(unit, database, ref(name, 1), name="first")
    stage(unit, database, ref(name, 2), name="second", salary=21)
    refusal = _refused(unit).refusal
    assert (refusal.record, refusal.fields) == (ref(name, 2), ("salary",))
    assert refusal.sentence == "You are not allowed to change the salary of ts."
    assert count(second(database), "t", "name IN ('first', 'second')") == 0
    second(database).exec_driver_sql("DROP OWNED BY rowkeeper_clerk; DROP ROLE rowkeeper_clerk")
