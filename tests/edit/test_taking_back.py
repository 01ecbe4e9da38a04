"""A save taken back leaves the tables as they were, or says what somebody has changed since."""

from __future__ import annotations

import pytest

from desktop.base.keys import TableName
from desktop.base.refusal import Reason
from desktop.edit.bulk import SetValue, delete_selected, set_field
from desktop.edit.save_log import RowChange
from desktop.edit.taking_back import ChangedSinceError, Why, take_back
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import COMMENTS, POST_TAGS, POSTS, TAGS, USERS, chosen, ref, stage
from tests.edit.random_saves import dump
from tests.edit.test_recording import Notes
from tests.fixtures.databases import MakeDatabase, OpenSecond


@pytest.fixture
def notes() -> Notes:
    return Notes()


def rows(notes: Notes) -> tuple[RowChange, ...]:
    (log,) = notes.logs
    return log.rows


def test_a_deleted_record_comes_back_with_all_that_went(newsroom: Database, notes: Notes) -> None:
    before = dump(newsroom)
    unit = Unit(newsroom, recorder=notes)
    unit.stage_delete(ref(POSTS, 1))
    unit.stage_delete(ref(POSTS, 4))
    unit.save()
    assert dump(newsroom) != before
    take_back(newsroom, rows(notes))
    assert dump(newsroom) == before


def test_everything_at_once_is_taken_back(newsroom: Database, notes: Notes) -> None:
    before = dump(newsroom)
    unit = Unit(newsroom, recorder=notes)
    author = unit.stage_insert(USERS, {"name": "New", "email": "new@example.org"})
    post = unit.stage_insert(POSTS, {"title": "New post", "author_id": author.key, "body": "b"})
    unit.stage_insert(COMMENTS, {"post_id": post.key, "author_name": "Me", "body": "First"})
    unit.stage_link(post, "tags", added=[(1,), (2,)])
    unit.stage_link(ref(POSTS, 4), "tags", added=[(2,)], removed=[(1,)])
    stage(unit, newsroom, ref(POSTS, 2), title="Other", body="Other")
    unit.stage_delete(ref(TAGS, 3))
    unit.save()
    take_back(newsroom, rows(notes))
    assert dump(newsroom) == before


def test_taking_back_is_a_save_that_can_be_taken_back(newsroom: Database, notes: Notes) -> None:
    unit = Unit(newsroom, recorder=notes)
    unit.stage_delete(ref(POSTS, 1))
    unit.save()
    after, again = dump(newsroom), Notes()
    take_back(newsroom, rows(notes), recorder=again)
    take_back(newsroom, rows(again))
    assert dump(newsroom) == after


def test_bulk_statements_are_taken_back(newsroom: Database, notes: Notes) -> None:
    before = dump(newsroom)
    set_field(newsroom, chosen(POSTS, 1, 2, 3), "status", SetValue("review"), 3, recorder=notes)
    delete_selected(newsroom, chosen(POSTS, 1, 4), 2, recorder=notes)
    for log in reversed(notes.logs):
        take_back(newsroom, log.rows)
    assert dump(newsroom) == before


def test_keys_and_what_points_to_them_come_back(make_database: MakeDatabase, notes: Notes) -> None:
    database = make_database(
        "CREATE TABLE node (id INTEGER PRIMARY KEY, name TEXT,"
        " parent INTEGER REFERENCES node (id) ON DELETE CASCADE)",
        "CREATE TABLE mark (id INTEGER PRIMARY KEY, node INTEGER REFERENCES node (id) ON DELETE SET NULL)",
        "INSERT INTO node VALUES (3, 'root', NULL), (2, 'branch', 3), (1, 'leaf', 2)",
        "INSERT INTO mark VALUES (1, 1), (2, 3), (3, NULL)",
    )
    before = dump(database)
    unit = Unit(database, recorder=notes)
    unit.stage_delete(ref(TableName(None, "node"), 3))
    unit.save()
    take_back(database, rows(notes))
    assert dump(database) == before
    notes.logs.clear()
    unit = Unit(database, recorder=notes)
    stage(unit, database, ref(TableName(None, "mark"), 3), id=30)
    unit.save()
    assert rows(notes)[0].key_after == (30,)
    take_back(database, rows(notes))
    assert dump(database) == before


def test_a_key_used_again_by_the_same_save_is_taken_back(newsroom: Database, notes: Notes) -> None:
    """SQLite gives the key of the last record to the next one; elsewhere it is typed in."""
    before = dump(newsroom)
    unit = Unit(newsroom, recorder=notes)
    unit.stage_delete(ref(TAGS, 3))
    unit.stage_insert(TAGS, {"id": 3, "name": "sea", "slug": "sea"})
    unit.stage_link(ref(POSTS, 1), "tags", added=[(2,)])
    unit.save()
    assert [(row.table, row.key_before, row.key_after) for row in rows(notes)] == [
        (POST_TAGS, None, (1, 2)), (TAGS, (3,), (3,)), (POST_TAGS, (4, 3), None)]  # fmt: skip
    take_back(newsroom, rows(notes))
    assert dump(newsroom) == before


def test_records_led_to_a_new_one_are_led_back(newsroom: Database, notes: Notes) -> None:
    before = dump(newsroom)
    unit = Unit(newsroom, recorder=notes)
    author = unit.stage_insert(USERS, {"name": "New", "email": "new@example.org"})
    stage(unit, newsroom, ref(POSTS, 1), author_id=author.key)
    unit.save()
    take_back(newsroom, rows(notes))
    assert dump(newsroom) == before


def test_what_was_changed_since_is_told_and_not_overwritten(
    newsroom: Database, notes: Notes, second: OpenSecond
) -> None:
    unit = Unit(newsroom, recorder=notes)
    stage(unit, newsroom, ref(POSTS, 1), title="Mine", view_count=5)
    stage(unit, newsroom, ref(POSTS, 2), title="Mine too")
    unit.save()
    second(newsroom).exec_driver_sql("UPDATE posts SET title = 'Theirs' WHERE id = 1")
    before = dump(newsroom)
    with pytest.raises(ChangedSinceError) as caught:
        take_back(newsroom, rows(notes))
    (since,) = caught.value.since
    assert caught.value.refusal.reason is Reason.CONFLICT
    assert (since.why, since.columns, since.now) == (Why.CHANGED, ("title",), {"title": "Theirs"})
    assert dump(newsroom) == before
    rest = [row for row in rows(notes) if row is not since.row]
    take_back(newsroom, rest)
    assert {values["title"] for values in dump(newsroom)["posts"]} >= {
        "Theirs",
        "Élection: la soirée en direct",
    }


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("DELETE FROM tags WHERE slug = 'sea'", Why.GONE),
        ("UPDATE tags SET name = 'ocean' WHERE slug = 'sea'", Why.CHANGED),
        ("INSERT INTO post_tags SELECT 5, id FROM tags WHERE slug = 'sea'", Why.USED),
    ],
)
def test_a_new_record_is_taken_away_only_as_it_was_made(
    newsroom: Database, notes: Notes, second: OpenSecond, sql: str, why: Why
) -> None:
    unit = Unit(newsroom, recorder=notes)
    unit.stage_insert(TAGS, {"name": "sea", "slug": "sea"})
    unit.save()
    second(newsroom).exec_driver_sql(sql)
    before = dump(newsroom)
    with pytest.raises(ChangedSinceError) as caught:
        take_back(newsroom, rows(notes))
    assert [since.why for since in caught.value.since] == [why]
    assert dump(newsroom) == before


def test_a_record_that_is_there_again_is_not_put_back(
    newsroom: Database, notes: Notes, second: OpenSecond
) -> None:
    unit = Unit(newsroom, recorder=notes)
    unit.stage_delete(ref(TAGS, 1))
    unit.save()
    second(newsroom).exec_driver_sql("INSERT INTO tags (id, name, slug) VALUES (1, 'x', 'x')")
    with pytest.raises(ChangedSinceError) as caught:
        take_back(newsroom, rows(notes))
    assert [(since.why, since.row.table) for since in caught.value.since] == [(Why.BACK, TAGS)]


def test_a_table_that_is_gone_is_told(newsroom: Database) -> None:
    table = TableName(None, "gone")
    row = RowChange(table, (1,), None, {"a": 1}, {})
    with pytest.raises(ChangedSinceError) as caught:
        take_back(newsroom, [row])
    assert caught.value.since[0].why is Why.UNKNOWN


def test_a_number_the_database_insists_on_comes_back(make_postgres: MakeDatabase, notes: Notes) -> None:
    database = make_postgres(
        "CREATE TABLE ticket (id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT,"
        " size INTEGER GENERATED ALWAYS AS (length(name)) STORED)",
        "CREATE TABLE note (id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT,"
        " ticket INTEGER REFERENCES ticket (id) ON DELETE CASCADE)",
        "INSERT INTO ticket (name) VALUES ('one'), ('two'), ('it''s 100 % :x')",
        "INSERT INTO note (text, ticket) VALUES ('a', 3), ('b', 3), ('c', 1)",
    )
    before, ticket = dump(database), TableName(None, "ticket")
    unit = Unit(database, recorder=notes)
    unit.stage_delete(ref(ticket, 3))
    unit.stage_delete(ref(ticket, 2))
    unit.save()
    take_back(database, rows(notes))
    assert dump(database) == before
    unit = Unit(database)
    staged = unit.stage_insert(ticket, {"name": "next"})
    assert unit.save().final[staged].key == (4,)


def test_rows_of_a_table_without_a_key_come_back(make_sqlite: MakeDatabase, notes: Notes) -> None:
    database = make_sqlite(
        "CREATE TABLE log (text TEXT)", "INSERT INTO log VALUES ('a'), ('b'), ('b'), ('c')"
    )
    table = TableName(None, "log")

    def numbered() -> list[tuple[object, ...]]:
        with database.engine.connect() as connection:
            return [
                tuple(row) for row in connection.exec_driver_sql("SELECT rowid, text FROM log ORDER BY 1")
            ]

    before = numbered()
    delete_selected(database, chosen(table, 2, 4), 2, recorder=notes)
    take_back(database, rows(notes))
    assert numbered() == before
    notes.logs.clear()
    delete_selected(database, chosen(table, 2, 4), 2, recorder=notes)
    unit = Unit(database)
    unit.stage_insert(table, {"text": "since"})
    unit.save()  # takes the number 4, which nobody knows the row by
    take_back(database, rows(notes))
    assert numbered() == [(1, "a"), (2, "b"), (3, "b"), (4, "since"), (5, "c")]


def test_records_that_point_to_each_other_come_back(make_database: MakeDatabase, notes: Notes) -> None:
    database = make_database(
        "CREATE TABLE node (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES node (id) ON DELETE CASCADE,"
        " friend INTEGER REFERENCES node (id) ON DELETE SET NULL)",
        "INSERT INTO node VALUES (1, NULL, NULL), (2, 1, 2), (3, 2, NULL)",
        "UPDATE node SET friend = 3 WHERE id = 1",
    )
    before = dump(database)
    unit = Unit(database, recorder=notes)
    unit.stage_delete(ref(TableName(None, "node"), 1))
    unit.save()
    take_back(database, rows(notes))
    assert dump(database) == before
