"""Which way a view is scanned, what each costs, and that a search tells how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import TableName
from desktop.browse import walk
from desktop.browse.fetch import begin, block, count_up_to, position, scan
from desktop.browse.scan import BLOCK, Scan
from desktop.browse.view import ColumnFilter, Sort, View
from desktop.schema.database import Database
from tests.fixtures.databases import Backend, MakeDatabase, SqlLog

BIG = TableName(None, "big")
ROWS = 20_000
Listen = Callable[[Database], SqlLog]


def numbers(backend: Backend, count: int) -> str:
    if backend == "postgresql":
        return f"SELECT i FROM generate_series(1, {count}) AS s(i)"  # noqa: S608
    return (
        f"WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {count}) SELECT i FROM s"  # noqa: S608
    )


@pytest.fixture
def big(make_database: MakeDatabase, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr("desktop.connect.plans._QUICK", 300.0)  # what a larger table would cost
    return make_database(
        "CREATE TABLE big (id BIGINT PRIMARY KEY, code TEXT NOT NULL, owner INTEGER, body TEXT)",
        "INSERT INTO big SELECT i * 2, 'c' || i, i % 50, 'text ' || (i * 7919 % 20011)"  # noqa: S608
        f" FROM ({numbers(backend, ROWS)}) n",
        "CREATE INDEX big_owner ON big (owner)",
        "ANALYZE",
    )


def keys(database: Database, view: View, found: Scan) -> list[int]:
    rows = [row for index in range(found.blocks) for row in block(database, view, found, index)]
    return [row.key[0] for row in rows]  # type: ignore[misc]


@pytest.mark.parametrize("descending", [False, True])
def test_along_the_key_it_hops(big: Database, sql_log: Listen, descending: bool) -> None:
    view = View(BIG, ("body",), sort=(Sort("id", descending),))
    log = sql_log(big)
    found = scan(big, view)
    assert len(log.statements) == 2  # the hops, and the count of the last block
    assert "RECURSIVE" in log.statements[0]
    assert not any("OVER" in statement for statement in log.statements)
    assert (found.count, len(found.anchors), found.keys) == (ROWS, ROWS // BLOCK, None)
    wanted = [number * 2 for number in range(1, ROWS + 1)]
    assert keys(big, view, found) == (wanted[::-1] if descending else wanted)


def test_an_empty_table_has_no_blocks(make_database: MakeDatabase) -> None:
    database = make_database("CREATE TABLE big (id BIGINT PRIMARY KEY)")
    assert scan(database, View(BIG, ("id",))).count == 0
    assert scan(database, View(BIG, ("id",))).blocks == 0


def test_an_order_without_an_index_is_sorted_once(big: Database, sql_log: Listen) -> None:
    view = View(BIG, ("body",), sort=(Sort("body"),))
    found = scan(big, view)
    assert found.keys is not None
    log = sql_log(big)
    middle = block(big, view, found, 40)
    assert len(log.statements) == 1
    assert "ORDER BY" not in log.statements[0]
    bodies = [row.values[0] for row in middle]
    assert len(middle) == BLOCK
    assert bodies == sorted(bodies)  # type: ignore[type-var]
    assert position(big, view, found, middle[3].key) == 40 * BLOCK + 3
    assert len(log.statements) == 1


def test_rows_keep_their_place_while_others_write(big: Database) -> None:
    view = View(BIG, ("body",), sort=(Sort("body"),))
    found = scan(big, view)
    before = block(big, view, found, 2)
    with big.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM big WHERE id IN (2, 4, 6)")
        connection.exec_driver_sql(f"UPDATE big SET body = 'zzz' WHERE id = {before[5].key[0]}")  # noqa: S608
    after = block(big, view, found, 2)
    gone = {(2,), (4,), (6,)}
    assert [row.key for row in after] == [row.key for row in before if row.key not in gone]


def test_a_search_is_walked_and_says_how_far_it_is(big: Database) -> None:
    view = View(BIG, ("body",), filters=(ColumnFilter("body", "9"),))
    assert begin(big, view) is None
    heard: list[Scan] = []
    found = scan(big, view, found=heard.append)
    assert found.count == heard[-1].count
    looked = [one.looked or 0 for one in heard]
    assert looked == sorted(looked)
    assert looked[0] == walk.FIRST
    assert looked[-1] >= ROWS
    assert 0 < heard[0].count < found.count
    assert not any(one.complete for one in heard)
    wanted = [number * 2 for number in range(1, ROWS + 1) if "9" in str(number * 7919 % 20011)]
    assert keys(big, view, found) == wanted


@pytest.mark.parametrize("beginning", [0.0, 0.08, 5.0])
def test_what_each_part_begins_with_is_not_done_hundreds_of_times(
    big: Database, monkeypatch: pytest.MonkeyPatch, beginning: float
) -> None:
    """To look up the names that match takes as long in a small part as in a large one."""
    monkeypatch.setattr(walk, "FIRST", 40)  # as 100,000 records to 2,000,000 here
    now, real = [0.0], walk._hits

    def hits(*arguments: Any) -> Sequence[Any]:
        now[0] += beginning
        return real(*arguments)

    monkeypatch.setattr(walk, "_hits", hits)
    monkeypatch.setattr(walk, "time", SimpleNamespace(monotonic=lambda: now[0]))
    heard: list[Scan] = []
    scan(big, View(BIG, ("body",), search="nothing like it"), found=heard.append)
    assert len(heard) <= 11  # and not 500


def test_a_search_along_the_key_backwards(big: Database) -> None:
    view = View(BIG, ("body",), filters=(ColumnFilter("body", "99"),), sort=(Sort("id", True),))
    assert begin(big, view) is None
    wanted = [number * 2 for number in range(1, ROWS + 1) if "99" in str(number * 7919 % 20011)]
    assert keys(big, view, scan(big, view)) == wanted[::-1]


def test_what_a_part_holds_is_taken_over_a_few_keys_at_a_time(
    big: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver makes in one go what it is asked for, and no other thread has its turn until then."""
    taken: list[int] = []
    for name in ("fetchmany", "fetchall"):
        real = getattr(sa.CursorResult, name)

        def watched(self: object, *size: int, real: Callable[..., list[object]] = real) -> list[object]:
            rows = real(self, *size)
            taken.append(len(rows))
            return rows

        monkeypatch.setattr(sa.CursorResult, name, watched)
    found = scan(big, View(BIG, ("body",), search="text"))
    assert found.count == ROWS
    assert max(taken) == 1_000 and sum(taken) >= ROWS


def test_an_index_makes_walking_needless(big: Database, sql_log: Listen) -> None:
    view = View(BIG, ("body",), filters=(ColumnFilter("owner", "= 7"),))
    rows = begin(big, view)
    assert rows is not None
    assert len(rows) == BLOCK
    log = sql_log(big)
    assert scan(big, view).count == ROWS // 50
    assert len(log.statements) == 2  # the plan, and the keys in one


def test_a_search_stops_between_two_parts(big: Database) -> None:
    view = View(BIG, ("body",), search="nothing like it")
    token = CancelToken()
    heard: list[Scan] = []

    def found(so_far: Scan) -> None:
        heard.append(so_far)
        token.cancel()

    with pytest.raises(CancelledError):
        scan(big, view, token=token, found=found)
    assert len(heard) == 1


def test_text_in_a_column_of_numbers(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE big (id INT PRIMARY KEY NOT NULL, body TEXT)",
        f"INSERT INTO big SELECT i, 'x' || i FROM ({numbers('sqlite', 600)})",  # noqa: S608
        "INSERT INTO big VALUES ('seven', 'x7'), (1.5, 'y')",
    )
    for view in (View(BIG, ("body",), sort=(Sort("body"),)), View(BIG, ("body",), search="x")):
        found = scan(database, view)
        rows = [row for index in range(found.blocks) for row in block(database, view, found, index)]
        assert len(rows) == found.count == 602 - (1 if view.search else 0)
        assert "x7" in [row.values[0] for row in rows]


def test_a_count_may_stop_where_it_no_longer_matters(big: Database, sql_log: Listen) -> None:
    view = View(BIG, ("body",), filters=(ColumnFilter("body", "text"),))
    log = sql_log(big)
    assert count_up_to(big, view, 100) == 101
    assert "LIMIT" in log.statements[0]
    assert count_up_to(big, view, ROWS) == ROWS
