"""A few columns of very many records: exactly those asked for, read as a range where they are neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import pytest

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key
from desktop.base.raw import RawText
from desktop.browse.few_columns import FewColumns, read_columns
from desktop.schema.database import Database
from tests.edit.craft import insert
from tests.fixtures.databases import MakeDatabase, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]
TABLE = "CREATE TABLE t (id BIGINT PRIMARY KEY, a VARCHAR(20), b NUMERIC(8, 2))"


@pytest.fixture
def numbered(make_database: MakeDatabase) -> Database:
    """A hundred rows."""
    return make_database(TABLE, insert("t", ((n, f"row {n}", n) for n in range(1, 101))))


def _read(database: Database, keys: Sequence[Key]) -> FewColumns:
    return read_columns(database, database.find("t"), keys, ["a"], token=CancelToken())


def _numbers(*parts: range) -> list[Key]:
    return [(number,) for part in parts for number in part]


def test_neighbours_are_read_as_a_range(numbered: Database, sql_log: Listen) -> None:
    log, keys = sql_log(numbered), _numbers(range(1, 101))
    found = _read(numbered, keys)
    (query,) = log.statements
    assert "BETWEEN" in query
    assert found.by(keys) == [[f"row {number}" for number in range(1, 101)]]


def test_what_lies_between_them_is_left_out(numbered: Database, sql_log: Listen) -> None:
    log, keys = sql_log(numbered), _numbers(range(1, 40), range(45, 101))
    found = _read(numbered, keys)
    assert "BETWEEN" in log.statements[0]
    assert set(found.place) == set(keys) and (42,) not in found.place
    assert found.by(keys) == [[f"row {number}" for (number,) in keys]]


def test_scattered_ones_are_read_one_by_one(numbered: Database, sql_log: Listen) -> None:
    log, keys = sql_log(numbered), _numbers(range(1, 101, 2))
    found = _read(numbered, keys)
    assert "BETWEEN" not in log.statements[0]
    assert len(found.place) == 50 and found.of((7,)) == {"a": "row 7"}


def test_one_that_is_gone_is_not_among_them(numbered: Database) -> None:
    keys = _numbers(range(90, 111))
    found = _read(numbered, keys)
    assert found.by(keys) is None and len(found.place) == 11


def test_they_come_in_the_order_asked_for(numbered: Database) -> None:
    assert _read(numbered, _numbers(range(1, 4))).by([(3,), (1,)]) == [["row 3", "row 1"]]


def test_nobody_is_there(numbered: Database) -> None:
    found = _read(numbered, _numbers(range(500, 520)))
    assert not found.place and found.by([(500,)]) is None


def test_a_number_in_between_that_is_no_key_asked_for(make_sqlite: MakeDatabase) -> None:
    rows: list[tuple[object, ...]] = [(1, "x", 0), (1.5, "odd", 0), (2, "y", 0)]
    database = make_sqlite(TABLE, insert("t", rows))
    found = _read(database, [(1,), (2,)])
    assert list(found.place) == [(1,), (2,)] and found.by([(1,), (2,)]) == [["x", "y"]]
    assert not any(isinstance(number, RawText) for (number,) in found.place)


def test_keys_of_two_columns_and_of_text(make_database: MakeDatabase) -> None:
    rows: list[tuple[object, ...]] = [("é", 1, "x"), ("z", 2, "y"), ("Z", 2, "w")]
    database = make_database(
        "CREATE TABLE t (c VARCHAR(9), n BIGINT, a VARCHAR(9), PRIMARY KEY (c, n))", insert("t", rows)
    )
    keys: list[Key] = [("z", 2), ("é", 1)]
    found = _read(database, keys)
    assert found.by(keys) == [["y", "x"]] and len(found.place) == 2
