"""Reflection tells the same of the same database on both backends."""

from __future__ import annotations

import pytest

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import TableName
from desktop.base.refusal import RefusedError
from desktop.schema.database import Database, open_database
from desktop.schema.describe import Kind, Label, Marker
from desktop.schema.reflect import reflect
from tests.fixtures.databases import MakeDatabase


def _t(name: str) -> TableName:
    return TableName(None, name)


def test_the_newsroom_is_described_whole(newsroom: Database) -> None:
    schema = newsroom.schema
    assert not schema.broken
    assert sorted(str(name) for name in schema.tables) == [
        *("comments", "post_tags", "post_views", "posts", "tags", "users"),
    ]
    posts = newsroom.table(_t("posts"))
    assert posts.key == ("id",)
    assert posts.column("id").identity
    assert not posts.column("id").required
    assert posts.column("title").required
    assert posts.column("title").length == 200
    assert posts.column("status").kind is Kind.CHOICE
    assert posts.column("status").choices == ("draft", "review", "published", "archived")
    assert posts.column("created_at").has_default
    assert posts.column("body").kind is Kind.LONG_TEXT
    assert posts.marker == Marker("deleted_at", "deleted_by")
    assert posts.label == Label(("title",))
    assert [check.columns for check in posts.checks if check.name == "ck_posts_status"] == [("status",)]
    assert [(fk.columns, fk.target, fk.on_delete) for fk in posts.foreign_keys] == [
        (("author_id",), _t("users"), "RESTRICT")
    ]
    views = newsroom.table(_t("post_views"))
    assert ("post_id", "ip_address") in {unique.columns for unique in views.uniques}


def test_incoming_foreign_keys_are_found(newsroom: Database) -> None:
    pointing = {(fk.table.name, fk.columns, fk.on_delete) for fk in newsroom.incoming(_t("posts"))}
    assert pointing == {
        ("comments", ("post_id",), "CASCADE"),
        ("post_tags", ("post_id",), "CASCADE"),
        ("post_views", ("post_id",), "CASCADE"),
    }
    assert newsroom.incoming(_t("comments")) == ()


def test_a_pure_link_table_makes_a_relation_on_both_sides(newsroom: Database) -> None:
    (tags,) = newsroom.table(_t("posts")).links
    assert (tags.name, tags.through, tags.here.columns, tags.there.columns) == (
        *("tags", _t("post_tags"), ("post_id",), ("tag_id",)),
    )
    (posts,) = newsroom.table(_t("tags")).links
    assert (posts.name, posts.there.target) == ("posts", _t("posts"))
    assert newsroom.table(_t("users")).links == ()


@pytest.mark.parametrize(
    ("extra", "links"),
    [
        (", PRIMARY KEY (a, b)", 1),
        (", id integer PRIMARY KEY, UNIQUE (a, b)", 1),
        (", added timestamp DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (a, b)", 1),
        (", note text, PRIMARY KEY (a, b)", 0),
        (", id integer PRIMARY KEY", 0),
        ("", 0),
    ],
)
def test_a_link_table_holds_nothing_but_its_two_keys(
    extra: str, links: int, make_database: MakeDatabase, backend: str
) -> None:
    if backend == "postgresql":
        extra = extra.replace("integer PRIMARY", "serial PRIMARY")
    database = make_database(
        "CREATE TABLE l (id integer PRIMARY KEY)",
        "CREATE TABLE r (id integer PRIMARY KEY)",
        f"CREATE TABLE m (a integer NOT NULL REFERENCES l, b integer NOT NULL REFERENCES r{extra})",
    )
    assert len(database.table(_t("l")).links) == links


def test_a_table_linked_with_itself_has_two_relations(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE person (id integer PRIMARY KEY, name text)",
        "CREATE TABLE follows (follower_id integer REFERENCES person, followed_id integer REFERENCES person,"
        " PRIMARY KEY (follower_id, followed_id))",
    )
    names = [(link.name, link.there.columns) for link in database.table(_t("person")).links]
    assert names == [
        ("person (followed_id)", ("followed_id",)),
        ("person (follower_id)", ("follower_id",)),
    ] or names == [("person (follower_id)", ("follower_id",)), ("person (followed_id)", ("followed_id",))]


def test_two_relations_to_one_table_have_two_names(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE posts (id integer PRIMARY KEY)",
        "CREATE TABLE people (id integer PRIMARY KEY, editors text)",
        "CREATE TABLE authors (p integer REFERENCES posts, a integer REFERENCES people, PRIMARY KEY (p, a))",
        "CREATE TABLE editors (p integer REFERENCES posts, e integer REFERENCES people, PRIMARY KEY (p, e))",
    )
    assert [link.name for link in database.table(_t("posts")).links] == ["people", "editors"]
    assert [link.name for link in database.table(_t("people")).links] == ["posts", "posts (p)"]


def test_composite_and_unique_targets(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE parent (a integer, b integer, code varchar(9) NOT NULL UNIQUE, PRIMARY KEY (b, a))",
        "CREATE TABLE child (id integer PRIMARY KEY, pa integer, pb integer, pc varchar(9) REFERENCES"
        " parent (code) ON DELETE SET NULL, FOREIGN KEY (pb, pa) REFERENCES parent ON DELETE SET DEFAULT)",
    )
    assert database.table(_t("parent")).key == ("b", "a")
    assert [column.name for column in database.key_columns(_t("parent"))] == ["b", "a"]
    child = database.table(_t("child"))
    assert {(fk.columns, fk.target_columns, fk.on_delete) for fk in child.foreign_keys} == {
        (("pb", "pa"), ("b", "a"), "SET DEFAULT"),
        (("pc",), ("code",), "SET NULL"),
    }
    by_code = child.foreign_key_on("pc")
    assert by_code is not None
    assert by_code.target == _t("parent")
    by_both = child.foreign_key_on("pa")
    assert by_both is not None and by_both.columns == ("pb", "pa")
    assert child.foreign_key_on("pb") is None  # one of the columns shows the record, any of them edits it
    assert child.foreign_key_with("pb") == by_both


def test_only_full_unique_indexes_count(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE t (id integer PRIMARY KEY, a integer, b text, c text, d text, UNIQUE (a, b))",
        "CREATE UNIQUE INDEX full_index ON t (c)",
        "CREATE UNIQUE INDEX partial_index ON t (b) WHERE a > 0",
        "CREATE UNIQUE INDEX expression_index ON t (lower(d))",
        "CREATE INDEX plain_index ON t (d)",
    )
    assert {u.columns for u in database.table(_t("t")).uniques} == {("id",), ("a", "b"), ("c",)}


def test_checks_name_their_columns(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE t (id integer PRIMARY KEY, low integer,"
        " high integer CONSTRAINT positive CHECK (high > 0),"
        " name text CHECK (name <> 'low'), CONSTRAINT ordered CHECK (low < high))"
    )
    checks = {check.name: check.columns for check in database.table(_t("t")).checks}
    assert checks["positive"] == ("high",)
    assert checks["ordered"] == ("low", "high")
    assert ("name",) in checks.values()


def test_generated_columns_are_never_written(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer GENERATED ALWAYS AS (a * 2) STORED)"
    )
    column = database.table(_t("t")).column("b")
    assert column.generated
    assert not column.writable
    assert not column.required


def test_views_are_read_only_and_say_so(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(9))", "CREATE VIEW v AS SELECT * FROM t"
    )
    view = database.table(_t("v"))
    assert view.is_view
    assert view.key == ()
    assert "view" in view.read_only_reason
    assert [column.name for column in view.columns] == ["id", "name"]
    with pytest.raises(RefusedError):
        database.cls(_t("v"))


def test_a_read_only_connection_makes_every_table_read_only(make_database: MakeDatabase) -> None:
    database = make_database("CREATE TABLE t (id integer PRIMARY KEY)", read_only=True)
    assert database.table(_t("t")).read_only_reason == "This database was opened read-only."


def test_a_cancelled_reflection_stops(newsroom: Database) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        reflect(newsroom.engine, newsroom.capabilities, token)
    with pytest.raises(CancelledError):
        open_database(newsroom.profile, token=token)
