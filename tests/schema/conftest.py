"""The sample databases next door, each in a copy of its own; skipped where that folder is not here."""

from __future__ import annotations

import lzma
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from desktop.connect.profile import parse_url, sqlite_profile
from desktop.schema.database import Database, open_database
from tests.fixtures.postgres import Server
from tests.fixtures.samples import DATA

FILES = ("chinook/chinook.sqlite", "northwind/northwind.sqlite", "nga/nga_constituents.sqlite")
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
    *(("address", "city_id", "city"), ("customer", "address_id", "address")),
    *(("customer", "store_id", "store"), ("inventory", "store_id", "store")),
    *(("store", "manager_staff_id", "staff"), ("store", "address_id", "address")),
    *(("staff", "address_id", "address"), ("rental", "inventory_id", "inventory")),
    *(("rental", "customer_id", "customer"), ("rental", "staff_id", "staff")),
    *(("payment", "customer_id", "customer"), ("payment", "staff_id", "staff")),
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
