"""Whole views and selections for a file: order, completeness, one consistent state, flat memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import TableName
from desktop.browse import stream as stream_module
from desktop.browse.fetch import first_block, stream
from desktop.browse.rows import Row
from desktop.browse.selection import AllMatching, ChosenKeys
from desktop.browse.stream import CHUNK
from desktop.browse.view import ColumnFilter, Deleted, Sort, View
from desktop.schema.database import Database
from desktop.values.special import BlobSize, Clipped
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]

POSTS = TableName(None, "posts")
NARROW = TableName(None, "narrow")


def filled(make_database: MakeDatabase, backend: Backend, count: int) -> Database:
    series = f"SELECT i FROM generate_series(1, {count}) AS s(i)"  # noqa: S608
    if backend == "sqlite":
        recursive = f"SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {count}"  # noqa: S608
        series = f"WITH RECURSIVE s(i) AS ({recursive}) SELECT i FROM s"  # noqa: S608
    return make_database(
        "CREATE TABLE narrow (id INTEGER PRIMARY KEY, n INTEGER)",
        f"INSERT INTO narrow SELECT i, {count} - i FROM ({series}) s",  # noqa: S608
    )


def rows_of(chunks: Iterator[list[Row]]) -> list[Row]:
    return [row for chunk in chunks for row in chunk]


def test_memory_stays_flat(make_database: MakeDatabase, backend: Backend) -> None:
    database = filled(make_database, backend, 10 * CHUNK)
    view = View(NARROW, ("id", "n"))
    peaks = []
    for wanted in (2 * CHUNK, 10 * CHUNK):
        seen = 0
        tracemalloc.start()
        chunks = stream(database, AllMatching(view), view)
        for chunk in chunks:
            assert len(chunk) <= CHUNK
            seen += len(chunk)
            if seen >= wanted:
                break
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        chunks.close()  # type: ignore[attr-defined]
        assert seen == wanted
    assert peaks[1] < peaks[0] * 1.5  # five times as many rows held would be five times as much


def test_the_server_keeps_what_is_not_read_yet(make_postgres: MakeDatabase, second: OpenSecond) -> None:
    database = filled(make_postgres, "postgresql", 2 * CHUNK)
    view = View(NARROW, ("id",))
    chunks = stream(database, AllMatching(view), view)
    next(chunks)
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'FETCH FORWARD%' AND state LIKE 'idle in%'"
    )
    assert second(database).execute(sa.text(running)).scalar_one() >= 1
    chunks.close()  # type: ignore[attr-defined]


def test_without_names_nothing_is_joined_for_them(newsroom: Database, sql_log: Listen) -> None:
    view = View(POSTS, ("author_id", "title"))
    log = sql_log(newsroom)
    rows = rows_of(stream(newsroom, AllMatching(view), view, names=False))
    assert {row.labels for row in rows} == {(None, None)}
    assert [row.values[0] for row in rows] == [1, 3, 2, 2, 3, 1]
    (statement,) = log.starting("SELECT")
    assert "JOIN" not in statement.upper() and "users" not in statement
    named = rows_of(stream(newsroom, AllMatching(view), view))
    assert [row.labels[0] for row in named][:2] == ["Ada Lovelace", "Zoé Müller"]
    by_name = replace(view, sort=(Sort("author_id"),))
    ordered = rows_of(stream(newsroom, AllMatching(by_name), by_name, names=False))
    assert [row.values[0] for row in ordered] == [1, 1, 2, 2, 3, 3]


def test_order_columns_and_links_are_the_views(newsroom: Database) -> None:
    view = View(POSTS, ("title", "author_id"), links=("tags",), sort=(Sort("author_id"), Sort("id", True)))
    rows = rows_of(stream(newsroom, AllMatching(view), view))
    assert [row.key[0] for row in rows] == [6, 1, 4, 3, 5, 2]
    assert rows[2].values == ("What the harbour master saw", 2)
    assert rows[2].labels == (None, "Grace Hopper")
    assert rows[2].links == (("long read", "water"),)
    assert rows == first_block(newsroom, view)


def test_chosen_keys_come_in_the_views_order_whatever_its_filter(newsroom: Database) -> None:
    view = View(POSTS, ("title",), filters=(ColumnFilter("status", "draft"),), sort=(Sort("id", True),))
    chosen = ChosenKeys(POSTS, ((1,), (3,), (5,), (99,)))
    assert [row.key[0] for row in rows_of(stream(newsroom, chosen, view))] == [5, 3, 1]


def test_more_keys_than_one_statement_takes(make_database: MakeDatabase, backend: Backend) -> None:
    database = filled(make_database, backend, 4_000)
    few = replace(database, capabilities=replace(database.capabilities, max_parameters=1_000))
    keys = tuple((number,) for number in range(1, 4_001) if number % 8)
    rows = rows_of(stream(few, ChosenKeys(NARROW, keys), View(NARROW, ("id",), sort=(Sort("n"),))))
    assert [row.key for row in rows] == sorted(keys, reverse=True)


def test_values_are_whole(make_database: MakeDatabase, backend: Backend) -> None:
    blob = "x'00ff'" if backend == "sqlite" else "'\\x00ff'"
    binary = "BLOB" if backend == "sqlite" else "BYTEA"
    database = make_database(
        f"CREATE TABLE long (id INTEGER PRIMARY KEY, body TEXT, picture {binary})",
        f"INSERT INTO long VALUES (1, '{'x' * 5000}', {blob}), (2, 'short', NULL)",  # noqa: S608
    )
    view = View(TableName(None, "long"), ("body", "picture"))
    full = rows_of(stream(database, AllMatching(view), view))
    assert [row.values for row in full] == [("x" * 5000, b"\x00\xff"), ("short", None)]
    shown = [row.values for row in first_block(database, view)]
    assert shown == [(Clipped("x" * 300, 5000), BlobSize(2)), ("short", None)]
    assert [row.values for row in rows_of(stream(database, AllMatching(view), view, full=False))] == shown


def test_one_consistent_state(make_postgres: MakeDatabase, second: OpenSecond) -> None:
    database = filled(make_postgres, "postgresql", 10_000)
    chunks = stream(database, AllMatching(View(NARROW, ("id",))), View(NARROW, ("id",)))
    first = next(chunks)
    second(database).execute(sa.text("DELETE FROM narrow WHERE id > 9000"))
    assert len(first) + len(rows_of(chunks)) == 10_000


def test_linked_names_are_of_the_same_state_too(
    newsroom: Database, backend: Backend, second: OpenSecond, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend == "sqlite":
        with second(newsroom) as connection:  # so that a writer need not wait for the reader
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    monkeypatch.setattr(stream_module, "CHUNK", 2)
    view = View(POSTS, ("id",), links=("tags",))
    chunks = stream(newsroom, AllMatching(view), view)
    first = next(chunks)
    second(newsroom).execute(sa.text("DELETE FROM post_tags"))
    links = {row.key[0]: row.links[0] for row in [*first, *rows_of(chunks)]}
    assert links == {1: ("water",), 2: ("city",), 3: (), 4: ("long read", "water"), 5: (), 6: ()}


def test_stops_when_cancelled_and_frees_the_connection(make_database: MakeDatabase, backend: Backend) -> None:
    database = filled(make_database, backend, 10_000)
    token = CancelToken()
    view = View(NARROW, ("id",))
    chunks = stream(database, AllMatching(view), view, token=token)
    next(chunks)
    token.cancel()
    with pytest.raises(CancelledError):
        list(chunks)
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert len(first_block(database, view)) == 250


def test_what_is_shown_of_the_deleted_is_exported(newsroom: Database) -> None:
    posts = newsroom.sa(POSTS)
    with newsroom.engine.begin() as connection:
        connection.execute(
            posts.update().where(posts.c["id"] == 2).values({posts.c["deleted_at"]: sa.func.now()})
        )
    for deleted, expected in ((Deleted.HIDDEN, 5), (Deleted.SHOWN, 6), (Deleted.ONLY, 1)):
        view = View(POSTS, ("id",), deleted=deleted)
        assert len(rows_of(stream(newsroom, AllMatching(view), view))) == expected
