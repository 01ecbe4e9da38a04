"""Two readers of one file at once: the same rows in the same order, of one state, and an end at any time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.browse.view import Sort, View
from desktop.schema.database import Database
from desktop.transfer.export import ExportOptions, export
from desktop.transfer.page_statements import Page, PageStatements
from tests.fixtures.databases import MakeDatabase

CSV = ExportOptions("csv", header=False)
ROWS = 60_000
FILL = (
    "INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 60000)"
    " SELECT n * 3, 'note number ' || n, 0 FROM s"
)


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.fixture
def notes(make_sqlite: MakeDatabase) -> Database:
    return make_sqlite(
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT, round INTEGER NOT NULL)",
        FILL,
    )


def _export(database: Database, path: Path, *, token: CancelToken | None = None, down: bool = False) -> None:
    view = View(database.find("t"), ("id", "note", "round"), sort=(Sort("id", descending=down),))
    export(database, view, None, path, CSV, token=token or CancelToken())


def test_readers_take_turns_and_no_row_is_missing_or_twice(
    notes: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: set[str] = set()
    both = threading.Barrier(2, timeout=20)
    read = PageStatements.page

    def watched(self: PageStatements, connection: sa.Connection, *given: object) -> Page:
        name = threading.current_thread().name
        if name.startswith("lines") and name not in readers:
            readers.add(name)
            both.wait()  # neither may do all the work before the other has begun
        return read(self, connection, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(PageStatements, "page", watched)
    _export(notes, tmp_path / "t.csv")
    expected = [b"%d,note number %d,0" % (3 * n, n) for n in range(1, ROWS + 1)]
    assert (tmp_path / "t.csv").read_bytes().split(b"\r\n") == [*expected, b""]
    assert len(readers) == 2
    _export(notes, tmp_path / "t.csv", down=True)
    assert (tmp_path / "t.csv").read_bytes().split(b"\r\n") == [*expected[::-1], b""]


@contextmanager
def _somebody_writes(database: Database) -> Iterator[None]:
    """Changes every record in one transaction, again and again; ends with the block."""
    ended = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(database.profile.path or "", isolation_level=None)) as writer:
            while not ended.is_set():
                writer.execute("UPDATE t SET round = round + 1")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_file_holds_one_state_though_somebody_writes_all_the_time(notes: Database, tmp_path: Path) -> None:
    rounds = set()
    with _somebody_writes(notes):
        for _ in range(8):
            _export(notes, tmp_path / "t.csv")
            lines = (tmp_path / "t.csv").read_bytes().split(b"\r\n")[:-1]
            assert len(lines) == ROWS
            (one,) = {line.rsplit(b",", 1)[1] for line in lines}
            rounds.add(one)
    assert len(rounds) > 1


def test_cancelling_ends_both_readers_and_leaves_no_file(
    notes: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, read = CancelToken(), PageStatements.page

    def cancelling(self: PageStatements, connection: sa.Connection, *given: object) -> Page:
        if threading.current_thread().name.startswith("lines"):
            token.cancel()
        return read(self, connection, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(PageStatements, "page", cancelling)
    with pytest.raises(CancelledError):
        _export(notes, tmp_path / "t.csv", token=token)
    assert not (tmp_path / "t.csv").exists()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lines")]
    assert notes.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_key_that_is_no_number_far_behind_is_read_by_the_cursor(
    make_sqlite: MakeDatabase, tmp_path: Path
) -> None:
    database = make_sqlite(
        "CREATE TABLE t (id INT NOT NULL PRIMARY KEY, note TEXT, round INTEGER NOT NULL)",
        FILL,
        "INSERT INTO t SELECT 'k' || id, 'x', 1 FROM t WHERE id > 120000",
    )
    _export(database, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_bytes().split(b"\r\n")[:-1]
    assert (len(lines), lines[ROWS - 1], lines[ROWS]) == (
        ROWS + 20_000,
        b"180000,note number 60000,0",
        b"k120003,x,1",
    )


def test_a_name_that_is_that_of_two_records_costs_no_row(make_sqlite: MakeDatabase, tmp_path: Path) -> None:
    """SQLite compares a number with texts by what they are as numbers: one reference may find two records."""
    database = make_sqlite(
        "CREATE TABLE parent (code TEXT PRIMARY KEY, name TEXT)",
        "INSERT INTO parent VALUES ('7', 'seven'), ('007', 'agent')",
        "CREATE TABLE t"
        " (id INTEGER PRIMARY KEY, note INTEGER REFERENCES parent (code), round INTEGER NOT NULL)",
        "INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 30000)"
        " SELECT n, CASE n % 10 WHEN 0 THEN 7 END, 0 FROM s",
    )
    _export(database, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_bytes().split(b"\r\n")[:-1]
    assert {int(line.split(b",")[0]) for line in lines} == set(range(1, 30_001))
