"""Insert ignoring duplicates: what is there already is skipped, untouched and counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desktop.base.refusal import Reason, RefusedError
from desktop.edit.load import LoadResult, OnConflict, load_rows
from desktop.schema.database import Database
from tests.edit.craft import POST_TAGS, POST_VIEWS, TAGS, count, insert, value
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog

ROWS = [
    {"name": "night", "slug": "night"},
    {"name": "city", "slug": "other"},
    {"name": "other", "slug": "water"},
    {"name": "day", "slug": "day"},
    {"name": "day", "slug": "day"},
]


def test_insert_ignoring_skips_any_duplicate(
    newsroom: Database, second: OpenSecond, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    result = load_rows(newsroom, TAGS, ["name", "slug"], ROWS, OnConflict.SKIP)
    assert result == LoadResult(inserted=2, skipped=3)
    (insert,) = log.writes
    assert insert.startswith("INSERT INTO tags") and insert.endswith("ON CONFLICT DO NOTHING")
    assert count(second(newsroom), "tags") == 5
    assert value(second(newsroom), "tags", "slug", name="city") == "city"


def test_insert_ignoring_by_chosen_columns_refuses_other_duplicates(
    newsroom: Database, second: OpenSecond, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    result = load_rows(newsroom, TAGS, ["name", "slug"], ROWS, OnConflict.SKIP, ["name"])
    assert (result.inserted, result.skipped, len(result.refused)) == (2, 2, 1)
    (refused,) = result.refused
    assert refused.line == 3
    assert refused.refusal.reason is Reason.UNIQUE and refused.refusal.fields == ("slug",)
    assert "ON CONFLICT (name) DO NOTHING" in log.writes[0]
    assert count(second(newsroom), "tags") == 5


def test_insert_ignoring_links(newsroom: Database, second: OpenSecond) -> None:
    rows = [{"post_id": post, "tag_id": tag} for post in (1, 2) for tag in (1, 2, 3)]
    result = load_rows(newsroom, POST_TAGS, ["post_id", "tag_id"], rows, OnConflict.SKIP)
    assert (result.inserted, result.skipped) == (4, 2)
    assert count(second(newsroom), "post_tags") == 8


def test_insert_ignoring_by_columns_that_are_not_unique_is_refused(
    newsroom: Database, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    with pytest.raises(RefusedError) as refused:
        load_rows(newsroom, POST_VIEWS, ["post_id"], [{"post_id": 1}], OnConflict.SKIP, ["post_id"])
    assert refused.value.refusal.fields == ("post_id",)
    assert log.statements == []


@pytest.mark.parametrize("dry_run", [False, True])
def test_insert_ignoring_counts_many_exactly(
    make_database: MakeDatabase, second: OpenSecond, dry_run: bool
) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY)", insert("t", ((n,) for n in range(0, 6000, 3)))
    )
    steps: list[int] = []
    result = load_rows(
        database,
        database.find("t"),
        ["id"],
        ({"id": n} for n in range(6000)),
        OnConflict.SKIP,
        dry_run=dry_run,
        progress=lambda done, total: steps.append(done),
    )
    assert result == LoadResult(inserted=4000, skipped=2000, written=not dry_run)
    assert steps[-1] == 6000 and len(steps) == 6
    assert count(second(database), "t") == (2000 if dry_run else 6000)
