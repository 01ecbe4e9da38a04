"""Parquet made of the database's own text: what the cursor makes of the same records, or left to it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import Key
from desktop.base.raw import RawText
from desktop.base.refusal import RefusedError
from desktop.browse import fetch
from desktop.browse.rows import Row
from desktop.browse.selection import AllMatching, ChosenKeys
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.schema.describe import Kind
from desktop.transfer import export as export_module
from desktop.transfer.export import ExportOptions, export
from desktop.transfer.fast_path import Slow
from desktop.transfer.layout import OutColumn, lay_out
from tests.fixtures.databases import MakeDatabase
from tests.transfer.kinds import MANY
from tests.transfer.rows import written

Made = Callable[..., pa.Table | None]
OPTIONS = ExportOptions("parquet")
ODD = 40
"""Values that do not fit their column, picked of each."""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The table in the file, made of text or by the cursor; None where that way refuses or leaves it."""

    def make(database: Database, view: View, keys: list[Key] | None, *, fast: bool) -> pa.Table | None:
        path = tmp_path / f"{'fast' if fast else 'slow'}.parquet"
        chosen = None if keys is None else ChosenKeys(view.table, tuple(keys))
        with monkeypatch.context() as patch:
            if fast:
                patch.setattr(export_module._Job, "_by_cursor", _left)
            else:
                patch.setattr(export_module, "fast_path", lambda *a, **k: Slow("test"))
            try:
                export(database, view, chosen, path, OPTIONS, token=CancelToken())
            except (_LeftError, RefusedError):
                return None
        return parquet.read_table(path)

    return make


class _LeftError(Exception):
    """The text did not tell."""


def _left(*_: object) -> int:
    raise _LeftError


def _stored(database: Database, view: View) -> list[Row]:
    blocks = fetch.stream(database, AllMatching(view), view, token=CancelToken())
    return [row for block in blocks for row in block]


@pytest.mark.parametrize("share", [0, 1])
def test_every_value_of_every_kind_is_the_same_or_left_alone(
    every_kind: Database, made: Made, share: int
) -> None:
    table = every_kind.find("t")
    columns = [column for column in every_kind.table(table).columns if column.kind is not Kind.BYTES]
    assert len(columns) > 12
    for column in columns[share::2]:
        view = View(table, ("id",) if column.name == "id" else ("id", column.name))
        rows = _stored(every_kind, view)
        layout = lay_out(every_kind.table(table), view, names=True)
        clear = [row.key for row in rows if _is_clear(row, layout)]
        assert len(clear) > 3
        fast, slow = (made(every_kind, view, clear, fast=fast) for fast in (True, False))
        assert fast is not None and fast.equals(slow), column.name
        unclear = [row.key for row in rows if not _is_clear(row, layout)]
        for key in random.Random(column.name).sample(unclear, min(ODD, len(unclear))):
            fast, slow = (made(every_kind, view, [key], fast=fast) for fast in (True, False))
            assert fast is None or str(fast) == str(slow), (column.name, key)


def _is_clear(row: Row, layout: tuple[OutColumn, ...]) -> bool:
    """Of its column's type, and no number without an end."""
    value = row.values[-1]
    if isinstance(value, RawText) or (isinstance(value, float) and not math.isfinite(value)):
        return False
    try:
        written("parquet", layout, [[row]])
    except RefusedError:
        return False
    return True


def test_names_of_foreign_keys_are_the_same(every_kind: Database, made: Made) -> None:
    view = View(every_kind.find("t"), ("ref", "id"))
    keys = [row.key for row in _stored(every_kind, view) if row.values[0] is not None]
    fast, slow = (made(every_kind, view, keys, fast=fast) for fast in (True, False))
    assert fast is not None and fast.num_rows > 40
    assert fast.equals(slow)


def test_a_value_that_looks_like_its_type_is_left_to_the_cursor(
    make_sqlite: MakeDatabase, made: Made, tmp_path: Path
) -> None:
    """The library would read these texts as a number, a date or a moment."""
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, i INT, f REAL, d DATE, ts TIMESTAMP, b BOOLEAN)",
        "INSERT INTO t (id, i) VALUES (1, '0x1F')",
        "INSERT INTO t (id, f) VALUES (2, 'nan'), (3, 'inf'), (4, 1e999)",
        "INSERT INTO t (id, d) VALUES (5, ' 2024-05-01'), (6, '2024-05-01 ')",
        "INSERT INTO t (id, ts) VALUES (7, '2024-05-01 10:00   '), (8, ' 2024-05-01')",
        "INSERT INTO t (id, b) VALUES (9, 'true'), (10, 'false')",
        "INSERT INTO t (id, i) VALUES (11, 7)",
    )
    view = View(database.find("t"), ("id", "i", "f", "d", "ts", "b"))
    assert [n for n in range(1, 12) if made(database, view, [(n,)], fast=True) is not None] == [11]
    with pytest.raises(RefusedError, match="i of the record 1 is “0x1F”, which does not fit"):
        export(database, view, None, tmp_path / "t.parquet", OPTIONS, token=CancelToken())


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("DECIMAL(10,2)", "9999999999"),
        ("DECIMAL(9,2)", "123456789"),
        ("DECIMAL(5,2)", "12345"),
        ("DECIMAL(10,5)", "1000000000"),
        ("DECIMAL(19,4)", "1e18"),
        ("DECIMAL(12,2)", "1e-233"),
        ("DECIMAL(12,2)", "1.5e-40"),
        ("DECIMAL(12,2)", "0.001"),
    ],
)
def test_a_decimal_of_too_many_digits_is_refused(
    make_sqlite: MakeDatabase, tmp_path: Path, type_: str, value: str
) -> None:
    """The library takes the first ones for other numbers, the tiny ones for nothing."""
    database = make_sqlite(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, p {type_})",
        f"INSERT INTO t VALUES (1, 1.25), (2, {value})",  # noqa: S608
    )
    with pytest.raises(RefusedError, match=r"p of the record 2 is .* which does not fit"):
        export(
            database,
            View(database.find("t"), ("id", "p")),
            None,
            tmp_path / "t.parquet",
            OPTIONS,
            token=CancelToken(),
        )


def test_decimals_that_fit_are_exact(make_database: MakeDatabase, made: Made) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, p DECIMAL(10,2), q DECIMAL(3,3), r DECIMAL(5,0))",
        "INSERT INTO t VALUES (1, 99999999.99, 0.125, 99999), (2, -0.5, -0.999, -7), (3, NULL, 0, 0)",
    )
    view = View(database.find("t"), ("id", "p", "q", "r"))
    fast, slow = (made(database, view, None, fast=fast) for fast in (True, False))
    assert fast is not None and fast.equals(slow)
    assert list(map(str, fast.column("p").to_pylist())) == ["99999999.99", "-0.50", "None"]


def test_it_needs_no_file_of_time_zones(
    make_database: MakeDatabase, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small system has none, and the library asks it for the year of a moment."""
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, z TIMESTAMP WITH TIME ZONE)",
        "INSERT INTO t VALUES (1, '2024-05-01 10:00:00+00:00'), (2, NULL)",
    )
    monkeypatch.setattr("pyarrow.compute.year", None)
    table = made(database, View(database.find("t"), ("id", "z")), None, fast=True)
    assert table is not None and table.num_rows == 2


def test_long_texts_and_very_many_columns_are_left_to_the_cursor(
    make_database: MakeDatabase, made: Made
) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)",
        f"INSERT INTO t VALUES (1, '{'x' * 5_000}')",  # noqa: S608
        f"CREATE TABLE w (id INTEGER PRIMARY KEY, {', '.join(f'c{n} INTEGER' for n in range(120))})",
    )
    assert made(database, View(database.find("t"), ("id", "note")), None, fast=True) is None
    assert made(database, View(database.find("t"), ("id",)), None, fast=True) is not None
    wide = database.find("w")
    names = tuple(column.name for column in database.table(wide).columns)
    assert made(database, View(wide, names), None, fast=True) is None
    assert made(database, View(wide, names), None, fast=False) is not None


def test_a_text_may_start_with_the_mark_of_an_encoding(make_database: MakeDatabase, made: Made) -> None:
    database = make_database(
        "CREATE TABLE t (note VARCHAR(9) PRIMARY KEY)",
        "INSERT INTO t VALUES ('﻿one'), ('﻿two')",
    )
    table = made(database, View(database.find("t"), ("note",)), None, fast=True)
    assert table is not None
    assert table.column("note").to_pylist() == ["﻿one", "﻿two"]


def test_a_single_column_tells_null_from_empty(make_database: MakeDatabase, made: Made) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, note VARCHAR(9))",
        "INSERT INTO t VALUES (1, NULL), (2, ''), (3, NULL), (4, ' ')",
    )
    table = made(database, View(database.find("t"), ("note",)), None, fast=True)
    assert table is not None
    assert table.column("note").to_pylist() == [None, "", None, " "]


def test_many_records_come_in_order_and_in_groups(
    make_database: MakeDatabase, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.transfer.parquet_text._BYTES", 10_000)
    monkeypatch.setattr("desktop.transfer.parquet_file._GROUP_ROWS", 1_000)
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, note VARCHAR(90))",
        "INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 9000)"
        " SELECT n, 'number, ' || n FROM s",
    )
    table = made(database, View(database.find("t"), ("id", "note")), None, fast=True)
    assert table is not None
    assert table.column("id").to_pylist() == list(range(1, 9_001))
    assert table.column("note")[-1].as_py() == "number, 9000"


def test_no_value_is_made_a_python_object(
    many: Database, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only texts of many records go through Python."""
    monkeypatch.setattr("desktop.transfer.csv_file.CsvWriter.cell", None)
    monkeypatch.setattr("desktop.transfer.csv_file.CsvWriter.write", None)
    assert made(many, View(many.find("t"), ("id", "note")), None, fast=True).num_rows == MANY  # type: ignore[union-attr]


def test_what_is_left_to_the_cursor_is_begun_anew(make_database: MakeDatabase, tmp_path: Path) -> None:
    """Found after much has been written: the file holds every record once."""
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, f DOUBLE PRECISION)",
        "INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 200000)"
        " SELECT n, 0.5 FROM s",
    )
    infinity = "1e999" if database.profile.backend == "sqlite" else "CAST('Infinity' AS float8)"
    with database.engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE t SET f = {infinity} WHERE id = 200000"))  # noqa: S608
    path = tmp_path / "t.parquet"
    export(database, View(database.find("t"), ("id", "f")), None, path, OPTIONS, token=CancelToken())
    table = parquet.read_table(path)
    assert table.column("id").to_pylist() == list(range(1, 200_001))
    assert table.column("f")[-1].as_py() == math.inf


def test_cancelling_and_a_full_disk_leave_the_old_file(
    many: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.parquet"
    path.write_text("old")
    view = View(many.find("t"), ("id", "note"))
    token = CancelToken()

    def cancel(done: int, total: int | None) -> None:
        if done:
            token.cancel()

    with pytest.raises(CancelledError):
        export(many, view, None, path, OPTIONS, token=token, progress=cancel)

    def full(self: object, table: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("desktop.transfer.parquet_file.ParquetWriter.append", full)
        with pytest.raises(RefusedError, match="no room left"):
            export(many, view, None, path, OPTIONS, token=CancelToken())
    assert [p.name for p in tmp_path.iterdir() if p.suffix in (".parquet", ".part")] == ["t.parquet"]
    assert path.read_text() == "old"
    export(many, view, None, path, OPTIONS, token=CancelToken())
    assert parquet.read_table(path).num_rows == MANY
