"""Owns the benchmark of places in a large table: any block, orders without an index, beside bare SQL."""

from __future__ import annotations

import random
import sqlite3
from array import array
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, TypeAlias

import psycopg

from desktop.browse.fetch import BLOCK, Scan, block, first_block, scan
from desktop.browse.rows import Row
from desktop.browse.view import Sort, View
from tests.bench.jobs import ORDERS, Bench, raw_connection
from tests.bench.measure import Line, compare, compare_each, seconds

Raw: TypeAlias = "sqlite3.Connection | psycopg.Connection[tuple[object, ...]]"

COLUMNS = ("id", "title", "city", "amount", "paid", "ordered_on")
"""No name of a linked record: the raw statement beside it reads one table too."""
_PLAIN = View(ORDERS, COLUMNS)
_SORTED = replace(_PLAIN, sort=(Sort("amount"),))
_PAGES = 200
"""Blocks read per run."""
_SELECT = "SELECT id, title, city, amount, paid, ordered_on FROM orders"


def positions(bench: Bench, runs: int) -> list[Line]:
    """Every line about places in a large table."""
    with closing(raw_connection(bench)) as raw:
        return [
            _anywhere(bench, raw, runs),
            _anchors(bench, raw, runs),
            _first_of_unindexed(bench, raw, runs),
            _sort_keys(bench, raw, runs),
        ]


def _all(raw: Raw, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = raw.execute(statement, values).fetchall()
    return rows


def _mark(bench: Bench) -> str:
    return "?" if bench.large.profile.backend == "sqlite" else "%s"


def _anywhere(bench: Bench, raw: Raw, runs: int) -> Line:
    """Blocks at random places against the same rows by a bare range of keys."""
    found = scan(bench.large, _PLAIN)
    places = random.Random(1).sample(range(found.blocks - 1), min(_PAGES, found.blocks - 1))
    statement = f"{_SELECT} WHERE id >= {_mark(bench)} ORDER BY id LIMIT {BLOCK}"

    def ours(place: int) -> list[Row]:
        return block(bench.large, _PLAIN, found, place)

    def limit(place: int) -> list[tuple[object, ...]]:
        return _all(raw, statement, (place * BLOCK + 1,))

    for place in places:  # the same rows; and neither is timed while it prepares its statement
        assert [row.key[0] for row in ours(place)] == [row[0] for row in limit(place)]
    return compare_each(f"{bench.name}: a block of {BLOCK} anywhere", ours, limit, places, 3.0, runs)


def _anchors(bench: Bench, raw: Raw, runs: int) -> Line:
    """Where every block begins, against hopping along the key in one bare statement."""
    following = f"SELECT id FROM orders WHERE id >= h.id ORDER BY id LIMIT 1 OFFSET {BLOCK}"  # noqa: S608 - constants
    further = f"SELECT ({following}) FROM h WHERE h.id IS NOT NULL"  # noqa: S608 - constants
    hop = f"WITH RECURSIVE h(id) AS (SELECT min(id) FROM orders UNION ALL {further}) SELECT id FROM h"  # noqa: S608
    return compare(
        f"{bench.name}: where every block begins",
        lambda: seconds(lambda: scan(bench.large, _PLAIN)),
        lambda: seconds(lambda: _all(raw, hop)),
        1.5,
        runs,
    )


def _first_of_unindexed(bench: Bench, raw: Raw, runs: int) -> Line:
    statement = f"{_SELECT} ORDER BY amount, id LIMIT {BLOCK}"
    return compare(
        f"{bench.name}: first rows by a column without an index",
        lambda: seconds(lambda: first_block(bench.large, _SORTED)),
        lambda: seconds(lambda: _all(raw, statement)),
        1.5,
        runs,
    )


def _sort_keys(bench: Bench, raw: Raw, runs: int) -> Line:
    """All places of an order without an index and a block in the middle, against the keys sorted bare."""

    def ours() -> Scan:
        found = scan(bench.large, _SORTED)
        assert len(block(bench.large, _SORTED, found, found.blocks // 2)) == BLOCK
        return found

    def limit() -> int:
        keys = array("q")
        numbers: list[Any]
        with closing(raw.cursor() if isinstance(raw, sqlite3.Connection) else raw.cursor("keys")) as cursor:
            cursor.execute("SELECT id FROM orders ORDER BY amount, id")
            while numbers := [row[0] for row in cursor.fetchmany(10_000)]:
                keys.extend(numbers)
        return len(keys)

    return compare(
        f"{bench.name}: any place by a column without an index",
        lambda: seconds(ours),
        lambda: seconds(limit),
        1.3,
        runs,
    )
