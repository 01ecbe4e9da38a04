"""Opening a record and saving it unchanged writes nothing, in every table of the sample databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.browse.fetch import first_block, read_record
from desktop.browse.view import Deleted, View
from desktop.connect.profile import Profile, parse_url, sqlite_profile
from desktop.edit.unit import Unit
from desktop.schema.database import Database, open_database
from desktop.schema.describe import Kind
from tests.fixtures.databases import SqlLog
from tests.fixtures.postgres import Server
from tests.fixtures.samples import DATA
from tests.schema import conftest as sample_data

SAKILA = "sakila_edit"
FILES = ("chinook/chinook.sqlite", "northwind/northwind.sqlite", "nga/nga_constituents.sqlite")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the folder with the sample databases is not here")


@pytest.fixture(scope="module")
def sakila(postgres_server: Server) -> Iterator[Profile]:
    """The Sakila tables in a database of their own, loaded once."""
    maintenance = sa.make_url(postgres_server.url)
    engine = sa.create_engine(maintenance, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {SAKILA}")
        try:
            url = maintenance.set(database=SAKILA)
            sample_data._load(url, DATA / "sakila-pg/sakila.pg.sql.xz")
            sample_data._add_keys(url)
            profile, _ = parse_url(url.render_as_string(hide_password=False))
            yield profile
        finally:
            connection.exec_driver_sql(f"DROP DATABASE {SAKILA} WITH (FORCE)")


@pytest.fixture(params=[*FILES, "sakila"], ids=lambda name: Path(name).stem)
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A copy of one sample database, opened for writing."""
    if request.param == "sakila":
        profile: Profile = request.getfixturevalue("sakila")
    else:
        path = tmp_path / Path(request.param).name
        copyfile(DATA / request.param, path)
        profile = sqlite_profile(path)
    database = open_database(profile)
    yield database
    database.dispose()


def _tables(database: Database) -> list[TableName]:
    return [
        name for name, table in database.schema.tables.items() if table.key and not table.read_only_reason
    ]


def test_unit_saved_unchanged_writes_nothing(sample: Database, sql_log: Callable[[Database], SqlLog]) -> None:
    log = sql_log(sample)
    opened = 0
    for name in _tables(sample):
        for row in first_block(sample, View(name, (), deleted=Deleted.SHOWN))[:1]:
            record = read_record(sample, name, row.key)
            assert record is not None
            unit = Unit(sample)
            for column, value in record.values.items():
                unit.stage(record.ref, column, value, value)
            assert not unit.dirty
            unit.save()
            opened += 1
    assert opened > 0
    assert log.writes == []


def test_unit_saved_with_one_text_changed_sends_only_that_column(
    sample: Database, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(sample)
    for name in _tables(sample):
        table = sample.table(name)
        bound = {column for key in table.foreign_keys for column in key.columns} | set(table.key)
        texts = [
            c.name for c in table.columns
            if c.kind in (Kind.TEXT, Kind.LONG_TEXT) and c.name not in bound and c.writable
        ]  # fmt: skip
        rows = first_block(sample, View(name, (), deleted=Deleted.SHOWN))
        if not texts or not rows:
            continue
        record = read_record(sample, name, rows[0].key)
        assert record is not None
        unit = Unit(sample)
        unit.stage(record.ref, texts[0], record.values[texts[0]], "zz")
        log.clear()
        saved = unit.save()
        (update,) = log.writes
        quoted = sample.engine.dialect.identifier_preparer.quote(texts[0])
        assert f" SET {quoted}=" in update and update.count("=") == 1 + len(table.key)
        after = saved.records[record.ref].values
        assert {c: v for c, v in after.items() if c != texts[0]} == {
            c: v for c, v in record.values.items() if c != texts[0]
        }
