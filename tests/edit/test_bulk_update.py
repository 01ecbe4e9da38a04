"""Bulk update: one statement for a selection or for all that match, counted before and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.selection import ChosenKeys
from desktop.edit.bulk import Assignment, SetDefault, SetNow, SetNull, SetValue, set_field
from desktop.schema.database import Database
from tests.edit.craft import POSTS, USERS, chosen, count, insert, matching, read, ref, value
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]


def test_bulk_update_by_selection_is_one_statement(
    newsroom: Database, second: OpenSecond, sql_log: Listen
) -> None:
    log = sql_log(newsroom)
    assert set_field(newsroom, chosen(POSTS, 1, 3, 5), "status", SetValue("archived"), 3) == 3
    (update,) = log.writes
    assert update.startswith("UPDATE posts SET status=")
    assert count(second(newsroom), "posts", "status = 'archived' AND id IN (1, 3, 5)") == 3
    assert count(second(newsroom), "posts", "status = 'archived'") == 3


def test_bulk_update_by_filter_is_counted_by_its_own_statement(
    newsroom: Database, second: OpenSecond, sql_log: Listen
) -> None:
    log = sql_log(newsroom)
    done = set_field(newsroom, matching(POSTS, status="draft"), "status", SetValue("review"), 2)
    assert done == 2
    assert [s.split()[0] for s in log.statements if s in (*log.reads, *log.writes)] == ["UPDATE"]
    assert count(second(newsroom), "posts", "status = 'review'") == 4


def test_bulk_update_by_the_name_of_a_foreign_record(newsroom: Database, second: OpenSecond) -> None:
    selection = matching(POSTS, author_id="grace")
    assert set_field(newsroom, selection, "status", SetValue("archived"), 2) == 2
    assert count(second(newsroom), "posts", "status = 'archived' AND author_id = 2") == 2


@pytest.mark.parametrize(
    ("column", "assignment", "expected"),
    [
        ("bio", SetNull(), None),
        ("bio", SetValue("x"), "x"),
        ("bio", SetDefault(), None),
        ("is_active", SetValue(False), False),
        ("is_active", SetDefault(), True),
    ],
)
def test_bulk_update_to_a_value(
    newsroom: Database, column: str, assignment: Assignment, expected: object
) -> None:
    set_field(newsroom, chosen(USERS, 1, 2), "bio", SetValue("before"), 2)
    set_field(newsroom, chosen(USERS, 1, 2), column, assignment, 2)
    assert read(newsroom, ref(USERS, 2)).values[column] == expected


def test_bulk_update_to_now(newsroom: Database) -> None:
    set_field(newsroom, chosen(POSTS, 1, 2), "updated_at", SetValue(datetime(2001, 1, 1)), 2)
    set_field(newsroom, chosen(POSTS, 1, 2), "updated_at", SetNow(), 2)
    now = read(newsroom, ref(POSTS, 2)).values["updated_at"]
    assert isinstance(now, datetime) and now.year > 2001


def test_bulk_update_to_the_default(newsroom: Database) -> None:
    set_field(newsroom, chosen(POSTS, 1), "status", SetDefault(), 1)
    assert read(newsroom, ref(POSTS, 1)).values["status"] == "draft"


def test_bulk_update_now_needs_a_field_for_it(newsroom: Database, sql_log: Listen) -> None:
    log = sql_log(newsroom)
    with pytest.raises(RefusedError) as refused:
        set_field(newsroom, chosen(POSTS, 1), "view_count", SetNow(), 1)
    assert refused.value.refusal.fields == ("view_count",)
    assert log.statements == []


@pytest.mark.parametrize("expected", [1, 3])
def test_bulk_update_of_another_count_than_announced_changes_nothing(
    newsroom: Database, second: OpenSecond, expected: int
) -> None:
    for selection in (chosen(POSTS, 3, 4), matching(POSTS, status="draft")):
        with pytest.raises(RefusedError) as refused:
            set_field(newsroom, selection, "status", SetValue("review"), expected)
        assert refused.value.refusal.reason is Reason.COUNT_CHANGED
        assert count(second(newsroom), "posts", "status = 'draft'") == 2


def test_bulk_update_of_a_record_that_is_gone_changes_nothing(newsroom: Database, second: OpenSecond) -> None:
    with pytest.raises(RefusedError):
        set_field(newsroom, chosen(POSTS, 1, 99), "title", SetValue("x"), 2)
    assert count(second(newsroom), "posts", "title = 'x'") == 0


def test_bulk_update_refused_changes_nothing_and_the_next_works(
    newsroom: Database, second: OpenSecond
) -> None:
    with pytest.raises(RefusedError) as refused:
        set_field(newsroom, chosen(POSTS, 1, 2), "status", SetValue("lost"), 2)
    assert refused.value.refusal.reason is Reason.CHECK
    assert refused.value.refusal.fields == ("status",)
    with pytest.raises(RefusedError) as refused:
        set_field(newsroom, chosen(USERS, 1, 2), "email", SetValue("same@example.org"), 2)
    assert refused.value.refusal.reason is Reason.UNIQUE
    set_field(newsroom, chosen(POSTS, 1, 2), "status", SetValue("archived"), 2)
    assert count(second(newsroom), "posts", "status = 'archived'") == 2


def _many(make_database: MakeDatabase, number: int) -> Database:
    rows = insert("t", ((n, "a") for n in range(1, number + 1)))
    return make_database("CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(9))", rows)


def test_bulk_update_of_many_keys_never_loads_a_record(
    make_database: MakeDatabase, second: OpenSecond, sql_log: Listen
) -> None:
    database = _many(make_database, 12_000)
    table = database.find("t")
    loaded: list[object] = []

    def note(target: object, context: object) -> None:
        loaded.append(target)

    event.listen(Mapper, "load", note)
    log = sql_log(database)
    steps: list[tuple[int, int | None]] = []
    try:
        selection = ChosenKeys(table, tuple((n,) for n in range(12_000, 0, -1)))
        done = set_field(
            database, selection, "a", SetValue("b"), 12_000, progress=lambda *step: steps.append(step)
        )
    finally:
        event.remove(Mapper, "load", note)
    assert done == 12_000
    assert loaded == []
    assert len(log.writes) <= 12 and log.reads == []
    assert steps[-1] == (12_000, 12_000) and len(steps) == len(log.writes)
    assert count(second(database), "t", "a = 'b'") == 12_000


def test_bulk_update_cancelled_between_parts_changes_nothing(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    database = _many(make_database, 12_000)
    token = CancelToken()
    selection = ChosenKeys(database.find("t"), tuple((n,) for n in range(1, 12_001)))
    with pytest.raises(CancelledError):
        set_field(
            database,
            selection,
            "a",
            SetValue("b"),
            12_000,
            token=token,
            progress=lambda done, total: token.cancel(),
        )
    assert count(second(database), "t", "a = 'b'") == 0


def test_bulk_update_by_composite_key(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(
        "CREATE TABLE t (a INTEGER, b VARCHAR(9), n INTEGER, PRIMARY KEY (a, b))",
        "INSERT INTO t VALUES (1, 'x', 0), (1, 'y', 0), (2, 'x', 0)",
    )
    selection = ChosenKeys(database.find("t"), ((1, "y"), (2, "x")))
    assert set_field(database, selection, "n", SetValue(5), 2) == 2
    assert value(second(database), "t", "n", a=1, b="x") == 0
    assert second(database).scalar(sa.text("SELECT sum(n) FROM t")) == 10
