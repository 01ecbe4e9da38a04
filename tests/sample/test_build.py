"""Holds the sample database to its sizes, its scripts and its atomic replacement."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.sample import build
from desktop.sample.build import build_sample, reset_sample, sample_path
from desktop.sample.content import make_content


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("sample") / "newsroom.sqlite"
    build_sample(path)
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def test_content_is_the_same_every_time() -> None:
    assert make_content() == make_content()


@pytest.mark.parametrize(
    ("table", "count"),
    [("users", 60), ("posts", 5_000), ("tags", 40), ("comments", 8_000), ("post_views", 6_000)],
)
def test_sizes(sample: sqlite3.Connection, table: str, count: int) -> None:
    assert sample.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,)  # noqa: S608


def test_file_is_sound(sample: sqlite3.Connection) -> None:
    assert sample.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert sample.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("letter", ["é", "ß", "早", "ع"])
def test_bodies_come_in_several_scripts(sample: sqlite3.Connection, letter: str) -> None:
    found = sample.execute("SELECT count(*) FROM posts WHERE body LIKE ?", (f"%{letter}%",)).fetchone()
    assert found[0] > 50


def test_headlines_are_unique_and_dates_spread(sample: sqlite3.Connection) -> None:
    distinct, first, last = sample.execute(
        "SELECT count(DISTINCT title), min(created_at), max(created_at) FROM posts"
    ).fetchone()
    assert (distinct, first[:7], last[:16]) == (5_000, "2024-01", "2026-11-21 09:14")


def test_ids_follow_the_dates(sample: sqlite3.Connection) -> None:
    by_id = sample.execute("SELECT created_at FROM posts ORDER BY id").fetchall()
    assert by_id == sorted(by_id)


def test_first_call_builds_and_second_keeps(tmp_path: Path) -> None:
    path = sample_path()
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM post_views")
    connection.close()
    assert sample_path() == path
    assert _count(path, "post_views") == 0
    reset_sample()
    assert _count(path, "post_views") == 6_000
    assert [p.name for p in path.parent.iterdir()] == ["newsroom.sqlite"]


def test_failed_build_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "newsroom.sqlite"
    path.write_text("old")

    def fail() -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(build, "make_content", fail)
    with pytest.raises(OSError, match="No space"):
        build_sample(path)
    assert path.read_text() == "old"
    assert list(tmp_path.glob(".newsroom*")) == []


def _count(path: Path, table: str) -> int:
    connection = sqlite3.connect(path)
    count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    connection.close()
    return count
