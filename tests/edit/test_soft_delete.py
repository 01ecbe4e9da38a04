"""Soft delete: the marker is set, nothing is removed, and restoring takes it off again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from desktop.base.refusal import Reason, RefusedError
from desktop.browse.fetch import first_block
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
