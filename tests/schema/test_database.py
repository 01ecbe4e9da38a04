"""An open database answers by name, in words where it cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.base.keys import TableName
from desktop.base.refusal import Reason, RefusedError
from desktop.connect.profile import sqlite_profile
from desktop.schema.database import Database, open_database
from desktop.schema.mapping import attribute
from tests.fixtures.databases import MakeDatabase

POSTS = TableName(None, "posts")


@pytest.mark.parametrize("text", ["posts", " posts ", "POSTS"])
def test_tables_are_found_as_people_write_them(text: str, newsroom: Database) -> None:
    assert newsroom.find(text) == POSTS


def test_a_table_is_found_under_its_full_name(newsroom: Database, backend: str) -> None:
    schema = "main" if backend == "sqlite" else newsroom.profile.name
    assert newsroom.find(f"{schema}.posts") == POSTS


def test_a_mistyped_name_is_refused_with_a_hint(newsroom: Database) -> None:
    with pytest.raises(RefusedError) as refused:
        newsroom.find("psots")
    assert refused.value.refusal.sentence == "There is no table named psots."
    assert refused.value.refusal.hint == "Did you mean posts?"
    with pytest.raises(RefusedError) as refused:
        newsroom.find("zzz")
    assert refused.value.refusal.hint == ""


def test_case_tells_tables_apart_where_the_database_does(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        'CREATE TABLE "Posts" (id integer PRIMARY KEY)', "CREATE TABLE posts (id integer PRIMARY KEY)"
    )
    assert database.find("Posts") == TableName(None, "Posts")
    assert database.find("posts") == POSTS


def test_an_unknown_table_is_refused(newsroom: Database) -> None:
    for ask in (newsroom.table, newsroom.sa, newsroom.cls, newsroom.key_columns):
        with pytest.raises(RefusedError):
            ask(TableName(None, "nowhere"))


def test_classes_hold_columns_by_position(newsroom: Database) -> None:
    cls = newsroom.cls(POSTS)
    assert attribute(cls, "id") == "c0"
    assert [attribute(cls, column.name) for column in newsroom.table(POSTS).columns] == [
        f"c{number}" for number in range(len(newsroom.table(POSTS).columns))
    ]
    with pytest.raises(KeyError):
        attribute(cls, "nowhere")
    with pytest.raises(KeyError):
        attribute(object, "id")


def test_every_keyed_table_has_a_class_of_its_own(newsroom: Database) -> None:
    assert set(newsroom.classes) == set(newsroom.schema.tables)
    assert len(set(newsroom.classes.values())) == len(newsroom.classes)


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough" * 30, b"SQLite format 3\0" + b"x" * 900]
)
def test_what_is_no_database_is_refused_in_words(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.sqlite"
    path.write_bytes(content)
    with pytest.raises(RefusedError) as refused:
        open_database(sqlite_profile(path))
    assert refused.value.refusal.reason is Reason.FILE


def test_a_missing_file_is_refused_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "missing.sqlite"
    with pytest.raises(RefusedError):
        open_database(sqlite_profile(path))
    assert not path.exists()


def test_a_file_that_may_not_be_written_is_shown_read_only(
    make_sqlite: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = make_sqlite("CREATE TABLE posts (id INTEGER PRIMARY KEY)").profile
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    database = open_database(profile)
    assert (
        database.table(POSTS).read_only_reason
        == "You may read this file, but not write to it and its folder."
    )
    database.dispose()
