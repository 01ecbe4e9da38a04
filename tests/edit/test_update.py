"""Update: load, compare, change; only changed columns are sent, and whatever others did is noticed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

import pytest
import sqlalchemy as sa

from desktop.base.refusal import Reason, RefusedError
from desktop.edit import session
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from desktop.values.special import BlobSize, Clipped
from tests.edit.craft import POSTS, USERS, count, insert, read, ref, stage, value
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]


def test_update_sends_only_the_changed_column(
    newsroom: Database, second: OpenSecond, sql_log: Listen
) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(POSTS, 1), title="Changed", status="published")
    log = sql_log(newsroom)

    saved = unit.save()

    (update,) = log.writes
    assert update.startswith("UPDATE posts SET title=")
    assert "status" not in update and "body" not in update
    assert saved.updated == (ref(POSTS, 1),)
    assert saved.records[ref(POSTS, 1)].values["title"] == "Changed"
    assert value(second(newsroom), "posts", "title", id=1) == "Changed"


def test_update_locks_the_record_before_it_compares(
    newsroom: Database, sql_log: Listen, backend: Backend
) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(POSTS, 1), title="Changed")
    log = sql_log(newsroom)
    unit.save()
    (locking, *_) = log.starting("SELECT")
    assert ("FOR UPDATE" in locking) == (backend == "postgresql")
    assert "body" not in locking


def test_update_back_to_the_base_is_no_change(newsroom: Database, sql_log: Listen) -> None:
    unit = Unit(newsroom)
    unit.stage(ref(POSTS, 1), "title", "old", "new")
    unit.stage(ref(POSTS, 1), "title", "new", "newer")
    assert len(unit.changes) == 1
    unit.stage(ref(POSTS, 1), "title", "newer", "old")
    assert not unit.dirty
    log = sql_log(newsroom)
    unit.save()
    assert log.statements == []


def test_update_of_a_field_somebody_changed_is_a_conflict(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(POSTS, 1), title="Mine", body="Mine too")
    second(newsroom).execute(sa.text("UPDATE posts SET title = 'Theirs' WHERE id = 1"))
    with pytest.raises(RefusedError) as refused:
        unit.save()
    refusal = refused.value.refusal
    assert refusal.reason is Reason.CONFLICT
    assert refusal.fields == ("title",)
    assert "“Title”" in refusal.sentence and "post" in refusal.sentence
    assert value(second(newsroom), "posts", "title", id=1) == "Theirs"
    assert value(second(newsroom), "posts", "body", id=1) == "Water and time."
    assert unit.dirty


def test_update_merges_with_a_change_to_another_field(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(POSTS, 1), title="Mine")
    second(newsroom).execute(sa.text("UPDATE posts SET body = 'Theirs' WHERE id = 1"))
    record = unit.save().records[ref(POSTS, 1)]
    assert (record.values["title"], record.values["body"]) == ("Mine", "Theirs")


def test_update_of_a_record_that_is_gone(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(POSTS, 3), title="Mine")
    stage(unit, newsroom, ref(POSTS, 1), title="Also mine")
    second(newsroom).execute(sa.text("DELETE FROM posts WHERE id = 3"))
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.reason is Reason.GONE
    assert refused.value.refusal.record == ref(POSTS, 3)
    assert count(second(newsroom), "posts", "title = 'Also mine'") == 0

    unit.changes.drop(ref(POSTS, 3))
    assert unit.save().updated == (ref(POSTS, 1),)


def test_update_many_records_in_few_statements(
    make_database: MakeDatabase, second: OpenSecond, sql_log: Listen
) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(20), b VARCHAR(20))",
        insert("t", ((n, f"a{n}", "b") for n in range(1, 1201))),
    )
    table = database.find("t")
    unit = Unit(database)
    for number in range(1, 1201):
        unit.stage(ref(table, number), "b", "b", f"changed {number}")
    log = sql_log(database)
    saved = unit.save()
    assert len(saved.records) == 1200
    assert len(log.statements) < 20
    assert count(second(database), "t", "b LIKE 'changed %' AND a LIKE 'a%'") == 1200


def test_update_one_bad_record_of_many_changes_none(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(POSTS, 1), title="Good")
    stage(unit, newsroom, ref(POSTS, 2), status="lost")
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.record == ref(POSTS, 2)
    assert count(second(newsroom), "posts", "title = 'Good'") == 0


def test_update_a_composite_key(make_database: MakeDatabase, second: OpenSecond, sql_log: Listen) -> None:
    database = make_database(
        "CREATE TABLE t (a INTEGER, b VARCHAR(9), note VARCHAR(9), PRIMARY KEY (a, b))",
        "INSERT INTO t VALUES (1, 'x', 'one'), (1, 'y', 'two'), (2, 'x', 'three')",
    )
    table = database.find("t")
    unit = Unit(database)
    stage(unit, database, ref(table, 1, "y"), b="z")
    stage(unit, database, ref(table, 2, "x"), note="3")
    saved = unit.save()
    assert saved.final == {ref(table, 1, "y"): ref(table, 1, "z")}
    assert set(saved.updated) == {ref(table, 1, "z"), ref(table, 2, "x")}
    assert saved.records[ref(table, 1, "z")].values["note"] == "two"
    stored = second(database).execute(sa.text("SELECT a, b, note FROM t ORDER BY a, b")).all()
    assert [tuple(row) for row in stored] == [(1, "x", "one"), (1, "z", "two"), (2, "x", "3")]


def test_update_a_row_without_primary_key_by_its_rowid(make_sqlite: MakeDatabase, second: OpenSecond) -> None:
    database = make_sqlite("CREATE TABLE notes (text TEXT)", "INSERT INTO notes VALUES ('same'), ('same')")
    table = database.find("notes")
    unit = Unit(database)
    stage(unit, database, ref(table, 2), text="other")
    unit.save()
    stored = second(database).execute(sa.text("SELECT rowid, text FROM notes")).all()
    assert [tuple(row) for row in stored] == [(1, "same"), (2, "other")]


def test_update_shows_what_the_database_made_of_it(make_database: MakeDatabase, backend: Backend) -> None:
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, changed INTEGER NOT NULL DEFAULT 0)"
    if backend == "sqlite":
        trigger: tuple[str, ...] = (
            "CREATE TRIGGER bump AFTER UPDATE OF name ON t"
            " BEGIN UPDATE t SET changed = changed + 1 WHERE id = new.id; END",
        )
    else:
        trigger = (
            "CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN new.changed = old.changed + 1; RETURN new; END'",
            "CREATE TRIGGER bump BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION bump()",
        )
    database = make_database(table, "INSERT INTO t (id, name) VALUES (1, 'a')", *trigger)
    unit = Unit(database)
    stage(unit, database, ref(database.find("t"), 1), name="b")
    (record,) = unit.save().records.values()
    assert record.values["changed"] == 1


KEEPS_OLD = {
    "trigger": (
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN old; END'",
        "CREATE TRIGGER keep BEFORE UPDATE ON t FOR EACH ROW WHEN (old.id = 2) EXECUTE FUNCTION keep()",
    ),
    "rule": (
        "CREATE TABLE log (id INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO log VALUES (2, '')",
        "CREATE RULE away AS ON UPDATE TO t WHERE old.id = 2"
        " DO INSTEAD UPDATE log SET name = new.name WHERE id = old.id",
    ),
    "sqlite": (
        "CREATE TRIGGER keep AFTER UPDATE ON t WHEN old.id = 2"
        " BEGIN UPDATE t SET name = old.name WHERE id = 2; END",
    ),
}


@pytest.mark.parametrize("how", KEEPS_OLD)
def test_update_that_is_counted_and_not_taken_is_not_called_saved(
    request: pytest.FixtureRequest, second: OpenSecond, how: str
) -> None:
    make: MakeDatabase = request.getfixturevalue("make_sqlite" if how == "sqlite" else "make_postgres")
    rows = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", insert("t", [(1, "a"), (2, "b"), (3, "c")])
    database = make(*rows, *KEEPS_OLD[how])
    unit, table = Unit(database), database.find("t")
    for number in (1, 2, 3):
        stage(unit, database, ref(table, number), name="new")
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert [refusal.record for refusal in refused.value.refusals] == [ref(table, 2)]
    assert "did not store" in refused.value.refusal.sentence
    assert count(second(database), "t", "name = 'new'") == 0


def test_update_brought_into_form_by_a_trigger_is_saved(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, place INTEGER)",
        "INSERT INTO t VALUES (1, 'a', 1)",
        "CREATE FUNCTION low() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN new.name = lower(new.name); RETURN new; END'",
        "CREATE TRIGGER low BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION low()",
    )
    unit, record = Unit(database), ref(database.find("t"), 1)
    stage(unit, database, record, name="A", place=2)
    assert unit.save().adjusted == {record: {"name": "A"}}


def test_update_writes_even_what_python_calls_equal(make_postgres: MakeDatabase, second: OpenSecond) -> None:
    database = make_postgres(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n NUMERIC)", "INSERT INTO t VALUES (1, 1.0)"
    )
    unit = Unit(database)
    stage(unit, database, ref(database.find("t"), 1), n=Decimal("1.00"))
    (record,) = unit.save().records.values()
    assert str(record.values["n"]) == "1.00"
    assert second(database).scalar(sa.text("SELECT n::text FROM t")) == "1.00"


def test_update_to_empty(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(USERS, 1), bio="Something")
    unit.save()
    stage(unit, newsroom, ref(USERS, 1), bio=None)
    unit.save()
    assert value(second(newsroom), "users", "bio", id=1) is None


@pytest.mark.parametrize("preview", [Clipped("Wat", 15), BlobSize(3)])
def test_update_never_writes_a_preview(newsroom: Database, preview: object) -> None:
    with pytest.raises(ValueError, match="preview"):
        Unit(newsroom).stage(ref(POSTS, 1), "body", "Water and time.", preview)


def test_update_from_a_clipped_base_compares_as_far_as_it_was_seen(
    newsroom: Database, second: OpenSecond
) -> None:
    unit = Unit(newsroom)
    unit.stage(ref(POSTS, 1), "body", Clipped("Water", 15), "Dry.")
    unit.save()
    assert value(second(newsroom), "posts", "body", id=1) == "Dry."
    unit.stage(ref(POSTS, 1), "body", Clipped("Water", 15), "Wet.")
    with pytest.raises(RefusedError):
        unit.save()


def test_update_holds_nothing_between_calls(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(POSTS, 1), title="Staged over lunch")
    pool = newsroom.engine.pool
    assert isinstance(pool, sa.QueuePool) and pool.checkedout() == 0
    second(newsroom).execute(sa.text("UPDATE posts SET view_count = 1 WHERE id = 1"))
    unit.save()
    assert pool.checkedout() == 0
    assert read(newsroom, ref(POSTS, 1)).values["view_count"] == 1


def test_update_waits_for_a_locked_record_only_so_long(
    newsroom: Database, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.connect.sqlite.LOCK_WAIT", 0.3)
    monkeypatch.setattr(session, "WAIT_FOR_LOCKS", sa.text("SET LOCAL lock_timeout = '300ms'"))
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(POSTS, 1), title="Mine")
    holder = newsroom.engine.connect().execution_options(rowkeeper_immediate=True)
    with holder, holder.begin():
        if backend == "postgresql":
            holder.exec_driver_sql("SELECT 1 FROM posts WHERE id = 1 FOR UPDATE")
        letting_go = threading.Timer(20, holder.invalidate)  # a save that waits for ever must fail, not hang
        letting_go.start()
        with pytest.raises(RefusedError) as refused:
            unit.save()
        letting_go.cancel()
    assert refused.value.refusal.reason is Reason.LOCKED
    assert unit.save().updated == (ref(POSTS, 1),)


def test_update_lets_deferred_constraints_speak_before_the_commit(
    make_postgres: MakeDatabase, sql_log: Listen
) -> None:
    database = make_postgres(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO t VALUES (1, 1)",
    )
    unit = Unit(database)
    unit.stage(ref(database.find("t"), 1), "up", 1, 7)
    log = sql_log(database)
    with pytest.raises(RefusedError) as refused:
        unit.save()
    sent = [statement for statement in log.statements if statement.startswith(("UPDATE", "SET CONSTRAINTS"))]
    assert [statement.split()[0] for statement in sent] == ["UPDATE", "SET"]
    assert refused.value.refusal.fields == ("up",)
