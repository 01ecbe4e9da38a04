"""Soft delete: the marker is set, nothing is removed, and restoring takes it off again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.fetch import first_block
from desktop.browse.selection import AllMatching, ChosenKeys
from desktop.browse.view import Deleted, View
from desktop.edit.soft import restore, soft_delete
from desktop.schema.database import Database
from tests.edit.craft import COMMENTS, POSTS, chosen, count, matching, read, ref, value
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog

VIEW = View(POSTS, ("title",))


def test_soft_delete_marks_when_and_by_whom(
    newsroom: Database, second: OpenSecond, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    assert soft_delete(newsroom, chosen(POSTS, 1, 2), 2, by="ada") == 2
    (update,) = log.writes
    assert update.startswith("UPDATE posts SET")
    other = second(newsroom)
    assert count(other, "posts") == 6
    assert count(other, "posts", "deleted_at IS NOT NULL AND deleted_by = 'ada'") == 2
    assert count(other, "comments") == 3


def test_soft_deleted_records_are_hidden_and_can_be_shown(newsroom: Database) -> None:
    soft_delete(newsroom, chosen(POSTS, 1), 1)
    shown = {choice: len(first_block(newsroom, replace(VIEW, deleted=choice))) for choice in Deleted}
    assert shown == {Deleted.HIDDEN: 5, Deleted.SHOWN: 6, Deleted.ONLY: 1}


def test_soft_delete_restored_leaves_no_trace(newsroom: Database, second: OpenSecond) -> None:
    soft_delete(newsroom, chosen(POSTS, 1, 2), 2, by="ada")
    assert restore(newsroom, matching(POSTS, Deleted.ONLY), 2) == 2
    assert count(second(newsroom), "posts", "deleted_at IS NULL AND deleted_by IS NULL") == 6


def test_soft_delete_again_keeps_the_first_moment(newsroom: Database, second: OpenSecond) -> None:
    other = second(newsroom)
    other.execute(
        sa.text("UPDATE posts SET deleted_at = '2001-01-01 00:00:00.000000', deleted_by = 'eve' WHERE id = 1")
    )
    soft_delete(newsroom, chosen(POSTS, 1, 2), 2, by="ada")
    assert str(read(newsroom, ref(POSTS, 1)).values["deleted_at"]).startswith("2001-01-01")
    assert value(other, "posts", "deleted_by", id=1) == "eve"
    assert value(other, "posts", "deleted_by", id=2) == "ada"


def test_soft_delete_of_another_count_marks_nothing(newsroom: Database, second: OpenSecond) -> None:
    with pytest.raises(RefusedError) as refused:
        soft_delete(newsroom, chosen(POSTS, 1, 99), 2)
    assert refused.value.refusal.reason is Reason.COUNT_CHANGED
    assert count(second(newsroom), "posts", "deleted_at IS NOT NULL") == 0


def test_soft_delete_needs_a_marker(newsroom: Database) -> None:
    with pytest.raises(RefusedError) as refused:
        soft_delete(newsroom, chosen(COMMENTS, 1), 1)
    assert refused.value.refusal.reason is Reason.NOT_ALLOWED
    assert "comments" in refused.value.refusal.sentence


@pytest.mark.parametrize(
    ("type_name", "marked"),
    [("BOOLEAN NOT NULL DEFAULT FALSE", "is_deleted"), ("INTEGER DEFAULT 0", "is_deleted = 1")],
)
def test_soft_delete_by_a_flag(
    make_database: MakeDatabase, second: OpenSecond, type_name: str, marked: str
) -> None:
    database = make_database(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, is_deleted {type_name})",
        "INSERT INTO t (id) VALUES (1), (2)",
    )
    table = database.find("t")
    view = View(table, ("id",))
    soft_delete(database, chosen(table, 1), 1, by="ada")
    assert count(second(database), "t", marked) == 1
    assert [row.key for row in first_block(database, view)] == [(2,)]
    restore(database, chosen(table, 1), 1)
    assert count(second(database), "t", marked) == 0
    assert len(first_block(database, view)) == 2


def test_soft_delete_and_restore_of_many_never_load_a_record(
    make_database: MakeDatabase, second: OpenSecond, sql_log: Callable[[Database], SqlLog]
) -> None:
    """Chosen keys go in ascending order, a few statements for all; what matches a view is one statement."""
    database = _many(make_database)
    table, other = database.find("t"), second(database)
    by_key = ChosenKeys(table, tuple((n,) for n in range(MANY, 0, -1)))
    gone = AllMatching(View(table, ("id",), deleted=Deleted.ONLY))
    loaded: list[object] = []
    keys: list[int] = []

    def load(target: object, context: object) -> None:
        loaded.append(target)

    def sent(*call: Any) -> None:
        for bound in _values(call[3]):
            keys.extend(bound if isinstance(bound, list) else [])

    log = sql_log(database)
    event.listen(Mapper, "load", load)
    event.listen(database.engine, "before_cursor_execute", sent)
    try:
        assert soft_delete(database, by_key, MANY) == MANY
        event.remove(database.engine, "before_cursor_execute", sent)
        assert keys == list(range(1, MANY + 1))
        assert (len(log.writes) <= 3, log.reads) == (True, [])
        log.clear()
        assert restore(database, gone, MANY) == MANY
    finally:
        event.remove(Mapper, "load", load)
    assert (len(log.writes), len(log.reads), loaded) == (1, 0, [])
    assert count(other, "t", "deleted_at IS NULL") == MANY


def test_soft_delete_cancelled_between_parts_marks_nothing(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    database, token = _many(make_database), CancelToken()
    by_key = ChosenKeys(database.find("t"), tuple((n,) for n in range(1, MANY + 1)))
    steps: list[int] = []

    def stop(done: int, total: int | None) -> None:
        steps.append(done)
        token.cancel()

    with pytest.raises(CancelledError):
        soft_delete(database, by_key, MANY, token=token, progress=stop)
    assert 0 < steps[0] < MANY
    assert count(second(database), "t", "deleted_at IS NOT NULL") == 0


MANY = 12_000


def _many(make_database: MakeDatabase) -> Database:
    return make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, deleted_at TIMESTAMP)",
        "INSERT INTO t (id) WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 12000)"
        " SELECT n FROM s",
    )


def _values(parameters: Any) -> list[object]:
    """The bound values; a list of keys that travels as JSON as the list it is."""
    values = list(parameters.values() if isinstance(parameters, dict) else parameters)
    return [json.loads(v) if isinstance(v, str) and v.startswith("[") else v for v in values]
