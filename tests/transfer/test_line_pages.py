"""Lines of SQLite read in pages: few statements, the order of the key, and never much at once in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.browse import stream
from desktop.browse.view import ColumnFilter, Sort, View
from desktop.schema.database import Database
from desktop.transfer import line_pages
from desktop.transfer.csv_file import CsvWriter
from desktop.transfer.export import ExportOptions, export
from tests.fixtures.databases import MakeDatabase, SqlLog

CSV = ExportOptions("csv", header=False)
ROWS = 30_000


@pytest.fixture
def notes(make_sqlite: MakeDatabase) -> Database:
    return make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)",
        "INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 30000)"
        " SELECT n * 3, 'note number ' || n FROM s",
    )


def _written(database: Database, path: Path, **more: object) -> list[bytes]:
    view = View(database.find("t"), ("id", "note"), **more)  # type: ignore[arg-type]
    export(database, view, None, path, CSV, token=CancelToken())
    return path.read_bytes().split(b"\r\n")[:-1]


def test_many_rows_come_as_one_value_in_either_order(
    notes: Database, sql_log: Callable[[Database], SqlLog], tmp_path: Path
) -> None:
    expected = [b"%d,note number %d" % (3 * n, n) for n in range(1, ROWS + 1)]
    log = sql_log(notes)
    assert _written(notes, tmp_path / "t.csv") == expected
    assert len(log.starting("SELECT CAST(GROUP_CONCAT")) <= 10  # 100 rows, 1,000, then pages of 120 kilobytes
    assert len(log.statements) <= 25  # where those begin, and whether all readers see the same
    assert _written(notes, tmp_path / "t.csv", sort=(Sort("id", descending=True),)) == expected[::-1]


def test_another_order_or_a_filter_is_one_statement(
    notes: Database, sql_log: Callable[[Database], SqlLog], tmp_path: Path
) -> None:
    log = sql_log(notes)
    by_note = _written(notes, tmp_path / "t.csv", sort=(Sort("note"),))
    filtered = _written(notes, tmp_path / "t.csv", filters=(ColumnFilter("id", "<= 30"),))
    assert (len(log.statements), len(by_note), len(filtered)) == (2, ROWS, 10)
    assert by_note[0] == b"3,note number 1"
    assert by_note[1] == b"30,note number 10"


@pytest.mark.parametrize("processors", [1, 2])
def test_rows_too_long_for_a_page_are_read_fewer_at_a_time(
    notes: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    """A page that grows too large is given up before it takes up the memory; one row alone may be large."""
    with notes.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE t SET note = hex(zeroblob(300000)) WHERE id BETWEEN 30000 AND 30030")
        )
        connection.execute(sa.text("UPDATE t SET note = hex(zeroblob(2500000)) WHERE id = 60000"))
    sizes: list[int] = []
    append = CsvWriter.append

    def watched(self: CsvWriter, rows: bytes) -> None:
        sizes.append(len(rows))
        append(self, rows)

    monkeypatch.setattr(CsvWriter, "append", watched)
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    lines = _written(notes, tmp_path / "t.csv")
    assert [len(line) for line in lines if len(line) > 100] == [600_006] * 11 + [5_000_006]
    assert len(lines) == ROWS
    assert sorted(sizes)[-1] == 5_000_008 and sorted(sizes)[-2] < line_pages._MOST_BYTES


def test_a_key_that_is_no_number_is_read_by_the_cursor(make_sqlite: MakeDatabase, tmp_path: Path) -> None:
    database = make_sqlite(
        "CREATE TABLE t (id INT NOT NULL PRIMARY KEY, note TEXT)",
        "INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 300)"
        " SELECT n, 'x' FROM s",
        "INSERT INTO t SELECT 'k' || id, 'y' FROM t",
    )
    lines = _written(database, tmp_path / "t.csv")
    assert (len(lines), lines[0], lines[300]) == (600, b"1,x", b"k1,y")


def test_what_the_statement_itself_binds_is_bound_in_every_page(
    make_sqlite: MakeDatabase, sql_log: Callable[[Database], SqlLog], tmp_path: Path
) -> None:
    """Records deleted softly are left out by a value of the database's own form, page after page."""
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT, is_deleted BOOLEAN NOT NULL)",
        "INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 3000)"
        " SELECT n, 'x', n % 2 FROM s",
    )
    log = sql_log(database)
    lines = _written(database, tmp_path / "t.csv")
    assert (len(lines), lines[0], lines[-1]) == (1_500, b"2,x", b"3000,x")
    assert len(log.starting("SELECT CAST(GROUP_CONCAT")) == 3


def test_long_lines_of_a_cursor_are_held_a_few_at_once(
    notes: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with notes.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM t WHERE id > 300"))
        connection.execute(sa.text("UPDATE t SET note = hex(zeroblob(2500)) || id"))
    monkeypatch.setattr(stream, "_USUAL_WEIGHT", 25_000)
    taken: list[int] = []
    real = sa.CursorResult.fetchmany

    def watched(self: sa.CursorResult[Any], size: int | None = None) -> Sequence[sa.Row[Any]]:
        rows = real(self, size)
        taken.append(len(rows))
        return rows

    monkeypatch.setattr(sa.CursorResult, "fetchmany", watched)
    assert len(_written(notes, tmp_path / "t.csv", sort=(Sort("note"),))) == 100
    assert taken == [1, *[4] * 24, 3, 0]
