"""Create a post with tags: one transaction over three tables, or nothing in any of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from desktop.base.keys import NewKey
from desktop.base.refusal import Reason, RefusedError
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import POST_TAGS, POSTS, TAGS, USERS, count, read, ref
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond, SqlLog

POST = {"author_id": 1, "title": "With tags", "body": "."}


def _tags_of(connection: sa.Connection, post: object) -> set[object]:
    links = sa.table("post_tags", sa.column("post_id"), sa.column("tag_id"))
    return set(connection.scalars(sa.select(links.c.tag_id).where(links.c.post_id == post)))


def test_create_with_tags_old_and_new(
    newsroom: Database, second: OpenSecond, sql_log: Callable[[Database], SqlLog]
) -> None:
    unit = Unit(newsroom)
    new_tag = unit.stage_insert(TAGS, {"name": "night", "slug": "night"})
    post = unit.stage_insert(POSTS, POST)
    unit.stage_link(post, "tags", added=[(1,), (3,), new_tag.key])
    log = sql_log(newsroom)

    saved = unit.save()

    assert [s.split()[2].strip('"') for s in log.writes] == ["tags", "posts", "post_tags"]
    final = saved.final[post]
    assert not isinstance(final.key, NewKey)
    assert _tags_of(second(newsroom), final.key[0]) == {1, 3, 4}
    assert {linked.label for linked in saved.records[final].links["tags"]} == {"water", "long read", "night"}
    assert saved.tables == {POSTS, TAGS, POST_TAGS}


def test_create_with_children_cancelled_leaves_no_row(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    author = unit.stage_insert(USERS, {"name": "Made in the picker", "email": "x@example.org"})
    post = unit.stage_insert(POSTS, {**POST, "author_id": author.key})
    unit.stage_link(post, "tags", added=[(1,)])
    unit.discard()
    assert not unit.dirty
    unit.save()
    other = second(newsroom)
    assert [count(other, name) for name in ("users", "posts", "post_tags")] == [3, 6, 4]


def test_create_with_children_refused_leaves_no_row(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    author = unit.stage_insert(USERS, {"name": "New", "email": "x@example.org"})
    tag = unit.stage_insert(TAGS, {"name": "new", "slug": "water"})
    post = unit.stage_insert(POSTS, {**POST, "author_id": author.key})
    unit.stage_link(post, "tags", added=[tag.key])
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert refused.value.refusal.reason is Reason.UNIQUE
    assert refused.value.refusal.fields == ("slug",)
    other = second(newsroom)
    assert [count(other, name) for name in ("users", "posts", "tags", "post_tags")] == [3, 6, 3, 4]

    unit.stage(tag, "slug", None, "new")
    unit.save()
    assert [count(other, name) for name in ("users", "posts", "tags", "post_tags")] == [4, 7, 4, 5]


def test_update_links_sends_only_the_difference(
    newsroom: Database, second: OpenSecond, sql_log: Callable[[Database], SqlLog]
) -> None:
    unit = Unit(newsroom)
    unit.stage_link(ref(POSTS, 4), "tags", added=[(2,)], removed=[(1,)])
    log = sql_log(newsroom)
    unit.save()
    assert [s.split()[0] for s in log.writes] == ["DELETE", "INSERT"]
    assert _tags_of(second(newsroom), 4) == {2, 3}


def test_update_links_taken_back_is_no_change(newsroom: Database) -> None:
    unit = Unit(newsroom)
    unit.stage_link(ref(POSTS, 4), "tags", added=[(2,)], removed=[(1,)])
    unit.stage_link(ref(POSTS, 4), "tags", added=[(1,)], removed=[(2,)])
    assert not unit.dirty


def test_update_links_that_somebody_removed_as_well_is_no_conflict(
    newsroom: Database, second: OpenSecond
) -> None:
    unit = Unit(newsroom)
    unit.stage_link(ref(POSTS, 4), "tags", added=[(2,)], removed=[(1,)])
    other = second(newsroom)
    other.execute(sa.text("DELETE FROM post_tags WHERE post_id = 4 AND tag_id = 1"))
    unit.save()
    assert _tags_of(other, 4) == {2, 3}


def test_update_links_to_a_record_that_is_gone(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    unit.stage_link(ref(POSTS, 4), "tags", added=[(99,)])
    with pytest.raises(RefusedError) as refused:
        unit.save()
    refusal = refused.value.refusal
    assert refusal.reason is Reason.MISSING_PARENT
    assert refusal.sentence.startswith("One of the chosen tags does not exist any more")
    assert (refusal.table, refusal.fields) == (POSTS, ("tags",))
    assert _tags_of(second(newsroom), 4) == {1, 3}


def test_update_links_that_are_there_already_is_no_conflict(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    unit.stage_link(ref(POSTS, 4), "tags", added=[(1,), (2,)])
    unit.save()
    assert _tags_of(second(newsroom), 4) == {1, 2, 3}


def test_create_with_a_staged_parent_pointed_to_by_a_unique_column(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    database = make_database(
        "CREATE TABLE country (id INTEGER PRIMARY KEY, code VARCHAR(2) NOT NULL UNIQUE)",
        "CREATE TABLE city (id INTEGER PRIMARY KEY, country_code VARCHAR(2) REFERENCES country (code))",
    )
    unit = Unit(database)
    country = unit.stage_insert(database.find("country"), {"id": 1, "code": "AT"})
    city = unit.stage_insert(database.find("city"), {"id": 1, "country_code": country.key})
    final = unit.save().final[city]
    assert read(database, final).values["country_code"] == "AT"


def test_create_with_links_that_a_trigger_swallows_is_not_saved(
    newsroom: Database, backend: Backend, second: OpenSecond
) -> None:
    other = second(newsroom)
    if backend == "sqlite":
        when = "BEFORE INSERT ON post_tags WHEN new.tag_id = 2"
        other.execute(sa.text(f"CREATE TRIGGER ice {when} BEGIN SELECT RAISE(IGNORE); END"))
    else:
        body = "BEGIN IF new.tag_id = 2 THEN RETURN NULL; END IF; RETURN new; END"
        other.execute(sa.text(f"CREATE FUNCTION ice() RETURNS trigger LANGUAGE plpgsql AS '{body}'"))
        other.execute(
            sa.text("CREATE TRIGGER ice BEFORE INSERT ON post_tags FOR EACH ROW EXECUTE FUNCTION ice()")
        )
    unit = Unit(newsroom)
    post = unit.stage_insert(POSTS, POST)
    unit.stage_link(post, "tags", added=[(1,), (2,), (3,)])
    with pytest.raises(RefusedError) as refused:
        unit.save()
    assert "did not store" in refused.value.refusal.sentence
    assert [count(other, name) for name in ("posts", "post_tags")] == [6, 4]
