"""Parquet: read back with the library; types, what does not fit, and a program without the library."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from desktop.base.raw import RawText
from desktop.base.refusal import RefusedError
from desktop.browse.rows import Row
from desktop.schema.database import Database
from desktop.schema.describe import Kind
from desktop.transfer.atomic import replacing
from desktop.transfer.formats import WriterOptions, format_named, writer_for
from desktop.transfer.layout import OutColumn, block_of
from tests.fixtures.databases import MakeDatabase
from tests.transfer.rows import rows, written
from tests.transfer.test_export import run, view


def read(layout: Sequence[OutColumn], blocks: list[list[Row]]) -> pa.Table:
    return parquet.read_table(io.BytesIO(written("parquet", layout, blocks)))


VALUES = [
    (Kind.INTEGER, 2**63 - 1, pa.int64()),
    (Kind.BOOLEAN, True, pa.bool_()),
    (Kind.FLOAT, 0.1, pa.float64()),
    (Kind.TEXT, "上海, é", pa.string()),
    (Kind.TEXT, "", pa.string()),
    (Kind.DATE, date(2024, 2, 29), pa.date32()),
    (Kind.TIMESTAMP, datetime(2024, 5, 1, 10, 0, 0, 123456), pa.timestamp("us")),
    (Kind.TIMESTAMP_TZ, datetime(2024, 5, 1, 10, tzinfo=UTC), pa.timestamp("us", tz="UTC")),
    (Kind.BYTES, b"\x00\xff", pa.binary()),
    (Kind.JSON, '{"a": 1.10}', pa.string()),
]


@pytest.mark.parametrize(("kind", "value", "type_"), VALUES)
def test_values_and_null_keep_their_type(kind: Kind, value: object, type_: pa.DataType) -> None:
    table = read((OutColumn("a", kind),), [rows((value,), (None,))])
    assert table.schema.field("a").type == type_
    assert table.column("a").to_pylist() == [value, None]


def test_decimals_are_exact_or_text() -> None:
    sized = OutColumn("a", Kind.DECIMAL, 2, 0, precision=12)
    free = OutColumn("b", Kind.DECIMAL, None, 1)
    long = Decimal("0.12345678901234567890123456789")
    table = read((sized, free), [rows((Decimal("1234567890.10"), long))])
    assert table.to_pylist() == [{"a": Decimal("1234567890.10"), "b": str(long)}]


def test_zones_become_one_moment_and_relations_lists() -> None:
    moment = datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    layout = (OutColumn("at", Kind.TIMESTAMP_TZ), OutColumn("tags", Kind.TEXT, link=True))
    row = Row((1,), (moment,), (None,), (("sea", "long read"),))
    table = read(layout, [[row]])
    assert table.to_pylist() == [{"at": moment, "tags": ["sea", "long read"]}]


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        (OutColumn("due", Kind.DATE), RawText("infinity"), "infinity"),
        (OutColumn("due", Kind.DECIMAL, 2, precision=4), Decimal("1.234"), "1.234"),
        (OutColumn("due", Kind.DECIMAL, 2, precision=4), Decimal("-3.2367190832119987E-221"), "-3.23671"),
        (OutColumn("due", Kind.INTEGER), RawText("abc"), "abc"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(column: OutColumn, value: object, shown: str) -> None:
    with pytest.raises(RefusedError, match=f"due of the record 2 is “{shown}.*”, which does not fit"):
        read((column,), [rows((None,), (value,))])


def test_many_rows_are_written_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.transfer.parquet_file._GROUP_ROWS", 4_000)

    def blocks() -> Iterator[list[Row]]:
        for start in range(0, 10_000, 1_000):
            yield [Row((n,), (n,), (None,)) for n in range(start, start + 1_000)]

    data = written("parquet", (OutColumn("id", Kind.INTEGER),), blocks())
    file = parquet.ParquetFile(io.BytesIO(data))
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [4_000, 4_000, 2_000]
    assert file.read().column("id").to_pylist() == list(range(10_000))


def test_a_view_of_a_database(newsroom: Database, tmp_path: Path) -> None:
    path = tmp_path / "posts.parquet"
    assert run(newsroom, view(newsroom, "id", "author_id", links=("tags",)), path).rows == 6
    first = parquet.read_table(path).to_pylist()[0]
    assert (first["id"], type(first["author_id"]), type(first["tags"])) == (1, str, list)


def test_without_the_library_it_says_what_is_missing(
    make_sqlite: MakeDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "t.parquet"
    with pytest.raises(RefusedError, match="need the package “pyarrow”, which is not installed"):
        run(database, view(database, "id", table="t"), path)
    assert not path.exists()
    assert run(database, view(database, "id", table="t"), tmp_path / "t.csv").rows == 1


def test_a_full_disk_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="no room left"), replacing(tmp_path / "a.parquet") as file:
        full = _Full(file)
        with writer_for(
            format_named("parquet"), full, (OutColumn("a", Kind.TEXT),), WriterOptions("t")
        ) as to:
            to.write(block_of(rows(("x" * 100,)), (OutColumn("a", Kind.TEXT),)))
            full.room = 0
            to.finish()
    assert [path.name for path in tmp_path.iterdir() if "parquet" in path.name or ".part" in path.name] == []


class _Full(io.BytesIO):
    """A file on a disk that may become full."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self.room = 1_000

    def write(self, data: Any) -> int:
        if not self.room:
            raise OSError(28, "No space left on device")
        return len(data)
