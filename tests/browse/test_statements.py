"""What reading costs: statements sent, rows read, and the plans the databases make."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import TableName
from desktop.browse.fetch import BLOCK, block, count, estimate, first_block, position, scan
from desktop.browse.order import segments
from desktop.browse.scan import Scan
from desktop.browse.select import compile_view
from desktop.browse.selection import AllMatching, ChosenKeys
from desktop.browse.view import ColumnFilter, Sort, View
from desktop.schema.database import Database
from tests.fixtures.databases import Backend, MakeDatabase, SqlLog

POSTS = TableName(None, "posts")
BIG = TableName(None, "big")
OWNERS = TableName(None, "owners")
ROWS = 20_000
MANY = 100_000
Listen = Callable[[Database], SqlLog]


def numbers(backend: Backend, count: int) -> str:
    if backend == "postgresql":
        return f"SELECT i FROM generate_series(1, {count}) AS s(i)"  # noqa: S608
    return (
        f"WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {count}) SELECT i FROM s"  # noqa: S608
    )


@pytest.fixture
def big(make_database: MakeDatabase, backend: Backend) -> Database:
    return make_database(
        "CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
        "INSERT INTO owners VALUES (1, 'ann'), (2, 'bob')",
        "CREATE TABLE big (id INTEGER PRIMARY KEY, rank INTEGER NOT NULL, maybe INTEGER, state TEXT NOT NULL,"
        " owner INTEGER NOT NULL REFERENCES owners(id), body TEXT)",
        "INSERT INTO big SELECT i * 2, i / 3, CASE WHEN i % 10 = 0 THEN NULL ELSE i END,"  # noqa: S608
        " CASE i % 3 WHEN 0 THEN 'new' ELSE 'old' END, i % 2 + 1, 'text ' || i"
        f" FROM ({numbers(backend, ROWS)}) n",
        "CREATE INDEX big_rank ON big (rank)",
        "CREATE INDEX big_maybe ON big (maybe)",
        "CREATE INDEX big_state ON big (state, id)",
        "ANALYZE",
    )


def test_opening_a_table_sends_one_statement_and_one_per_relation(
    newsroom: Database, sql_log: Listen
) -> None:
    log = sql_log(newsroom)
    first_block(newsroom, View(POSTS, ("title", "author_id", "body")))
    assert len(log.statements) == 1
    first_block(newsroom, View(POSTS, ("title", "author_id"), links=("tags",)))
    assert len(log.statements) == 3


def test_scan_asks_for_a_plan_and_reads_once_then_each_block_is_one_statement(
    newsroom: Database, sql_log: Listen
) -> None:
    view = View(POSTS, ("title", "author_id"), sort=(Sort("status"), Sort("created_at", True)))
    log = sql_log(newsroom)
    found = scan(newsroom, view)
    assert [statement.split()[0] for statement in log.statements] == ["EXPLAIN", "SELECT"]
    block(newsroom, view, found, 0)
    assert len(log.statements) == 3
    assert position(newsroom, view, found, (3,)) is not None
    assert len(log.statements) == 3  # the list of keys knows


def test_first_block_neither_counts_nor_numbers(big: Database, sql_log: Listen) -> None:
    log = sql_log(big)
    rows = first_block(big, View(BIG, ("state", "owner")))
    assert [row.key[0] for row in rows] == list(range(2, 2 * BLOCK + 2, 2))
    assert "count(" not in log.statements[0]
    assert "OVER" not in log.statements[0]


def plan(database: Database, view: View, scanned: Scan | None, index: int = 0) -> str:
    """How the database would read a block, or the first one without a scan."""
    compiled = compile_view(database, view)
    ranges: list[Any] = [[]]
    if scanned is not None:
        end = scanned.anchors[index + 1] if index + 1 < len(scanned.anchors) else None
        ranges = list(segments(compiled.terms, scanned.anchors[index], end))
    lines = []
    with database.engine.connect() as connection:
        for where in ranges:
            statement, _ = compiled.page(where, BLOCK)
            bound = statement.compile(database.engine, compile_kwargs={"render_postcompile": True})
            prefix = "EXPLAIN " if database.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
            parameters: Any = bound.params
            if bound.positiontup is not None:
                processed = bound.construct_params()
                parameters = tuple(processed[name] for name in bound.positiontup)
            lines += [str(row[-1]) for row in connection.exec_driver_sql(prefix + str(bound), parameters)]
    return "\n".join(lines)


def test_blocks_are_found_by_an_index(big: Database) -> None:
    for sort in ((), (Sort("id", True),), (Sort("rank"),), (Sort("rank", True),)):
        view = View(BIG, ("state", "rank"), sort=sort)
        scanned = scan(big, view)
        for index in (0, 40, len(scanned.anchors) - 2):
            text = plan(big, view, scanned, index)
            assert ("big_rank" in text) == (Sort("rank") in sort or Sort("rank", True) in sort)
            assert "Seq Scan" not in text
            assert "SCAN" not in text


def test_nullable_and_repeated_values_are_found_by_an_index(big: Database) -> None:
    """Where PostgreSQL finds the key cheaper, it may take that index instead."""
    for sort in ((Sort("maybe"),), (Sort("maybe", True),), (Sort("state"),), (Sort("state", True),)):
        view = View(BIG, ("state", "rank"), sort=sort)
        scanned = scan(big, view)
        for index in (1, 40, len(scanned.anchors) - 2):
            text = plan(big, view, scanned, index)
            assert "Seq Scan" not in text
            assert "SCAN" not in text
            assert "big_" in text


def test_first_block_by_key_reads_along_the_key(big: Database) -> None:
    text = plan(big, View(BIG, ("state", "rank")), None)
    assert "Sort" not in text
    assert "TEMP B-TREE" not in text
    assert "Seq Scan" not in text


def test_names_are_joined_to_the_page_only(big: Database) -> None:
    text = plan(big, View(BIG, ("state", "owner")), None)
    if big.engine.dialect.name == "postgresql":
        assert "Index Scan using big_pkey on big" in text
        assert "Limit" in text
    else:
        assert "SEARCH owners" in text


def rows_read(database: Database, view: View, scanned: Scan, index: int) -> int:
    """How many table rows PostgreSQL touches for a block."""
    compiled = compile_view(database, view)
    end = scanned.anchors[index + 1] if index + 1 < len(scanned.anchors) else None
    total = 0
    with database.engine.connect() as connection:
        for where in segments(compiled.terms, scanned.anchors[index], end):
            statement, _ = compiled.page(where, BLOCK)
            bound = statement.compile(database.engine)
            found = connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, FORMAT JSON) {bound}", bound.params
            ).scalar_one()
            total += _leaf_rows((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
    return total


def _leaf_rows(node: dict[str, Any]) -> int:
    if node.get("Relation Name") == "big":
        return int(node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * int(node["Actual Loops"])
    return sum(_leaf_rows(child) for child in node.get("Plans", ()))


def test_last_block_reads_no_more_than_its_rows(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        "CREATE TABLE big (id INTEGER PRIMARY KEY, rank INTEGER NOT NULL)",
        f"INSERT INTO big SELECT i, i / 3 FROM generate_series(1, {MANY}) AS s(i)",  # noqa: S608
        "CREATE INDEX big_rank ON big (rank)",
        "ANALYZE big",
    )
    for sort in ((), (Sort("rank"),), (Sort("rank", True),)):
        view = View(BIG, ("rank",), sort=sort)
        scanned = scan(database, view)
        assert scanned.count == MANY
        assert len(scanned.anchors) == MANY // BLOCK
        for index in (0, 200, 399):
            assert len(block(database, view, scanned, index)) == BLOCK
            # Among equal ranks the anchor may lie in the middle: a few neighbours are looked at too.
            assert rows_read(database, view, scanned, index) <= BLOCK + (5 if sort else 1)


def test_sqlite_steps_no_further_than_the_block(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE big (id INTEGER PRIMARY KEY, rank INTEGER NOT NULL)",
        f"INSERT INTO big SELECT i, i / 3 FROM ({numbers('sqlite', MANY)})",  # noqa: S608
        "CREATE INDEX big_rank ON big (rank)",
    )
    for sort in ((), (Sort("rank"),), (Sort("rank", True),)):
        view = View(BIG, ("rank",), sort=sort)
        scanned = scan(database, view)
        with database.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
        steps: list[int] = []
        # The pool hands out the same connection again.
        driver.set_progress_handler(lambda steps=steps: steps.append(1), 1_000)
        rows = block(database, view, scanned, 399)
        driver.set_progress_handler(None, 0)
        assert len(rows) == BLOCK
        assert 0 < len(steps) <= 20  # thousands of machine instructions; the whole table takes hundreds


def test_scan_of_a_filter(big: Database) -> None:
    view = View(BIG, ("state",), filters=(ColumnFilter("state", "new"),), sort=(Sort("owner"),))
    scanned = scan(big, view)
    assert scanned.count == ROWS // 3
    assert count(big, AllMatching(view)) == ROWS // 3
    assert len(block(big, view, scanned, 20)) == BLOCK
    assert len(block(big, view, scanned, scanned.blocks - 1)) == scanned.count % BLOCK


def test_scan_can_be_cancelled(big: Database) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        scan(big, View(BIG, ("state",)), token=token)
    assert scan(big, View(BIG, ("state",))).count == ROWS


def test_table_without_a_key_is_held_in_memory(
    make_database: MakeDatabase, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)",
        f"INSERT INTO t SELECT i, i % 7 FROM ({numbers(backend, 600)}) n",  # noqa: S608
        "CREATE VIEW v AS SELECT n FROM t",
    )
    view = View(TableName(None, "v"), ("n",), sort=(Sort("n", True),))
    found = scan(database, view)
    assert (found.count, found.anchors, found.capped) == (600, (), False)
    assert block(database, view, found, 0) == found.rows[:BLOCK] if found.rows else False
    assert len(block(database, view, found, 2)) == 100
    assert first_block(database, view)[0].key == ()
    monkeypatch.setattr("desktop.browse.scan.MOST_KEYLESS", 500)
    capped = scan(database, view)
    assert (capped.count, capped.capped, len(capped.rows or ())) == (500, True, 500)


def test_estimate_costs_no_count(big: Database, sql_log: Listen) -> None:
    log = sql_log(big)
    assert estimate(big, BIG) == ROWS
    assert log.statements
    assert not any("count(" in statement or "FROM big" in statement for statement in log.statements)


def test_a_table_nobody_analysed_has_no_estimate(make_database: MakeDatabase) -> None:
    database = make_database("CREATE TABLE big (id INTEGER PRIMARY KEY)")
    assert estimate(database, BIG) is None


def test_count_of_chosen_keys_counts_those_that_exist(big: Database) -> None:
    keys = tuple((number,) for number in range(1, 15_001))
    assert count(big, ChosenKeys(BIG, keys)) == 7_500
