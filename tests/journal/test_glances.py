"""What is remembered for the next start: by database, in one private file, and never any data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.base.folders import state_folder
from desktop.base.keys import TableName
from desktop.browse.default_view import default_view
from desktop.browse.glance import Glance, glance_of
from desktop.journal.glances import find_glance, glance_at, keep_glance
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase, OpenSecond

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def glance(newsroom: Database) -> Glance:
    found = glance_of(newsroom, default_view(newsroom.table(TableName(None, "posts"))))
    assert found is not None
    return replace(found, widths=(100, 80), count=4_892)


def _file() -> Path:
    return state_folder() / "glances.json"


def test_what_is_kept_is_found_again_and_reads_the_same_rows(newsroom: Database, glance: Glance) -> None:
    keep_glance(newsroom.profile.identity, glance)
    seen = glance_at(Path(newsroom.profile.path), "")
    assert seen is not None
    assert (seen.glance.headings, seen.glance.widths, seen.glance.count) == (
        glance.headings,
        (100, 80),
        4_892,
    )
    assert [column.kind for column in seen.glance.layout.columns] == [c.kind for c in glance.layout.columns]
    assert seen.profile.path == newsroom.profile.path
    assert seen.rows


def test_the_file_is_private_and_holds_no_value_of_a_record(newsroom: Database, glance: Glance) -> None:
    keep_glance(newsroom.profile.identity, glance)
    seen = glance_at(Path(newsroom.profile.path), "posts")
    assert seen is not None
    content = _file().read_text(encoding="utf-8")
    titles = [str(row.values[0]) for row in seen.rows]
    assert titles and not any(title in content for title in titles)
    assert _file().stat().st_mode & 0o077 == 0


def test_another_table_is_wanted(newsroom: Database, glance: Glance) -> None:
    keep_glance(newsroom.profile.identity, glance)
    assert glance_at(Path(newsroom.profile.path), "users") is None


def test_what_is_not_as_it_was_shows_nothing(
    newsroom: Database, glance: Glance, second: OpenSecond, tmp_path: Path
) -> None:
    keep_glance(newsroom.profile.identity, glance)
    path = Path(newsroom.profile.path)
    assert glance_at(tmp_path / "missing.sqlite", "") is None
    assert glance_at(tmp_path, "") is None
    other = second(newsroom)
    other.execute(sa.text("ALTER TABLE posts RENAME TO stories"))
    other.commit()
    assert glance_at(path, "") is None
    path.write_bytes(b"no database at all" * 100)
    assert glance_at(path, "") is None


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"x": 1}', '{"x": {"table": "t"}}', "\udcff"])
def test_a_damaged_file_is_as_good_as_none(damage: str, newsroom: Database, glance: Glance) -> None:
    _file().write_bytes(damage.encode(errors="surrogateescape"))
    assert find_glance("x") is None
    keep_glance("x", glance)
    assert find_glance("x") is not None


def test_only_the_last_databases_are_remembered(newsroom: Database, glance: Glance) -> None:
    for number in range(25):
        keep_glance(f"sqlite:/{number}", glance)
    keep_glance("sqlite:/24", None)
    assert find_glance("sqlite:/24") is None and find_glance("sqlite:/0") is None
    assert find_glance("sqlite:/23") is not None
    assert len(json.loads(_file().read_text(encoding="utf-8"))) < 25


def test_arrays_are_remembered_with_what_they_hold(make_sqlite: MakeDatabase, backend: str) -> None:
    from desktop.schema.describe import Column, Kind

    database = make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    found = glance_of(database, default_view(database.table(TableName(None, "t"))))
    assert found is not None
    column = Column("tags", Kind.ARRAY, "text[]", choices=("a", "b"), element=Column("", Kind.TEXT, "text"))
    keep_glance("x", replace(found, layout=replace(found.layout, columns=(column,))))
    again = find_glance("x")
    assert again is not None and again.layout.columns == (column,)
