"""What a page costs, and that what makes it cheap changes no value."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.raw import RawText
from desktop.browse.fetch import BLOCK, block, first_block, scan
from desktop.browse.select import CompiledView, compile_view
from desktop.browse.view import ColumnFilter, Sort, View
from desktop.schema.database import Database
from desktop.schema.types_sqlite import Lossless
from desktop.values.base import SHOWN
from desktop.values.special import BlobSize, Clipped
from tests.fixtures.databases import Backend, MakeDatabase, SqlLog
from tests.schema.test_types_sqlite import LITERALS, ODD, TYPES

BIG = TableName(None, "big")
ROWS = 20 * BLOCK


@pytest.fixture
def big(make_database: MakeDatabase, backend: Backend) -> Database:
    numbers = (
        f"SELECT i FROM generate_series(1, {ROWS}) AS s(i)"  # noqa: S608
        if backend == "postgresql"
        else f"WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {ROWS})"  # noqa: S608
        " SELECT i FROM s"
    )
    return make_database(
        "CREATE TABLE big (id INTEGER PRIMARY KEY, rank INTEGER, name TEXT)",
        f"INSERT INTO big SELECT i, CASE WHEN i > 100 THEN i / 2 END, 'n' || i FROM ({numbers}) n",  # noqa: S608
        "CREATE INDEX big_rank ON big (rank)",
    )


@pytest.mark.parametrize("sort", [(), (Sort("id", True),), (Sort("rank"),), (Sort("rank", True),)])
def test_one_statement_is_put_together_for_all_places(
    big: Database, sort: tuple[Sort, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    view = View(BIG, ("id", "name"), sort=sort)
    found = scan(big, view)
    made: list[int] = []
    page = CompiledView.page

    def counted(self: CompiledView, *arguments: Any) -> Any:
        made.append(1)
        return page(self, *arguments)

    monkeypatch.setattr(CompiledView, "page", counted)
    read = [row for index in range(found.blocks) for row in block(big, view, found, index)]
    assert len({row.key for row in read}) == len(read) == ROWS
    # A key alone: between two places, and from the last on. Another column: across its NULLs, within them...
    assert len(made) <= (6 if sort and sort[0].column == "rank" else 2)


def test_a_page_is_one_statement_and_on_a_server_one_trip(make_postgres: MakeDatabase) -> None:
    database = make_postgres("CREATE TABLE big (id INTEGER PRIMARY KEY)", "INSERT INTO big VALUES (1)")
    seen: list[str] = []

    @sa.event.listens_for(database.engine, "after_cursor_execute")
    def note(connection: sa.Connection, *_: object) -> None:
        driver: Any = connection.connection.driver_connection
        seen.append(driver.info.transaction_status.name)

    assert len(first_block(database, View(BIG, ("id",)))) == 1
    assert seen == ["IDLE"]  # no BEGIN before it and no ROLLBACK after it


def test_of_a_server_opened_for_reading_every_statement_says_so(make_postgres: MakeDatabase) -> None:
    """A pooler may hand the next statement to a session without our settings."""
    database = make_postgres("CREATE TABLE big (id INTEGER PRIMARY KEY)", read_only=True)
    seen: list[str] = []

    @sa.event.listens_for(database.engine, "after_cursor_execute")
    def note(connection: sa.Connection, *_: object) -> None:
        driver: Any = connection.connection.driver_connection
        seen.append(driver.info.transaction_status.name)

    first_block(database, View(BIG, ("id",)))
    assert seen == ["INTRANS"]


@pytest.mark.parametrize("declared", TYPES)
def test_a_column_is_read_as_its_values_are(declared: str, make_sqlite: MakeDatabase) -> None:
    values = ", ".join(f"({number}, {literal})" for number, literal in enumerate(LITERALS))
    database = make_sqlite(
        f"CREATE TABLE odd (id INTEGER PRIMARY KEY, v {declared})",
        f"INSERT INTO odd VALUES {values}",  # noqa: S608
    )
    type_ = database.sa(ODD).c.v.type
    assert isinstance(type_, Lossless)
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        stored = [row[0] for row in driver.execute("SELECT v FROM odd ORDER BY id")]
    for pair in [*itertools.product(stored, repeat=2), stored]:
        assert _told(type_.read_all(pair)) == _told([type_.read(value) for value in pair])


@pytest.mark.parametrize("declared", TYPES)
def test_a_page_is_what_reading_value_by_value_gives(declared: str, make_sqlite: MakeDatabase) -> None:
    values = ", ".join(f"({number}, {literal})" for number, literal in enumerate(LITERALS))
    database = make_sqlite(
        f"CREATE TABLE odd (id INTEGER PRIMARY KEY, v {declared})",
        f"INSERT INTO odd VALUES {values}",  # noqa: S608
    )
    odd = database.sa(ODD)
    shown = sa.func.length(odd.c.v, type_=sa.BigInteger()) if declared == "BLOB" else odd.c.v
    with database.engine.connect() as connection:
        expected = [row[0] for row in connection.execute(sa.select(shown).order_by(odd.c.id))]
    rows = first_block(database, View(ODD, ("v",)))
    got = [getattr(row.values[0], "size", row.values[0]) for row in rows]
    assert _told(got) == _told(expected)


def test_one_odd_value_costs_no_page(make_postgres: MakeDatabase, sql_log: Any) -> None:
    """The driver's own loaders fail on it; then the page is read once more by ours."""
    database = make_postgres(
        "CREATE TABLE odd (id INTEGER PRIMARY KEY, day DATE, at TIMESTAMPTZ, clock TIME)",
        "INSERT INTO odd VALUES (1, '2024-05-01', '2024-05-01 10:00+02', '10:00'),"
        " (2, 'infinity', '12024-01-01 00:00+00', '24:00'), (3, NULL, NULL, NULL)",
    )
    log: SqlLog = sql_log(database)
    rows = first_block(database, View(ODD, ("day", "at", "clock")))
    assert len(log.statements) == 2
    assert rows[1].values == (RawText("infinity"), RawText("12024-01-01 00:00:00+00"), RawText("24:00:00"))
    assert [str(value) for value in rows[0].values] == ["2024-05-01", "2024-05-01 08:00:00+00:00", "10:00:00"]
    assert rows[2].values == (None, None, None)


def test_text_that_is_not_text_costs_no_page_and_no_later_one(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE odd (id INTEGER PRIMARY KEY, v TEXT)",
        "INSERT INTO odd VALUES (1, 'one'), (2, CAST(x'636166e9' AS TEXT)), (3, 'café')",
    )
    for _ in range(2):
        assert [row.values[0] for row in first_block(database, View(ODD, ("v",)))] == [
            "one",
            "caf\udce9",
            "café",
        ]
    with (
        database.engine.connect() as connection
    ):  # whoever reads by this connection next is not refused either
        assert connection.scalar(sa.text("SELECT v FROM odd WHERE id = 2")) == "caf\udce9"


def test_what_depends_on_the_day_or_the_settings_is_not_kept(newsroom: Database) -> None:
    view = View(TableName(None, "posts"), ("title", "author_id"))
    assert compile_view(newsroom, view) is compile_view(newsroom, view)
    other = newsroom.with_preferences(newsroom.preferences)
    assert compile_view(other, view) is not compile_view(newsroom, view)
    today = View(view.table, view.columns, filters=(ColumnFilter("created_at", "today"),))
    assert compile_view(newsroom, today) is not compile_view(newsroom, today)


def _told(values: Sequence[object]) -> list[tuple[str, str, object]]:
    """With all that equality would pass over."""
    return [(type(value).__name__, repr(value), getattr(value, "stored", None)) for value in values]


def test_of_huge_values_only_previews_leave_the_database(
    make_database: MakeDatabase, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, rows = 200_000, 40
    sqlite = backend == "sqlite"
    text = f"replace(hex(zeroblob({size // 2})), '0', 'a')" if sqlite else f"repeat('a', {size})"
    blob = f"zeroblob({size})" if sqlite else f"decode(repeat('00', {size}), 'hex')"
    json = f"'[\"' || {text} || '\"]'" if sqlite else f"to_json({text})::jsonb"
    database = make_database(
        f"CREATE TABLE huge (id INTEGER PRIMARY KEY, words TEXT, file {'BLOB' if sqlite else 'BYTEA'},"
        f" data {'JSON' if sqlite else 'JSONB'})",
        *(f"INSERT INTO huge VALUES ({number}, {text}, {blob}, {json})" for number in range(rows)),  # noqa: S608
    )
    fetched: list[tuple[Any, ...]] = []
    tuples = database.capabilities.tuples

    def noted(*arguments: Any) -> Any:
        found = tuples(*arguments)
        fetched.extend(found[0])
        return found

    watched = replace(database, capabilities=replace(database.capabilities, tuples=noted))
    read = first_block(watched, View(TableName(None, "huge"), ("id", "words", "file", "data")))
    assert len(read) == len(fetched) == rows
    moved = sum(len(str(value)) for row in fetched for value in row)
    assert moved < rows * 3 * (SHOWN + 20)  # of 24 MB
    clipped, file = read[0].values[1:3]
    assert isinstance(clipped, Clipped) and clipped.size == size
    assert isinstance(file, BlobSize) and file.size == size
