"""A glance shows the very rows that the grid will show, without SQLAlchemy, or nothing."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.browse.default_view import default_view
from desktop.browse.fetch import first_block
from desktop.browse.glance import ROWS, Glance, glance_of, read_glance
from desktop.browse.rows import Row
from desktop.browse.view import ColumnFilter, Sort, View
from desktop.connect import sqlite_file
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.schema.test_types_sqlite import LITERALS, ODD, TYPES


def _glance(database: Database, view: View) -> Glance:
    glance = glance_of(database, view)
    assert glance is not None
    return glance


def _without_links(rows: list[Row]) -> list[Row]:
    return [row._replace(links=(), more_links=()) for row in rows]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_every_table_of_the_newsroom_is_seen_as_the_grid_will_show_it(newsroom: Database) -> None:
    for name, table in newsroom.schema.tables.items():
        view = default_view(table)
        seen = read_glance(newsroom.profile.path, _glance(newsroom, view))
        assert seen, name
        assert seen == _without_links(first_block(newsroom, view)[:ROWS]), name


@pytest.mark.parametrize("declared", TYPES)
def test_every_value_in_every_type_is_seen_as_the_grid_will_show_it(
    declared: str, make_sqlite: MakeDatabase
) -> None:
    values = ", ".join(f"({number}, {literal})" for number, literal in enumerate(LITERALS))
    database = make_sqlite(
        f"CREATE TABLE odd (id INTEGER PRIMARY KEY, v {declared})",
        f"INSERT INTO odd VALUES {values}",  # noqa: S608
    )
    view = default_view(database.table(ODD))
    seen = read_glance(database.profile.path, _glance(database, view))
    assert list(map(repr, seen)) == list(map(repr, first_block(database, view)[:ROWS]))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_it_shows_what_is_stored_now_and_no_more_than_a_screen(
    newsroom: Database, second: OpenSecond
) -> None:
    posts = TableName(None, "posts")
    glance = _glance(newsroom, default_view(newsroom.table(posts)))
    other = second(newsroom)
    other.execute(sa.text("UPDATE posts SET title = 'Changed since' WHERE id = (SELECT min(id) FROM posts)"))
    other.commit()
    rows = read_glance(newsroom.profile.path, glance)
    assert "Changed since" in rows[0].values
    assert len(rows) <= ROWS and ROWS in glance.parameters


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_there_is_none_of_what_is_not_plain_and_quick(newsroom: Database) -> None:
    view = default_view(newsroom.table(TableName(None, "posts")))
    column = view.columns[0]
    for other in (
        replace(view, sort=(Sort(column),)),
        replace(view, search="tram"),
        replace(view, filters=(ColumnFilter(column, "tram"),)),
    ):
        assert glance_of(newsroom, other) is None


def test_there_is_none_of_a_view_and_none_of_a_server(
    make_sqlite: MakeDatabase, make_postgres: MakeDatabase
) -> None:
    for make, table in ((make_sqlite, "v"), (make_postgres, "t")):
        database = make("CREATE TABLE t (id INTEGER PRIMARY KEY)", "CREATE VIEW v AS SELECT * FROM t")
        assert glance_of(database, default_view(database.table(database.find(table)))) is None


def test_a_file_that_somebody_writes_is_not_waited_for(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    glance = _glance(database, default_view(database.table(TableName(None, "t"))))
    other = sqlite3.connect(database.profile.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        read_glance(database.profile.path, glance)
    other.close()
    assert len(read_glance(database.profile.path, glance)) == 1


def test_rows_that_have_to_be_searched_for_are_not_waited_for(
    make_sqlite: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 20000)"
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, title TEXT, deleted_at DATETIME)",
        f"INSERT INTO t {numbers} SELECT i, 'x', '2024-01-01 10:00:00' FROM s",  # noqa: S608
    )
    table = database.table(TableName(None, "t"))
    assert table.marker is not None
    glance = _glance(database, default_view(table))
    assert read_glance(database.profile.path, glance) == []
    monkeypatch.setattr(sqlite_file, "LOOK", -1.0)  # as if there were very many of them
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        read_glance(database.profile.path, glance)


def test_it_can_change_nothing(make_sqlite: MakeDatabase, second: OpenSecond) -> None:
    database = make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    glance = _glance(database, default_view(database.table(TableName(None, "t"))))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        read_glance(database.profile.path, replace(glance, statement="DELETE FROM t", parameters=()))
    assert second(database).scalar(sa.text("SELECT count(*) FROM t")) == 1
