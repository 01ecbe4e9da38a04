"""Bulk delete: any selection, or all that match, without loading a record; the announced count or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.selection import ChosenKeys
from desktop.edit.bulk import delete_selected
from desktop.edit.cascade import delete_impact
from desktop.schema.database import Database
from tests.edit.craft import COMMENTS, POSTS, USERS, chosen, count, insert, matching
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]
MANY = 30_000


def _many(make_database: MakeDatabase) -> Database:
    return make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)",
        "CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t (id) ON DELETE CASCADE)",
        "CREATE INDEX child_t ON child (t_id)",
        insert("t", ((n, n % 10) for n in range(1, MANY + 1))),
        insert("child", ((n, n) for n in range(1, 2001))),
    )


def test_bulk_delete_by_selection_is_one_statement(
    newsroom: Database, second: OpenSecond, sql_log: Listen
) -> None:
    log = sql_log(newsroom)
    assert delete_selected(newsroom, chosen(POSTS, 1, 4), 2) == 2
    (delete,) = log.writes
    assert delete.startswith("DELETE FROM posts WHERE")
    assert log.reads == []
    assert count(second(newsroom), "posts") == 4
    assert count(second(newsroom), "comments") == 0


def test_bulk_delete_of_all_that_match_is_counted_by_its_own_statement(
    newsroom: Database, second: OpenSecond, sql_log: Listen
) -> None:
    log = sql_log(newsroom)
    assert delete_selected(newsroom, matching(POSTS, status="review"), 2) == 2
    assert [s.split()[0] for s in log.statements if s in (*log.reads, *log.writes)] == ["DELETE"]
    assert count(second(newsroom), "posts", "status = 'review'") == 0
    assert count(second(newsroom), "posts") == 4


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_bulk_delete_of_another_count_than_announced_deletes_nothing(
    newsroom: Database, second: OpenSecond, expected: int
) -> None:
    for selection in (chosen(POSTS, 5, 6), matching(POSTS, status="review")):
        with pytest.raises(RefusedError) as refused:
            delete_selected(newsroom, selection, expected)
        assert refused.value.refusal.reason is Reason.COUNT_CHANGED
    assert count(second(newsroom), "posts") == 6


def test_bulk_delete_when_one_is_gone_meanwhile_deletes_nothing(
    newsroom: Database, second: OpenSecond
) -> None:
    other = second(newsroom)
    other.execute(sa.text("DELETE FROM comments WHERE id = 2"))
    with pytest.raises(RefusedError) as refused:
        delete_selected(newsroom, chosen(COMMENTS, 1, 2, 3), 3)
    assert refused.value.refusal.reason is Reason.COUNT_CHANGED
    assert "2" in refused.value.refusal.sentence and "3" in refused.value.refusal.sentence
    assert count(other, "comments") == 2


def test_bulk_delete_refused_for_one_in_the_middle_deletes_nothing(
    newsroom: Database, second: OpenSecond
) -> None:
    second(newsroom).execute(
        sa.text("INSERT INTO users (id, name, email) VALUES (10, 'x', 'x'), (11, 'y', 'y')")
    )
    with pytest.raises(RefusedError) as refused:
        delete_selected(newsroom, chosen(USERS, 10, 2, 11), 3)
    refusal = refused.value.refusal
    assert refusal.reason is Reason.HAS_CHILDREN
    assert refusal.sentence == "2 posts still belong to some of these users, so they cannot be deleted."
    assert refusal.other is not None and refusal.other.table == POSTS
    assert count(second(newsroom), "users") == 5
    assert delete_selected(newsroom, chosen(USERS, 10, 11), 2) == 2


def test_bulk_delete_of_all_that_match_refused_counts_what_still_belongs_to_them(newsroom: Database) -> None:
    with pytest.raises(RefusedError) as refused:
        delete_selected(newsroom, matching(USERS, name="a"), 2)
    assert refused.value.refusal.sentence.startswith("4 posts still belong to some of these users")


def test_bulk_delete_refused_for_a_table_that_refers_to_itself_counts_only_who_would_stay(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    database = make_database(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(9), boss INTEGER REFERENCES people (id))",
        "INSERT INTO people VALUES (1, 'Ada', 1), (2, 'Bob', 1), (3, 'Cyd', 2), (4, 'Dee', 3), (5, 'Eve', 2)",
    )
    people = database.find("people")
    with pytest.raises(RefusedError) as refused:
        delete_selected(database, chosen(people, 1, 2, 3), 3)
    refusal = refused.value.refusal
    assert refusal.sentence == "2 people still belong to some of these people, so they cannot be deleted."
    with pytest.raises(RefusedError) as refused:
        delete_selected(database, chosen(people, 3), 1)
    assert refused.value.refusal.other_label == "Dee"
    assert "1 person still belongs to this person" in refused.value.refusal.sentence
    assert count(second(database), "people") == 5


def test_bulk_delete_of_many_keys_never_loads_a_record(
    make_database: MakeDatabase, second: OpenSecond, sql_log: Listen
) -> None:
    database = _many(make_database)
    loaded: list[object] = []

    def note(target: object, context: object) -> None:
        loaded.append(target)

    event.listen(Mapper, "load", note)
    log = sql_log(database)
    steps: list[tuple[int, int | None]] = []
    selection = ChosenKeys(database.find("t"), tuple((n,) for n in range(MANY, 0, -1) if n % 3))
    try:
        impact = delete_impact(database, selection)
        log.clear()
        deleted = delete_selected(
            database, selection, impact.count, progress=lambda *step: steps.append(step)
        )
    finally:
        event.remove(Mapper, "load", note)
    assert deleted == impact.count == MANY * 2 // 3
    assert loaded == []
    assert len(log.writes) <= MANY // 5000 + 1 and log.reads == []
    assert steps[-1] == (deleted, deleted)
    assert count(second(database), "t") == MANY - deleted
    assert 2000 - count(second(database), "child") == impact.deleted()[database.find("child")]


def test_bulk_delete_of_all_that_match_is_one_statement_whatever_the_number(
    make_database: MakeDatabase, second: OpenSecond, sql_log: Listen
) -> None:
    database = _many(make_database)
    log = sql_log(database)
    assert delete_selected(database, matching(database.find("t"), a=">= 5"), MANY // 2) == MANY // 2
    assert len(log.writes) == 1
    assert count(second(database), "t") == MANY // 2


def test_bulk_delete_cancelled_between_parts_deletes_nothing(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    database = _many(make_database)
    token = CancelToken()
    selection = ChosenKeys(database.find("t"), tuple((n,) for n in range(1, MANY + 1)))
    with pytest.raises(CancelledError):
        delete_selected(database, selection, MANY, token=token, progress=lambda *step: token.cancel())
    assert count(second(database), "t") == MANY
    assert count(second(database), "child") == 2000


def test_bulk_delete_of_a_whole_tree_in_parts(make_database: MakeDatabase, second: OpenSecond) -> None:
    """Chosen parents take chosen children along, which no row count of a statement tells."""
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id) ON DELETE CASCADE)",
        "CREATE INDEX t_up ON t (up)",
        insert("t", ((n, n - 6000 if n > 6000 else None) for n in range(1, 12_001))),
    )
    selection = ChosenKeys(database.find("t"), tuple((n,) for n in range(1, 12_001)))
    assert delete_selected(database, selection, 12_000) == 12_000
    assert count(second(database), "t") == 0


def test_bulk_delete_of_parents_and_children_in_different_parts(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    """NO ACTION speaks only once all chosen records are gone."""
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id))",
        "CREATE INDEX t_up ON t (up)",
        insert("t", ((n, n - 6000 if n > 6000 else None) for n in range(1, 12_001))),
    )
    table = database.find("t")
    with pytest.raises(RefusedError) as refused:
        delete_selected(database, ChosenKeys(table, tuple((n,) for n in range(1, 6001))), 6000)
    assert refused.value.refusal.reason is Reason.HAS_CHILDREN
    assert count(second(database), "t") == 12_000
    assert delete_selected(database, ChosenKeys(table, tuple((n,) for n in range(1, 12_001))), 12_000)
    assert count(second(database), "t") == 0


def test_bulk_delete_of_more_parents_and_children_than_one_statement_takes(
    make_sqlite: MakeDatabase, second: OpenSecond
) -> None:
    """The parents' statement comes first: only the end of the transaction may judge."""
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id))",
        insert("t", ((n, n - 1000 if n > 1000 else None) for n in range(1, 2001))),
    )
    few = replace(database.capabilities, max_parameters=1000, json_lists=False)
    database = replace(database, capabilities=few)
    table = database.find("t")
    with pytest.raises(RefusedError) as refused:
        delete_selected(database, ChosenKeys(table, tuple((n,) for n in range(1, 1501))), 1500)
    assert refused.value.refusal.reason is Reason.HAS_CHILDREN
    assert count(second(database), "t") == 2000
    assert delete_selected(database, ChosenKeys(table, tuple((n,) for n in range(1, 2001))), 2000) == 2000
