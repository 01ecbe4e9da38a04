"""Whole records by key, conditions for many keys, and what pickers offer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from desktop.base.keys import Key, RecordRef, TableName
from desktop.base.refusal import RefusedError
from desktop.browse.default_view import default_view
from desktop.browse.fetch import count, first_block, labels_of, lookup, read_blob, read_record, read_records
from desktop.browse.keys_clause import CHUNK, key_chunks, keys_clause, selection_clause
from desktop.browse.rows import Linked
from desktop.browse.selection import AllMatching, ChosenKeys
from desktop.browse.view import ColumnFilter, View
from desktop.schema.database import Database
from tests.fixtures.databases import Backend, MakeDatabase, SqlLog

POSTS, USERS, TAGS = TableName(None, "posts"), TableName(None, "users"), TableName(None, "tags")
Listen = Callable[[Database], SqlLog]


def test_a_record_is_whole(newsroom: Database) -> None:
    record = read_record(newsroom, POSTS, (4,))
    assert record is not None
    assert record.ref == RecordRef(POSTS, (4,))
    assert record.label == "What the harbour master saw"
    assert record.values["view_count"] == 311
    assert record.values["body"] == "At four in the morning."
    assert record.labels == {"author_id": "Grace Hopper"}
    assert record.links["tags"] == (Linked((3,), "long read"), Linked((1,), "water"))
    assert set(record.values) == {column.name for column in newsroom.table(POSTS).columns}


def test_records_come_in_the_order_asked_by_few_statements(newsroom: Database, sql_log: Listen) -> None:
    log = sql_log(newsroom)
    found = read_records(newsroom, POSTS, [(5,), (99,), (1,), (5,)])
    assert [record.ref.key for record in found] == [(5,), (1,)]
    assert len(log.statements) == 1 + len(newsroom.table(POSTS).links)


def test_a_record_that_is_gone(newsroom: Database) -> None:
    assert read_record(newsroom, POSTS, (99,)) is None
    with pytest.raises(RefusedError, match="does not exist any more"):
        read_blob(newsroom, POSTS, (99,), "body")


def test_one_whole_field(newsroom: Database) -> None:
    assert read_blob(newsroom, POSTS, (4,), "body") == "At four in the morning."
    with pytest.raises(RefusedError, match="empty"):
        read_blob(newsroom, POSTS, (4,), "deleted_by")


def test_links_to_the_table_itself(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
        " boss INTEGER REFERENCES people(id))",
        "CREATE TABLE friends (a INTEGER REFERENCES people(id), b INTEGER REFERENCES people(id),"
        " PRIMARY KEY (a, b))",
        "INSERT INTO people VALUES (1, 'ann', NULL), (2, 'bob', 1), (3, 'cat', 1)",
        "INSERT INTO friends VALUES (1, 2), (1, 3)",
    )
    people = TableName(None, "people")
    record = read_record(database, people, (1,))
    assert record is not None
    assert (Linked((2,), "bob"), Linked((3,), "cat")) in record.links.values()
    view = View(people, ("name", "boss"), filters=(ColumnFilter("boss", "ann"),))
    assert [row.labels[1] for row in first_block(database, view)] == ["ann", "ann"]
    link = database.table(people).links[0].name
    linked = View(people, ("name",), links=(link,), filters=(ColumnFilter(link, "not empty"),))
    assert len(first_block(database, linked)) in (1, 2)


@pytest.mark.parametrize(
    ("key_type", "keys"),
    [
        ("a INTEGER", [(1,), (2,), (9_007_199_254_740_993,)]),
        ("a TEXT", [("",), ("x'y",), ("é",), ("%s",), (":a",)]),
        ("a INTEGER, b TEXT", [(1, "x"), (1, "y"), (2, "x")]),
        ("a REAL, b INTEGER", [(0.1, 1), (0.2, 1)]),
        ("a DATE", [("2024-05-01",), ("2024-05-02",)]),
    ],
)
def test_records_are_found_again_by_the_key_they_came_with(
    make_database: MakeDatabase, key_type: str, keys: list[Key]
) -> None:
    names = [part.split()[0] for part in key_type.split(", ")]
    key_type = key_type.replace("a INTEGER", "a BIGINT", 1) if len(names) == 1 else key_type
    database = make_database(f"CREATE TABLE t ({key_type}, n INTEGER, PRIMARY KEY ({', '.join(names)}))")
    name = TableName(None, "t")
    table = database.sa(name)
    with database.engine.begin() as connection:
        for key in keys:
            connection.execute(
                table.insert().values(dict(zip((table.c[c] for c in names), key, strict=True)))
            )
    stored = [row.key for row in first_block(database, View(name, ("n",)))]
    assert len(stored) == len(keys)
    for key in stored:
        assert read_record(database, name, key) is not None
    assert len(read_records(database, name, stored)) == len(keys)
    assert count(database, ChosenKeys(name, tuple(stored))) == len(keys)


def test_keys_are_sorted_and_cut_under_the_limits(newsroom: Database) -> None:
    keys: list[Key] = [(number,) for number in range(12_000, 0, -1)]
    chunks = list(key_chunks(newsroom, [*keys, (1,)]))
    assert [key for chunk in chunks for key in chunk] == sorted(keys)
    assert max(map(len, chunks)) <= min(CHUNK, newsroom.capabilities.max_parameters // 2)
    ordered: list[Key] = [(number,) for number in range(12_000)]
    again = [key for chunk in key_chunks(newsroom, ordered) for key in chunk]
    assert all(key is same for key, same in zip(again, ordered, strict=True))  # neither sorted nor made anew


def test_one_array_stands_for_many_keys_where_there_are_arrays(newsroom: Database) -> None:
    clause = keys_clause(newsroom, POSTS, [(1,), (2,)])
    compiled = str(clause.compile(newsroom.engine))
    assert ("ANY" in compiled) == newsroom.capabilities.arrays


def test_no_keys_and_null_keys(newsroom: Database) -> None:
    posts = newsroom.sa(POSTS)
    with newsroom.engine.connect() as connection:
        for keys, expected in (([], 0), ([(None,)], 0), ([(None,), (1,)], 1)):
            where = keys_clause(newsroom, POSTS, keys)
            assert (
                connection.execute(sa.select(sa.func.count()).select_from(posts).where(where)).scalar_one()
                == expected
            )


def test_selection_clause_follows_the_view(newsroom: Database) -> None:
    posts = newsroom.sa(POSTS)
    view = View(POSTS, ("id",), filters=(ColumnFilter("author_id", "ada"), ColumnFilter("tags", "water")))
    with newsroom.engine.begin() as connection:
        connection.execute(posts.delete().where(selection_clause(newsroom, AllMatching(view))))
        left = connection.execute(sa.select(posts.c["id"]).order_by(posts.c["id"])).scalars().all()
    assert left == [2, 3, 4, 5, 6]


OFFERS = [
    ("", ["Ada Lovelace", "Grace Hopper", "Zoé Müller"]),
    ("grace", ["Grace Hopper"]),
    ("ada", ["Ada Lovelace"]),
    ("MÜLLER", ["Zoé Müller"]),
    ("a", ["Ada Lovelace", "Grace Hopper"]),
    ("r h", ["Grace Hopper"]),
    ("2", ["Grace Hopper"]),
    ("%", []),
    ("99999999999999999999", []),
]


def test_picker_offers_by_name_and_number(newsroom: Database) -> None:
    for text, labels in OFFERS:
        assert [candidate.label for candidate in lookup(newsroom, USERS, ("id",), text)] == labels, text


def test_picker_puts_what_starts_with_the_text_first(newsroom: Database) -> None:
    tags = newsroom.sa(TAGS)
    names = ["xwater", "water b", "water a"]
    with newsroom.engine.begin() as connection:
        for number, name in enumerate(names, 10):
            values = {tags.c["id"]: number, tags.c["name"]: name, tags.c["slug"]: name}
            connection.execute(tags.insert().values(values))
    found = [candidate.label for candidate in lookup(newsroom, TAGS, (), "water")]
    assert found == ["water", "water a", "water b", "xwater"]
    assert len(lookup(newsroom, TAGS, (), "", limit=2)) == 2


def test_picker_tells_namesakes_apart_and_hides_the_deleted(newsroom: Database) -> None:
    (ada,) = lookup(newsroom, USERS, ("id",), "ada")
    assert (ada.key, ada.value) == ((1,), 1)
    assert "ada@example.org" in ada.extra
    posts = newsroom.sa(POSTS)
    with newsroom.engine.begin() as connection:
        connection.execute(
            posts.update().where(posts.c["id"] == 1).values({posts.c["deleted_at"]: sa.func.now()})
        )
    assert 1 not in [candidate.value for candidate in lookup(newsroom, POSTS, ("id",), "")]


def test_labels_of_keys(newsroom: Database) -> None:
    assert labels_of(newsroom, USERS, [(1,), (3,), (99,)]) == {(1,): "Ada Lovelace", (3,): "Zoé Müller"}


def test_default_view_puts_the_name_first_and_the_long_last(newsroom: Database) -> None:
    view = default_view(newsroom.table(POSTS))
    assert view.columns[0] == "title"
    assert view.columns[-2:] == ("id", "body")
    assert "deleted_at" not in view.columns
    assert view.links == ("tags",)


def test_every_table_of_a_backend_can_be_opened(newsroom: Database, backend: Backend) -> None:
    for name, table in newsroom.schema.tables.items():
        rows = first_block(newsroom, default_view(table))
        assert len(read_records(newsroom, name, [row.key for row in rows])) == len(rows)


def test_secrets_do_not_stand_beside_a_name(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE staff (id integer PRIMARY KEY, name text, password_hash text, api_token text,"
        " city text)",
        "INSERT INTO staff VALUES (1, 'Ada', '8cb2237d', 'xyz', 'London')",
    )
    (ada,) = lookup(database, database.find("staff"), ("id",), "ada")
    assert ada.extra == ("London",)
