"""The sample database's constraints in words, on both backends."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from desktop.base.keys import RecordRef, TableName
from desktop.base.refusal import Reason
from desktop.edit.explain import Attempt
from desktop.schema.database import Database
from tests.edit.refusing import provoke, refused_delete, refused_insert, refused_update
from tests.fixtures.databases import MakeDatabase

USERS, POSTS, TAGS = TableName(None, "users"), TableName(None, "posts"), TableName(None, "tags")
POST = {"author_id": 1, "title": "T", "body": "B"}


def test_a_taken_value_names_the_field_and_offers_the_record_that_has_it(newsroom: Database) -> None:
    refusal = refused_insert(newsroom, "users", {"name": "Eve", "email": "ada@example.org"})
    assert refusal.reason is Reason.UNIQUE
    assert refusal.sentence == "Another user already has this e-mail address."
    assert refusal.hint == ("It belongs to “Ada Lovelace”. Choose another e-mail address. Nothing was saved.")
    assert (refusal.table, refusal.fields) == (USERS, ("email",))
    assert (refusal.other, refusal.other_label) == (RecordRef(USERS, (1,)), "Ada Lovelace")
    assert "unique" in refusal.details.lower()
    assert "ada@example.org" not in refusal.sentence + refusal.hint


def test_an_update_to_a_taken_value_does_not_offer_the_record_itself(newsroom: Database) -> None:
    refusal = refused_update(newsroom, "users", (2,), {"email": "ada@example.org"})
    assert refusal.record == RecordRef(USERS, (2,))
    assert refusal.other == RecordRef(USERS, (1,))


def test_a_taken_combination_is_completed_from_the_stored_record(newsroom: Database) -> None:
    views = TableName(None, "post_views")
    refused = refused_insert(newsroom, "post_views", {"post_id": 1, "ip_address": "10.0.0.1"})
    assert refused.sentence == "Another post view already has this combination of post and IP address."
    assert refused.fields == ("post_id", "ip_address")
    assert refused.other == RecordRef(views, (1,))


def test_a_taken_key(newsroom: Database) -> None:
    refusal = refused_insert(newsroom, "tags", {"id": 3, "name": "new", "slug": "new"})
    assert refusal.sentence == "Another tag already has this number."
    assert (refusal.fields, refusal.other_label) == (("id",), "long read")


def test_one_value_for_many_records(newsroom: Database) -> None:
    values = {"email": "all@example.org"}
    statement = sa.update(newsroom.sa(USERS)).values(values)
    refusal = provoke(newsroom, statement, Attempt(USERS, None, values, "bulk update"))
    assert refusal.sentence == "No two users may have the same e-mail address."
    assert (refusal.fields, refusal.other) == (("email",), None)
    assert refusal.hint.endswith("Nothing was changed.")


def test_linking_twice(newsroom: Database) -> None:
    refusal = refused_insert(newsroom, "post_tags", {"post_id": 1, "tag_id": 1})
    assert refusal.reason is Reason.UNIQUE
    assert refusal.fields == ("post_id", "tag_id")


def test_a_parent_that_is_not_there(newsroom: Database) -> None:
    refusal = refused_insert(newsroom, "posts", {**POST, "author_id": 99})
    assert refusal.reason is Reason.MISSING_PARENT
    assert refusal.sentence == "There is no author with the number 99."
    assert refusal.hint == "Choose another user; perhaps it was deleted meanwhile. Nothing was saved."
    assert (refusal.table, refusal.fields) == (POSTS, ("author_id",))
    assert "foreign key" in refusal.details.lower()


def test_an_update_to_a_parent_that_is_not_there(newsroom: Database) -> None:
    refusal = refused_update(newsroom, "posts", (1,), {"author_id": 99, "title": "T"})
    assert (refusal.reason, refusal.fields) == (Reason.MISSING_PARENT, ("author_id",))


def test_a_record_that_others_still_belong_to(newsroom: Database) -> None:
    refusal = refused_delete(newsroom, "users", (3,))
    assert refusal.reason is Reason.HAS_CHILDREN
    assert refusal.sentence == "2 posts still belong to this user, so it cannot be deleted."
    assert refusal.hint == "Delete those first, or let them point elsewhere. Nothing was deleted."
    assert (refusal.table, refusal.fields) == (USERS, ())
    assert refusal.record == RecordRef(USERS, (3,))
    assert refusal.other in (RecordRef(POSTS, (2,)), RecordRef(POSTS, (5,)))
    assert refusal.other_label


def test_a_key_that_others_point_to_cannot_be_changed(newsroom: Database) -> None:
    refusal = refused_update(newsroom, "users", (3,), {"id": 30})
    assert refusal.sentence == "2 posts still belong to this user, so its number cannot be changed."
    assert refusal.fields == ("id",)


def test_a_key_that_records_of_the_same_table_point_to_cannot_be_changed(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE nodes (id INTEGER PRIMARY KEY, up INTEGER REFERENCES nodes (id), name VARCHAR(9))",
        "INSERT INTO nodes VALUES (1, NULL, 'root'), (2, 1, 'leaf')",
    )
    refusal = refused_update(database, "nodes", (1,), {"id": 10})
    assert refusal.sentence == "1 node still belongs to this node, so its number cannot be changed."
    assert (refusal.fields, refusal.other_label) == (("id",), "leaf")
    refusal = refused_update(database, "nodes", (2,), {"up": 7})
    assert (refusal.sentence, refusal.fields) == ("There is no up with the number 7.", ("up",))


@pytest.mark.parametrize(
    ("table", "values", "sentence", "field"),
    [
        ("users", {"email": "e@x"}, "Name must be filled in.", "name"),
        ("posts", {**POST, "title": None}, "Title must be filled in.", "title"),
        ("posts", {**POST, "author_id": None}, "Author must be filled in.", "author_id"),
    ],
)
def test_a_required_field(
    newsroom: Database, table: str, values: Mapping[str, object], sentence: str, field: str
) -> None:
    refusal = refused_insert(newsroom, table, values)
    assert (refusal.reason, refusal.sentence) == (Reason.REQUIRED, sentence)
    assert refusal.fields == (field,)


def test_a_choice_that_is_not_allowed_lists_the_choices(newsroom: Database) -> None:
    refusal = refused_update(newsroom, "posts", (1,), {"status": "lost"})
    assert refusal.reason is Reason.CHECK
    assert refusal.sentence == "Status must be one of Draft, Review, Published, Archived."
    assert refusal.fields == ("status",)
    assert "ck_posts_status" in refusal.details
