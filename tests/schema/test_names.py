"""Any name the database allows is read, mapped and written; none is ever put into SQL by hand."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql import quoted_name

from desktop.base.keys import TableName
from desktop.schema.database import Database
from desktop.schema.labels import label_expression
from desktop.schema.mapping import attribute
from tests.fixtures.databases import MakeDatabase

NAMES = (
    *("two words", 'quo"te', "apo'strophe", "per%cent", "%s", "%(x)s", "co:lon", ":name", "par(en)", "a.b"),
    *(
        "brack[et]",
        "back`tick",
        "semi;colon",
        "--",
        "/*",
        "ünïcödé",
        "表",
        "ASCII",
        "MixedCase",
        "1st",
        "a\\b",
    ),
    *("select", "order", "group", "table", "user", "key", "values", "generated", "metadata"),
    *("nothing", "returning", "collation", "concurrently", "lateral", "system_user", "tablesample"),
    *("registry", "query", "c0", "__init__", "attributes", " lead", "trail ", "?", "$1", "@", "#", "a\u0301"),
)


def test_tables_and_columns_of_any_name(make_database: MakeDatabase) -> None:
    source = sa.MetaData()
    for name in NAMES:
        sa.Table(
            quoted_name(name, quote=True),
            source,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column(quoted_name(name, quote=True), sa.String(50), nullable=False),
        )
    database = make_database(source)
    assert database.schema.broken == ()
    for name in NAMES:
        assert database.find(name) == TableName(None, name)
        _write_and_read(database, name)


def _write_and_read(database: Database, name: str) -> None:
    table_name = TableName(None, name)
    table, cls = database.sa(table_name), database.cls(table_name)
    with Session(database.engine) as session:
        record = cls()
        setattr(record, attribute(cls, name), "first")
        session.add(record)
        session.flush()
        setattr(record, attribute(cls, name), "second")
        session.flush()
        alias = table.alias()
        label = label_expression(database, table_name, alias)
        query = sa.select(alias.c.id, label).where(alias.c[name] == "second").order_by(alias.c[name])
        assert len(session.execute(query).all()) == 1, name
        session.execute(sa.insert(table), [{"id": 7, name: "x"}, {"id": 8, name: "y"}])
        deleted = session.execute(sa.select(table.c.id).where(table.c[name].in_(["x", "y"])))
        assert len(deleted.all()) == 2, name


def test_every_reserved_word_of_sqlite_can_be_a_column(make_sqlite: MakeDatabase) -> None:
    words = (
        "ABORT ACTION ADD AFTER ALL ALTER ALWAYS ANALYZE AND AS ASC ATTACH AUTOINCREMENT BEFORE BEGIN "
        "BETWEEN BY CASCADE CASE CAST CHECK COLLATE COLUMN COMMIT CONFLICT CONSTRAINT CREATE CROSS "
        "CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DATABASE DEFAULT DEFERRABLE DEFERRED DELETE "
        "DESC DETACH DISTINCT DO DROP EACH ELSE END ESCAPE EXCEPT EXCLUDE EXCLUSIVE EXISTS EXPLAIN FAIL "
        "FILTER FIRST FOLLOWING FOR FOREIGN FROM FULL GENERATED GLOB GROUP GROUPS HAVING IF IGNORE "
        "IMMEDIATE IN INDEX INDEXED INITIALLY INNER INSERT INSTEAD INTERSECT INTO IS ISNULL JOIN KEY LAST "
        "LEFT LIKE LIMIT MATCH MATERIALIZED NATURAL NO NOT NOTHING NOTNULL NULL NULLS OF OFFSET ON OR "
        "ORDER OTHERS OUTER OVER PARTITION PLAN PRAGMA PRECEDING PRIMARY QUERY RAISE RANGE RECURSIVE "
        "REFERENCES REGEXP REINDEX RELEASE RENAME REPLACE RESTRICT RETURNING RIGHT ROLLBACK ROW ROWS "
        "SAVEPOINT SELECT SET TABLE TEMP TEMPORARY THEN TIES TO TRANSACTION TRIGGER UNBOUNDED UNION "
        "UNIQUE UPDATE USING VACUUM VALUES VIEW VIRTUAL WHEN WHERE WINDOW WITH WITHOUT"
    ).lower()
    columns = ", ".join(f'"{word}" INTEGER' for word in words.split())
    database = make_sqlite(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {columns})")
    table = database.sa(TableName(None, "t"))
    with database.engine.begin() as connection:
        connection.execute(sa.insert(table).values(dict.fromkeys(words.split(), 1)))
        connection.execute(sa.update(table).values(dict.fromkeys(words.split(), 2)))
        for word in words.split():
            by_word = sa.select(table.c[word]).where(table.c[word] == 2).order_by(table.c[word])
            assert connection.scalar(by_word) == 2, word


def test_a_line_break_in_a_column_name_is_told(make_database: MakeDatabase) -> None:
    database = make_database('CREATE TABLE t (id integer PRIMARY KEY, "a\nb" text)')
    (broken,) = database.schema.broken
    assert broken.reason == (
        "The name of its column 'a\\nb' holds a line break or another control character."
    )
