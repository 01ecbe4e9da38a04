"""Create refused by a constraint: rolled back, told in words, still staged, and the next one works."""

from __future__ import annotations

import pytest

from desktop.base.refusal import Reason, RefusedError
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import POSTS, TAGS, USERS, count, ref, stage
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond

DUPLICATE = {"name": "Somebody", "email": "ada@example.org"}


def test_create_refused_tells_whose_value_it_is(newsroom: Database) -> None:
    unit = Unit(newsroom)
    staged = unit.stage_insert(USERS, DUPLICATE)
    with pytest.raises(RefusedError) as refused:
        unit.save()
    refusal = refused.value.refusal
    assert refusal.reason is Reason.UNIQUE
    assert refusal.sentence == "Another user already has this e-mail address."
    assert refusal.fields == ("email",)
    assert refusal.other == ref(USERS, 1)
    assert refusal.record == staged


def test_create_refused_keeps_everything_staged_and_the_next_try_works(
    newsroom: Database, second: OpenSecond
) -> None:
    unit = Unit(newsroom)
    staged = unit.stage_insert(USERS, DUPLICATE)
    with pytest.raises(RefusedError):
        unit.save()
    change = unit.changes.get(staged)
    assert change is not None and change.values == DUPLICATE
    assert count(second(newsroom), "users") == 3

    unit.stage(staged, "email", None, "somebody@example.org")
    assert unit.save().inserted
    assert count(second(newsroom), "users") == 4


def test_create_refused_in_the_middle_leaves_no_row_in_any_table(
    newsroom: Database, second: OpenSecond
) -> None:
    unit = Unit(newsroom)
    author = unit.stage_insert(USERS, {"name": "New", "email": "new@example.org"})
    unit.stage_insert(POSTS, {"author_id": author.key, "title": "Good", "body": "."})
    bad = unit.stage_insert(POSTS, {"author_id": author.key, "title": "Bad", "body": ".", "status": "lost"})
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.reason is Reason.CHECK
    assert refused.value.refusal.record == bad
    assert count(second(newsroom), "users") == 3
    assert count(second(newsroom), "posts") == 6


def test_create_refused_among_many_names_the_one(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    for number in range(70):
        unit.stage_insert(TAGS, {"name": f"t{number}", "slug": f"t{number}"})
    bad = unit.stage_insert(TAGS, {"name": "city", "slug": "other"})
    for number in range(70, 90):
        unit.stage_insert(TAGS, {"name": f"t{number}", "slug": f"t{number}"})
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.record == bad
    assert refused.value.refusal.fields == ("name",)
    assert count(second(newsroom), "tags") == 3


@pytest.mark.parametrize(
    ("values", "reason", "fields"),
    [
        ({"author_id": 1, "body": "."}, Reason.REQUIRED, ("title",)),
        ({"author_id": 99, "title": "T", "body": "."}, Reason.MISSING_PARENT, ("author_id",)),
        ({"author_id": 1, "title": "T", "body": ".", "status": "lost"}, Reason.CHECK, ("status",)),
        (
            {"author_id": 1, "title": "T", "body": ".", "view_count": 2**70},
            Reason.OUT_OF_RANGE,
            ("view_count",),
        ),
    ],
    ids=["required", "missing parent", "check", "out of range"],
)
def test_create_refused_marks_the_field(
    newsroom: Database,
    second: OpenSecond,
    values: dict[str, object],
    reason: Reason,
    fields: tuple[str, ...],
) -> None:
    unit = Unit(newsroom)
    unit.stage_insert(POSTS, values)
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert (refused.value.refusal.reason, refused.value.refusal.fields) == (reason, fields)
    stage(next_unit := Unit(newsroom), newsroom, ref(POSTS, 1), title="The next operation")
    assert next_unit.save().updated == (ref(POSTS, 1),)
    assert count(second(newsroom), "posts", "title = 'The next operation'") == 1


def test_create_refused_only_at_commit(
    make_database: MakeDatabase, backend: Backend, second: OpenSecond
) -> None:
    database = make_database(
        "CREATE TABLE a (id INTEGER PRIMARY KEY)",
        "CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL"
        " REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    table = database.find("b")
    unit = Unit(database)
    staged = unit.stage_insert(table, {"id": 1, "a_id": 7})
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.reason is Reason.MISSING_PARENT
    assert count(second(database), "b") == 0

    unit.changes.drop(staged)
    unit.stage_insert(database.find("a"), {"id": 7})
    unit.stage_insert(table, {"id": 1, "a_id": 7})
    unit.save()
    assert count(second(database), "b") == 1


def test_create_refused_without_a_key(make_database: MakeDatabase) -> None:
    database = make_database("CREATE TABLE t (code VARCHAR(9) PRIMARY KEY, name VARCHAR(9))")
    unit = Unit(database)
    unit.stage_insert(database.find("t"), {"name": "x"})
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.reason is Reason.REQUIRED
    assert refused.value.refusal.fields == ("code",)


def test_create_refused_in_a_circle_of_new_records(make_database: MakeDatabase) -> None:
    """Where the field may not be empty for a moment either."""
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, other_id INTEGER NOT NULL REFERENCES t (id))"
    )
    table = database.find("t")
    unit = Unit(database)
    first = unit.stage_insert(table, {"id": 1})
    other = unit.stage_insert(table, {"id": 2, "other_id": first.key})
    unit.stage(first, "other_id", None, other.key)
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert "point to each other" in refused.value.refusal.sentence
    assert refused.value.refusal.fields == ("other_id",) and unit.dirty


def test_create_refused_on_a_read_only_connection(make_database: MakeDatabase) -> None:
    database = make_database("CREATE TABLE t (id INTEGER PRIMARY KEY)", read_only=True)
    unit = Unit(database)
    unit.stage_insert(database.find("t"), {"id": 1})
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.reason is Reason.READ_ONLY
