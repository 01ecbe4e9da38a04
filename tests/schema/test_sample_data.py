"""Every table of the sample databases is reflected, read whole, and written back without a difference."""

from __future__ import annotations

import lzma
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from desktop.base.keys import TableName
from desktop.connect.profile import parse_url, sqlite_profile
from desktop.schema.database import Database, open_database
from desktop.schema.describe import Kind, Label, Table
from desktop.schema.types_sqlite import bindable
from tests.fixtures.postgres import Server

DATA = Path(__file__).resolve().parents[2] / "../shared/data"
FILES = ("chinook/chinook.sqlite", "northwind/northwind.sqlite", "nga/nga_constituents.sqlite")
COUNTS = {"chinook": (11, 11), "northwind": (30, 13), "nga_constituents": (6, 6), "sakila_test": (21, 15)}
"""Tables and views, and how many of them have a key."""
SAKILA = "sakila_test"
KEYS = {
    **{
        table: f"{table}_id"
        for table in (
            *("actor", "address", "category", "city", "country", "customer", "film", "inventory"),
            *("language", "payment", "rental", "staff", "store"),
        )
    },
    "film_actor": "actor_id film_id",
    "film_category": "film_id category_id",
}
FOREIGN_KEYS = (
    *(("film", "language_id", "language"), ("film", "original_language_id", "language")),
    *(("film_actor", "actor_id", "actor"), ("film_actor", "film_id", "film")),
    *(("film_category", "film_id", "film"), ("film_category", "category_id", "category")),
    *(("city", "country_id", "country"), ("inventory", "film_id", "film")),
)


def _need_data() -> None:
    if not DATA.is_dir():
        pytest.skip("the folder with the sample databases is not here")


@pytest.fixture(scope="module")
def sakila(postgres_server: Server) -> Iterator[str]:
    """The URL of a database with the Sakila tables, loaded once."""
    _need_data()
    maintenance = sa.make_url(postgres_server.url)
    with psycopg.connect(_dsn(maintenance), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {SAKILA}")
        try:
            url = maintenance.set(database=SAKILA)
            _load(url, DATA / "sakila-pg/sakila.pg.sql.xz")
            _add_keys(url)
            yield url.render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {SAKILA} WITH (FORCE)")


def _dsn(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _load(url: sa.URL, dump: Path) -> None:
    """Runs a dump: statements, and COPY with its lines up to ``\\.``."""
    with psycopg.connect(_dsn(url)) as connection, lzma.open(dump, "rt", encoding="utf-8") as lines:
        statements: list[str] = []
        for line in lines:
            if line.startswith(("--", "\\restrict", "\\unrestrict")):
                continue
            statements.append(line)
            if line.startswith("COPY "):
                connection.execute("".join(statements[:-1]).encode())
                with connection.cursor().copy(line.encode()) as copy:
                    for row in lines:
                        if row == "\\.\n":
                            break
                        copy.write(row)
                statements.clear()
        connection.execute("".join(statements).encode())


def _add_keys(url: sa.URL) -> None:
    """The dump holds the tables and their rows only."""
    with psycopg.connect(_dsn(url)) as connection:
        for table, key in KEYS.items():
            columns = sql.SQL(", ").join(map(sql.Identifier, key.split()))
            adding = sql.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(sql.Identifier(table), columns)
            connection.execute(adding)
        for table, column, target in FOREIGN_KEYS:
            pointing = sql.SQL("ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {}")
            connection.execute(pointing.format(*map(sql.Identifier, (table, column, target))))


@pytest.fixture(params=[*FILES, SAKILA])
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    _need_data()
    if request.param == SAKILA:
        profile, _ = parse_url(request.getfixturevalue("sakila"))
    else:
        copy = tmp_path / Path(request.param).name
        shutil.copyfile(DATA / request.param, copy)
        profile = sqlite_profile(copy)
    database = open_database(profile)
    yield database
    database.dispose()


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
    assert film.column("special_features").kind is Kind.OTHER
    assert film.label == Label(("title",))
    assert {link.name for link in film.links} == {"actor", "category"}
    assert [fk.columns for fk in film.foreign_keys if fk.target.name == "language"] == [
        ("language_id",),
        ("original_language_id",),
    ]
    assert database.table(database.find("payment_p2007_01")).key == ()
    database.dispose()
