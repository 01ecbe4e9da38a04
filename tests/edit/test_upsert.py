"""Upsert: what is there is updated by set expressions, what is not is inserted, and both are counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.refusal import Reason, RefusedError
from desktop.edit.load import LoadResult, OnConflict, load_rows
from desktop.edit.upsert import SetMode
from desktop.schema.database import Database
from desktop.values.special import DEFAULT
from tests.edit.craft import POST_VIEWS, POSTS, TAGS, USERS, count, read, ref, value
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog

VIEWS = ["post_id", "ip_address", "count"]
KEY = ["post_id", "ip_address"]
OLD, NEW = ({"post_id": 1, "ip_address": ip, "count": 5} for ip in ("10.0.0.1", "10.0.0.9"))


@pytest.mark.parametrize(("mode", "expected"), [(SetMode.REPLACE, 5), (SetMode.KEEP, 3), (SetMode.ADD, 8)])
def test_upsert_sets_what_is_there(
    newsroom: Database, second: OpenSecond, mode: SetMode, expected: int
) -> None:
    modes = {"count": mode}
    result = load_rows(newsroom, POST_VIEWS, VIEWS, [OLD, NEW], OnConflict.UPDATE, KEY, modes)
    updated = 0 if mode is SetMode.KEEP else 1
    assert result == LoadResult(inserted=1, updated=updated, skipped=1 - updated)
    other = second(newsroom)
    assert value(other, "post_views", "count", post_id=1, ip_address="10.0.0.1") == expected
    assert value(other, "post_views", "count", post_id=1, ip_address="10.0.0.9") == 5
    assert count(other, "post_views") == 3


def test_upsert_now_also_for_a_column_the_rows_do_not_have(
    newsroom: Database, sql_log: Callable[[Database], SqlLog]
) -> None:
    modes = {"count": SetMode.ADD, "last_seen": SetMode.NOW}
    log = sql_log(newsroom)
    load_rows(newsroom, POST_VIEWS, VIEWS, [OLD], OnConflict.UPDATE, KEY, modes)
    (upsert,) = log.writes
    assert "ON CONFLICT (post_id, ip_address) DO UPDATE SET" in upsert
    assert "count + excluded.count" in upsert.replace("(", "").replace(")", "").replace("post_views.", "")
    assert "last_seen = CURRENT_TIMESTAMP" in upsert
    assert isinstance(read(newsroom, ref(POST_VIEWS, 1)).values["last_seen"], datetime)


def test_upsert_finds_the_key_by_itself(newsroom: Database, second: OpenSecond) -> None:
    rows = [{"slug": "city", "name": "Town"}, {"slug": "sea", "name": "Sea"}]
    result = load_rows(newsroom, TAGS, ["slug", "name"], rows, OnConflict.UPDATE, ["slug"])
    assert result == LoadResult(inserted=1, updated=1)
    assert value(second(newsroom), "tags", "name", slug="city") == "Town"

    posts = [{"id": 1, "title": "Again", "author_id": 1, "body": "."}]
    assert load_rows(newsroom, POSTS, list(posts[0]), posts, OnConflict.UPDATE).updated == 1
    assert value(second(newsroom), "posts", "view_count", id=1) == 18422


def test_upsert_the_same_key_twice_updates_what_it_inserted(newsroom: Database, second: OpenSecond) -> None:
    rows = [NEW, {**NEW, "count": 7}]
    result = load_rows(newsroom, POST_VIEWS, VIEWS, rows, OnConflict.UPDATE, KEY, {"count": SetMode.ADD})
    assert result == LoadResult(inserted=1, updated=1)
    assert value(second(newsroom), "post_views", "count", ip_address="10.0.0.9") == 12


def test_upsert_without_any_key_is_refused(newsroom: Database) -> None:
    with pytest.raises(RefusedError) as refused:
        load_rows(newsroom, POSTS, ["title"], [{"title": "x"}], OnConflict.UPDATE)
    assert "posts" in refused.value.refusal.sentence


def test_upsert_leaves_out_refused_rows_and_tells_their_lines(newsroom: Database, second: OpenSecond) -> None:
    rows: list[Mapping[str, object]] = [
        OLD,
        {**NEW, "post_id": 99},
        NEW,
        {**NEW, "ip_address": None},
    ]
    result = load_rows(newsroom, POST_VIEWS, VIEWS, rows, OnConflict.UPDATE, KEY)
    assert (result.inserted, result.updated, result.written) == (1, 1, True)
    assert [(row.line, row.refusal.reason, row.refusal.fields) for row in result.refused] == [
        (2, Reason.MISSING_PARENT, ("post_id",)),
        (4, Reason.REQUIRED, ("ip_address",)),
    ]
    assert count(second(newsroom), "post_views") == 3


def test_load_with_stop_writes_nothing_at_all(newsroom: Database, second: OpenSecond) -> None:
    rows = [{"name": f"n{n}", "email": f"n{n}@example.org"} for n in range(1500)]
    rows[1200]["email"] = "ada@example.org"
    result = load_rows(newsroom, USERS, ["name", "email"], rows, OnConflict.STOP)
    assert (result.inserted, result.written) == (0, False)
    (refused,) = result.refused
    assert refused.line == 1201
    assert refused.refusal.sentence == "Another user already has this e-mail address."
    assert refused.refusal.other == ref(USERS, 1)
    assert count(second(newsroom), "users") == 3

    rows[1200]["email"] = "n@example.org"
    assert load_rows(newsroom, USERS, ["name", "email"], rows, OnConflict.STOP).inserted == 1500
    assert count(second(newsroom), "users") == 1503


def test_load_leaves_missing_values_to_the_database(newsroom: Database) -> None:
    rows: list[Mapping[str, object]] = [
        {"id": 20, "author_id": 1, "title": "a", "body": ".", "status": "review"},
        {"id": 21, "author_id": 1, "title": "b", "body": ".", "status": DEFAULT},
        {"id": 22, "author_id": 1, "title": "c", "body": "."},
    ]
    columns = ["id", "author_id", "title", "body", "status"]
    assert load_rows(newsroom, POSTS, columns, rows, OnConflict.STOP).inserted == 3
    assert [read(newsroom, ref(POSTS, n)).values["status"] for n in (20, 21, 22)] == [
        "review",
        "draft",
        "draft",
    ]


@pytest.mark.parametrize("on_conflict", list(OnConflict))
def test_load_dry_run_counts_and_writes_nothing(
    newsroom: Database, second: OpenSecond, on_conflict: OnConflict
) -> None:
    rows = [NEW] if on_conflict is OnConflict.STOP else [OLD, NEW]
    result = load_rows(newsroom, POST_VIEWS, VIEWS, rows, on_conflict, KEY, dry_run=True)
    assert result.inserted == 1 and not result.written
    other = second(newsroom)
    assert count(other, "post_views") == 2
    assert value(other, "post_views", "count", id=1) == 3


def test_load_cancelled_writes_nothing(newsroom: Database, second: OpenSecond) -> None:
    token = CancelToken()
    rows = ({"name": f"n{n}", "slug": f"n{n}"} for n in range(5000))
    with pytest.raises(CancelledError):
        load_rows(
            newsroom, TAGS, ["name", "slug"], rows, OnConflict.SKIP, token=token,
            progress=lambda done, total: token.cancel(),
        )  # fmt: skip
    assert count(second(newsroom), "tags") == 3


def test_load_refused_only_at_the_end_writes_nothing(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(
        "CREATE TABLE a (id INTEGER PRIMARY KEY)",
        "CREATE TABLE b (id INTEGER PRIMARY KEY,"
        " a_id INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    with pytest.raises(RefusedError) as refused:
        load_rows(database, database.find("b"), ["id", "a_id"], [{"id": 1, "a_id": 5}], OnConflict.SKIP)
    assert refused.value.refusal.reason is Reason.MISSING_PARENT
    assert count(second(database), "b") == 0


def test_load_an_error_that_is_no_refusal_is_not_hidden(newsroom: Database, second: OpenSecond) -> None:
    rows: list[Mapping[str, object]] = [{"name": "a", "slug": "a"}, {"name": object(), "slug": "b"}]
    with pytest.raises(Exception) as raised:
        load_rows(newsroom, TAGS, ["name", "slug"], rows, OnConflict.SKIP)
    assert not isinstance(raised.value, RefusedError)
    assert count(second(newsroom), "tags") == 3


def test_load_of_ten_thousand_rows_goes_in_batches(
    make_database: MakeDatabase, second: OpenSecond, sql_log: Callable[[Database], SqlLog]
) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)", "INSERT INTO t VALUES (5, 1), (9999, 1)"
    )
    log = sql_log(database)
    rows = ({"id": n, "n": n} for n in range(10_000))
    result = load_rows(database, database.find("t"), ["id", "n"], rows, OnConflict.UPDATE)
    assert result == LoadResult(inserted=9998, updated=2)
    assert len(log.writes) <= 20
    assert value(second(database), "t", "n", id=9999) == 9999
