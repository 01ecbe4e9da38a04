"""Read-only is a matter of the database session: it refuses even what slips past our own look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.refusal import Reason, RefusedError
from desktop.edit import bulk, load, session, soft, unit
from desktop.edit.counter import add_to_field, increment
from desktop.edit.load import OnConflict, load_rows
from desktop.edit.unit import Unit
from desktop.sample import models
from desktop.schema.database import Database, open_database
from desktop.schema.describe import Schema
from tests.edit.craft import COMMENTS, POSTS, TAGS, chosen, ref, stage
from tests.fixtures.databases import OpenSecond

Write = Callable[[Database], object]


def update(database: Database) -> None:
    one = Unit(database)
    stage(one, database, ref(POSTS, 1), title="Never")
    one.save(CancelToken())


def create(database: Database) -> None:
    one = Unit(database)
    one.stage_insert(TAGS, {"name": "never", "slug": "never"})
    one.save(CancelToken())


def remove(database: Database) -> None:
    one = Unit(database)
    one.stage_delete(ref(COMMENTS, 1))
    one.save(CancelToken())


ROWS = [{"name": "Never", "slug": "city"}]
NEW = [{"name": "never", "slug": "never"}]
WAYS: dict[str, Write] = {
    "change": update,
    "new": create,
    "delete": remove,
    "bulk delete": lambda database: bulk.delete_selected(database, chosen(COMMENTS, 1), 1),
    "set field": lambda database: bulk.set_field(
        database, chosen(POSTS, 1), "title", bulk.SetValue("Never"), 1
    ),
    "soft delete": lambda database: soft.soft_delete(database, chosen(POSTS, 1), 1),
    "add to field": lambda database: add_to_field(database, chosen(POSTS, 1), "view_count", 1, 1),
    "counter": lambda database: increment(database, ref(POSTS, 1), "view_count", 1),
    "import": lambda database: load_rows(
        database, TAGS, ["name", "slug"], [{"name": "n", "slug": "n"}], OnConflict.STOP
    ),
    "import, skipping": lambda database: load_rows(database, TAGS, ["name", "slug"], NEW, OnConflict.SKIP),
    "upsert": lambda database: load_rows(database, TAGS, ["name", "slug"], ROWS, OnConflict.UPDATE, ["slug"]),
}


@pytest.fixture
def read_only(newsroom: Database) -> Iterator[Database]:
    database = open_database(replace(newsroom.profile, read_only=True))
    yield database
    database.dispose()


def content(connection: sa.Connection) -> list[list[str]]:
    tables = models.Base.metadata.sorted_tables
    return [sorted(repr(row) for row in connection.execute(sa.select(table))) for table in tables]


def unlocked(schema: Schema) -> Schema:
    return replace(
        schema, tables={name: replace(table, read_only_reason="") for name, table in schema.tables.items()}
    )


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_writing_is_refused_in_a_sentence(read_only: Database, way: str) -> None:
    with pytest.raises(RefusedError) as refused:
        WAYS[way](read_only)
    assert refused.value.refusal.reason is Reason.READ_ONLY
    assert refused.value.refusal.sentence == "This database was opened for reading only."


@pytest.mark.parametrize("way", WAYS)
def test_the_database_itself_refuses_where_nobody_looks_before(
    read_only: Database, newsroom: Database, second: OpenSecond, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (session, unit, load):
        monkeypatch.setattr(module, "refuse_read_only", lambda database, table: None)
    other = second(newsroom)
    before = content(other)
    database = replace(read_only, schema=unlocked(read_only.schema))
    with pytest.raises(RefusedError) as refused:
        WAYS[way](database)
    assert refused.value.refusal.reason is Reason.READ_ONLY
    assert refused.value.refusal.sentence == "This database was opened for reading only."
    assert content(other) == before


def test_the_session_says_so(read_only: Database, backend: str) -> None:
    setting = "PRAGMA query_only" if backend == "sqlite" else "SHOW transaction_read_only"
    with read_only.engine.connect() as connection:
        assert connection.scalar(sa.text(setting)) in (1, "on")
