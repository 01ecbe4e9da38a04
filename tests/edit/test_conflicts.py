"""Two people on the same records: every field that both have changed is told at once, with three values."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TypeAlias

import pytest
import sqlalchemy as sa

from desktop.base.refusal import Conflict, Reason, RefusedError
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import COMMENTS, POSTS, USERS, count, ref, stage, value
from tests.fixtures.databases import OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]


def _refused(unit: Unit) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        unit.save()
    return caught.value


def test_every_field_of_every_record_is_told(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(POSTS, 1), title="Mine", status="draft", view_count=5)
    stage(unit, newsroom, ref(POSTS, 2), title="Alone")
    stage(unit, newsroom, ref(USERS, 3), name="Zoe")
    stage(unit, newsroom, ref(COMMENTS, 2), body="Too late")
    other = second(newsroom)
    other.execute(sa.text("UPDATE posts SET title = 'Theirs', status = 'review' WHERE id = 1"))
    other.execute(sa.text("UPDATE users SET name = 'Z. M.' WHERE id = 3"))
    other.execute(sa.text("DELETE FROM comments WHERE id = 2"))
    error = _refused(unit)
    told = {refusal.record: refusal for refusal in error.refusals}
    assert told.keys() == {ref(POSTS, 1), ref(USERS, 3), ref(COMMENTS, 2)}
    assert told[ref(POSTS, 1)].conflicts == (
        Conflict(ref(POSTS, 1), "title", "The river that learned to wait", "Theirs", "Mine"),
        Conflict(ref(POSTS, 1), "status", "published", "review", "draft"),
    )
    assert told[ref(USERS, 3)].conflicts == (Conflict(ref(USERS, 3), "name", "Zoé Müller", "Z. M.", "Zoe"),)
    assert told[ref(COMMENTS, 2)].reason is Reason.GONE
    assert count(other, "posts", "title IN ('Mine', 'Alone')") == 0
    assert len(unit.changes) == 4


def test_the_same_change_by_both_is_no_conflict(newsroom: Database, second: OpenSecond) -> None:
    unit = Unit(newsroom)
    stage(unit, newsroom, ref(POSTS, 1), title="Agreed", body="And more.")
    second(newsroom).execute(sa.text("UPDATE posts SET title = 'Agreed' WHERE id = 1"))
    unit.save()
    assert value(second(newsroom), "posts", "body", id=1) == "And more."


def test_a_record_to_be_deleted_that_is_gone_is_told_with_the_others(
    newsroom: Database, second: OpenSecond
) -> None:
    unit = Unit(newsroom)
    unit.stage_delete(ref(COMMENTS, 1))
    unit.stage_delete(ref(COMMENTS, 2))
    unit.stage_delete(ref(COMMENTS, 3))
    second(newsroom).execute(sa.text("DELETE FROM comments WHERE id IN (1, 3)"))
    assert {refusal.record for refusal in _refused(unit).refusals} == {ref(COMMENTS, 1), ref(COMMENTS, 3)}
    assert count(second(newsroom), "comments") == 1


def without_locks(database: Database) -> Database:
    """The same database, taken for a server that can lock nothing."""
    able = dataclasses.replace(database.capabilities, row_locks=False, whole_lock=False)
    return dataclasses.replace(database, capabilities=able)


def test_without_locks_the_old_values_stand_in_the_statement(newsroom: Database, sql_log: Listen) -> None:
    database = without_locks(newsroom)
    unit = Unit(database)
    stage(unit, database, ref(POSTS, 1), title="Mine")
    log = sql_log(database)
    unit.save()
    (update,) = log.writes
    assert "FOR UPDATE" not in "".join(log.statements)
    assert " AND " in update and ("IS NOT DISTINCT FROM" in update or " IS ?" in update)


def test_without_locks_a_change_between_reading_and_writing_is_noticed(
    newsroom: Database, second: OpenSecond
) -> None:
    database = without_locks(newsroom)
    unit = Unit(database)
    stage(unit, database, ref(POSTS, 1), title="Mine")

    def push(
        connection: sa.Connection, cursor: sa.engine.interfaces.DBAPICursor, statement: str, *_: object
    ) -> None:
        if statement.startswith("UPDATE"):  # within the very transaction: SQLite has only one at a time
            cursor.execute("UPDATE posts SET title = 'Theirs' WHERE id = 1")

    sa.event.listen(database.engine, "before_cursor_execute", push)
    error = _refused(unit)
    sa.event.remove(database.engine, "before_cursor_execute", push)
    (conflict,) = error.refusal.conflicts
    assert (conflict.theirs, conflict.mine) == ("Theirs", "Mine")
    assert count(second(newsroom), "posts", "title = 'Mine'") == 0
