"""Every table of the sample databases is reflected, read whole, and written back without a difference."""

from __future__ import annotations

import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.connect.profile import parse_url
from desktop.schema.database import Database, open_database
from desktop.schema.describe import Kind, Label, Table
from desktop.schema.types_sqlite import bindable

COUNTS = {"chinook": (11, 11), "northwind": (30, 13), "nga_constituents": (6, 6), "sakila_test": (21, 15)}
"""Tables and views, and how many of them have a key."""


def test_every_table_is_reflected_and_read(sample: Database) -> None:
    assert sample.schema.broken == ()
    assert (len(sample.schema.tables), len(sample.classes)) == COUNTS[sample.profile.name]
    for name, table in sample.schema.tables.items():
        assert bool(table.key) is not bool(table.read_only_reason)
        with sample.engine.connect() as connection:
            rows = connection.execute(sa.select(sample.sa(name))).all()
        assert all(len(row) == len(table.columns) for row in rows)


def test_records_written_back_unchanged_are_unchanged(sample: Database) -> None:
    for name, table in sample.schema.tables.items():
        if table.key:
            assert _stored(sample, name) == _rewritten(sample, name, table), name


def _rewritten(database: Database, name: TableName, table: Table) -> list[tuple[object, ...]]:
    source = database.sa(name)
    written = [column.name for column in table.columns if column.writable]
    with database.engine.begin() as connection:
        for row in connection.execute(sa.select(source).limit(50)).all():
            values = {
                column: bindable(row._mapping[source.c[column]], source.c[column].type) for column in written
            }
            by_key = [source.c[k] == row._mapping[source.c[k]] for k in table.key]
            done = connection.execute(sa.update(source).where(*by_key).values(values))
            assert done.rowcount == 1
    return _stored(database, name)


def _stored(database: Database, name: TableName) -> list[tuple[object, ...]]:
    """Each record in a form that shows every difference, in any order."""
    columns: list[sa.ColumnClause[object]] = [sa.column(c.name) for c in database.table(name).columns]
    source = sa.table(name.name, *columns, schema=name.schema)
    shown: list[sa.ColumnElement[object]]
    if database.profile.backend == "sqlite":
        shown = [part for c in columns for part in (sa.func.typeof(c), sa.func.quote(c))]
    else:
        shown = [sa.cast(c, sa.Text) for c in columns]
    with database.engine.connect() as connection:
        return sorted(
            (tuple(row) for row in connection.execute(sa.select(*shown).select_from(source))), key=str
        )


def test_sakila_is_understood(sakila: str) -> None:
    profile, _ = parse_url(sakila)
    database = open_database(profile)
    film = database.table(database.find("film"))
    assert film.column("rating").choices == ("G", "PG", "PG-13", "R", "NC-17")
    assert (film.column("release_year").kind, film.column("release_year").type_name) == (Kind.INTEGER, "year")
    assert film.column("special_features").kind is Kind.ARRAY
    assert film.label == Label(("title",))
    assert {link.name for link in film.links} == {"actor", "category"}
    assert [fk.columns for fk in film.foreign_keys if fk.target.name == "language"] == [
        ("language_id",),
        ("original_language_id",),
    ]
    assert database.table(database.find("payment_p2007_01")).key == ()
    database.dispose()
