"""Bulk work on all that match: in stretches of the key, so that it can be told how far it is, or in one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from desktop.base.cancel import CancelledError, CancelToken
from desktop.browse.selection import AllMatching
from desktop.browse.view import ColumnFilter, Deleted, View
from desktop.edit import stretches
from desktop.edit.bulk import SetValue, delete_selected, set_field
from desktop.edit.soft import restore, soft_delete
from desktop.schema.database import Database
from tests.edit.craft import count
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]
TABLE = """CREATE TABLE notes (id INTEGER PRIMARY KEY, city VARCHAR(20), number INT, deleted_at TIMESTAMP,
 above INT, kept INT UNIQUE)"""
FILL = """INSERT INTO notes WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1000)
 SELECT n, CASE WHEN n % 2 = 0 THEN 'Oslo' ELSE 'Rome' END, n, NULL, NULL, NULL FROM s"""


@pytest.fixture(autouse=True)
def small_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "FEW", 50)
    monkeypatch.setattr(stretches, "_FIRST", 100)
    monkeypatch.setattr(stretches, "_MOST", 100)


@pytest.fixture
def notes(make_database: MakeDatabase) -> Database:
    return make_database(TABLE, FILL)


def _matching(database: Database, city: str = "", deleted: Deleted = Deleted.HIDDEN) -> AllMatching:
    filters = (ColumnFilter("city", city),) if city else ()
    return AllMatching(View(database.find("notes"), (), filters=filters, deleted=deleted))


def test_every_bulk_action_on_all_that_match_tells_how_far_it_is(
    notes: Database, second: OpenSecond, sql_log: Listen
) -> None:
    told: list[tuple[int, int | None]] = []

    def steps() -> list[tuple[int, int | None]]:
        found = told.copy()
        told.clear()
        return found

    def progress(done: int, total: int | None) -> None:
        told.append((done, total))

    halves = [(50 * n, 500) for n in range(1, 11)]
    every = [(100 * n, 1_000) for n in range(1, 11)]
    oslo = _matching(notes, "Oslo")
    log = sql_log(notes)
    assert set_field(notes, oslo, "city", SetValue("Bergen"), 500, progress=progress) == 500
    assert steps()[:10] == halves
    assert len(log.starting("UPDATE")) == 11  # and one behind the last key found
    assert [text for text in log.starting("SELECT") if "count(" in text] == []  # the statements tell how many
    assert count(second(notes), "notes", "city = 'Bergen'") == 500
    assert soft_delete(notes, _matching(notes, "Bergen"), 500, progress=progress) == 500
    assert steps()[:10] == halves
    assert restore(notes, _matching(notes, "", Deleted.ONLY), 500, progress=progress) == 500
    assert steps()[-1] == (500, 500)
    assert count(second(notes), "notes", "deleted_at IS NOT NULL") == 0
    assert delete_selected(notes, _matching(notes), 1_000, progress=progress) == 1_000
    assert steps()[:10] == every
    assert count(second(notes), "notes", "1 = 1") == 0


@pytest.mark.parametrize("verb", ["set", "delete"])
def test_cancel_half_way_rolls_all_of_it_back(notes: Database, second: OpenSecond, verb: str) -> None:
    token, done = CancelToken(), list[int]()

    def stop(number: int, total: int | None) -> None:
        done.append(number)
        if number >= 300:
            token.cancel()

    with pytest.raises(CancelledError):
        if verb == "set":
            set_field(notes, _matching(notes), "city", SetValue("x"), 1_000, token=token, progress=stop)
        else:
            delete_selected(notes, _matching(notes), 1_000, token=token, progress=stop)
    assert done == [100, 200, 300]
    assert count(second(notes), "notes", "city IN ('Oslo', 'Rome')") == 1_000


def test_what_other_records_or_an_index_decide_is_one_statement(
    make_database: MakeDatabase, backend: Backend, sql_log: Listen
) -> None:
    trigger = (
        ("CREATE TRIGGER t AFTER UPDATE ON noisy BEGIN SELECT 1; END",)
        if backend == "sqlite"
        else (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER t AFTER UPDATE ON noisy FOR EACH ROW EXECUTE FUNCTION f()",
        )
    )
    noisy = TABLE.replace("notes", "noisy")
    selfish = TABLE.replace("notes", "selfish").replace("above INT", "above INT REFERENCES selfish (id)")
    database = make_database(
        TABLE,
        noisy,
        selfish,
        *trigger,
        FILL,
        FILL.replace("notes", "noisy"),
        FILL.replace("notes", "selfish"),
        "CREATE INDEX by_number ON notes (number)",
        "ANALYZE",
    )

    def updates(table: str, column: str, value: object, expected: int, *filters: ColumnFilter) -> int:
        log = sql_log(database)
        view = View(database.find(table), (), filters=filters)
        set_field(database, AllMatching(view), column, SetValue(value), expected)
        return len(log.starting("UPDATE"))

    assert updates("notes", "city", "Bonn", 1_000) == 11
    assert updates("noisy", "city", "Bonn", 1_000) == 1
    assert updates("notes", "kept", None, 1_000) == 1  # unique, perhaps judged when the statement ends
    assert updates("notes", "city", "Kiel", 60, ColumnFilter("number", "1..60")) == 1
    log = sql_log(database)
    assert delete_selected(database, AllMatching(View(database.find("selfish"), ())), 1_000) == 1_000
    assert len(log.starting("DELETE")) == 1


@pytest.mark.parametrize("kept", ["", " WITHOUT ROWID"])
def test_records_without_a_key_or_with_an_odd_one_are_all_done(
    make_sqlite: MakeDatabase, second: OpenSecond, kept: str
) -> None:
    """SQLite lets NULL and text stand in a key: none is left out, wherever they come."""
    without = ("(301, 'Oslo'), (302, 'Oslo')") if kept else "(NULL, 'Oslo'), (NULL, 'Oslo')"
    database = make_sqlite(
        f"CREATE TABLE notes (id BIGINT PRIMARY KEY, city VARCHAR(20)){kept}",
        "INSERT INTO notes WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 300)"
        " SELECT n, 'Oslo' FROM s",
        f"INSERT INTO notes VALUES {without}, ('k', 'Oslo'), (0.5, 'Oslo'), (299.5, 'Oslo')",  # noqa: S608
    )
    assert set_field(database, _matching(database, "Oslo"), "city", SetValue("Rome"), 305) == 305
    assert count(second(database), "notes", "city = 'Rome'") == 305


@pytest.mark.parametrize(
    "key", ["id BIGINT PRIMARY KEY", "id TEXT PRIMARY KEY", "id INT, PRIMARY KEY (id, n)", "id INT"]
)
def test_a_file_is_gone_through_as_its_rows_lie_whatever_the_key(
    make_sqlite: MakeDatabase, sql_log: Listen, key: str
) -> None:
    database = make_sqlite(
        f"CREATE TABLE notes (n INT NOT NULL, city TEXT, {key})",
        "INSERT INTO notes (n, city, id)"
        " WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 300)"
        " SELECT n, 'Oslo', n FROM s",
    )
    log = sql_log(database)
    assert set_field(database, _matching(database, "Oslo"), "city", SetValue("Rome"), 300) == 300
    assert len(log.starting("UPDATE")) == 4
    with database.engine.connect() as connection:
        sent = log.starting("UPDATE")[1].replace("?", "1")
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sent}").all()
    assert "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in str(plan)
