"""Counter: the database adds, so that nothing is lost however many add at once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa

from desktop.base.refusal import Reason, RefusedError
from desktop.edit.counter import Amount, add_to_field, increment
from desktop.schema.database import Database
from tests.edit.craft import POSTS, chosen, count, matching, ref, value
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond, SqlLog

WRITERS = 8
TIMES = 200


def test_counter_adds_in_the_database(
    newsroom: Database, second: OpenSecond, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    assert increment(newsroom, ref(POSTS, 1), "view_count", 5) == 18427
    (update,) = log.writes
    assert re.match(r"UPDATE posts SET view_count=\(?coalesce\(posts\.view_count, \S+\) \+ ", update)
    assert value(second(newsroom), "posts", "view_count", id=1) == 18427


def test_counter_eight_writers_lose_nothing(
    make_database: MakeDatabase, backend: Backend, second: OpenSecond
) -> None:
    # SQLite's write-ahead log only makes 1,600 commits quick; there is still one writer at a time.
    log = ("PRAGMA journal_mode = WAL",) if backend == "sqlite" else ()
    database = make_database(
        *log, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)", "INSERT INTO t VALUES (1, 0)"
    )
    record = ref(database.find("t"), 1)
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(TIMES):
                increment(database, record, "n", 1)
        except BaseException as error:  # noqa: BLE001 - told by the assertion below
            failures.append(error)

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert value(second(database), "t", "n", id=1) == WRITERS * TIMES


def test_counter_add_to_a_selection_is_one_statement(
    newsroom: Database, second: OpenSecond, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    assert add_to_field(newsroom, chosen(POSTS, 3, 4), "view_count", 10, 2) == 2
    (update,) = log.writes
    assert "view_count + " in update
    assert value(second(newsroom), "posts", "view_count", id=3) == 10
    assert value(second(newsroom), "posts", "view_count", id=4) == 321


def test_counter_add_to_all_that_match(newsroom: Database, second: OpenSecond) -> None:
    assert add_to_field(newsroom, matching(POSTS, status="draft"), "view_count", -1, 2) == 2
    assert value(second(newsroom), "posts", "view_count", id=3) == -1


def test_counter_add_of_another_count_changes_nothing(newsroom: Database, second: OpenSecond) -> None:
    with pytest.raises(RefusedError) as refused:
        add_to_field(newsroom, matching(POSTS, status="draft"), "view_count", 1, 3)
    assert refused.value.refusal.reason is Reason.COUNT_CHANGED
    assert value(second(newsroom), "posts", "view_count", id=3) == 0


def test_counter_of_a_record_that_is_gone(newsroom: Database) -> None:
    with pytest.raises(RefusedError) as refused:
        increment(newsroom, ref(POSTS, 99), "view_count", 1)
    assert refused.value.refusal.reason is Reason.GONE


def test_counter_only_on_numbers(newsroom: Database) -> None:
    with pytest.raises(RefusedError) as refused:
        add_to_field(newsroom, chosen(POSTS, 1), "title", 1, 1)
    assert refused.value.refusal.fields == ("title",)


@pytest.mark.parametrize(
    ("type_name", "before", "amount", "after"),
    [
        ("BIGINT", "9007199254740993", 1, 9007199254740994),
        ("NUMERIC(10, 2)", "0.10", Decimal("0.20"), Decimal("0.30")),
        ("NUMERIC(10, 2)", "7", Decimal("-7.5"), Decimal("-0.50")),
        ("DOUBLE PRECISION", "1.5", 0.25, 1.75),
    ],
)
def test_counter_is_exact(
    make_database: MakeDatabase, type_name: str, before: str, amount: Amount, after: object
) -> None:
    database = make_database(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, n {type_name})",
        f"INSERT INTO t VALUES (1, {before})",  # noqa: S608 - fixed test rows
    )
    assert increment(database, ref(database.find("t"), 1), "n", amount) == after


def test_counter_past_the_largest_number_is_refused(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n BIGINT)",
        "INSERT INTO t VALUES (1, 9223372036854775807), (2, 5)",
    )
    with pytest.raises(RefusedError) as refused:
        add_to_field(database, chosen(database.find("t"), 1, 2), "n", 1, 2)
    assert refused.value.refusal.reason is Reason.OUT_OF_RANGE
    assert value(second(database), "t", "n", id=2) == 5


@pytest.mark.parametrize(("stored", "amount"), [(2**63 - 1, 1), (-(2**63), -1)])
def test_counter_of_one_record_past_the_limits_is_refused(
    make_database: MakeDatabase, second: OpenSecond, stored: int, amount: int
) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n BIGINT)",
        f"INSERT INTO t VALUES (1, {stored})",  # noqa: S608 - fixed test rows
    )
    with pytest.raises(RefusedError) as refused:
        increment(database, ref(database.find("t"), 1), "n", amount)
    assert (refused.value.refusal.reason, refused.value.refusal.fields) == (Reason.OUT_OF_RANGE, ("n",))
    assert value(second(database), "t", "n", id=1) == stored


def test_counter_never_turns_stored_text_into_a_number(make_sqlite: MakeDatabase, second: OpenSecond) -> None:
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)", "INSERT INTO t VALUES (1, 'many')"
    )
    with pytest.raises(RefusedError):
        add_to_field(database, chosen(database.find("t"), 1), "n", 1, 1)
    assert value(second(database), "t", "n", id=1) == "many"


@pytest.mark.parametrize(("as_zero", "left_empty"), [(False, 1), (True, 0)])
def test_counter_empty_fields(
    make_database: MakeDatabase, second: OpenSecond, as_zero: bool, left_empty: int
) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)", "INSERT INTO t VALUES (1, NULL), (2, 1)"
    )
    add_to_field(database, chosen(database.find("t"), 1, 2), "n", 4, 2, empty_as_zero=as_zero)
    assert count(second(database), "t", "n IS NULL") == left_empty
    assert second(database).scalar(sa.text("SELECT max(n) FROM t")) == 5
