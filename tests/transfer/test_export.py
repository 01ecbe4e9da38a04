"""Exporting from real databases: what is seen, the selection, atomicity, cancelling, memory."""

from __future__ import annotations

import csv
import json
import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow
import pyarrow.parquet as parquet
import pytest
from python_calamine import CalamineWorkbook

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import TableName
from desktop.base.refusal import RefusedError
from desktop.browse.rows import Row
from desktop.browse.selection import ChosenKeys
from desktop.browse.view import ColumnFilter, Deleted, Sort, View
from desktop.schema.database import Database
from desktop.schema.describe import Kind
from desktop.transfer import parquet_file
from desktop.transfer.export import ExportOptions, ExportResult, export
from desktop.transfer.formats import (
    FORMATS,
    WriterOptions,
    format_named,
    format_of,
    suggested_name,
    write_rows,
)
from desktop.transfer.layout import OutColumn
from tests.fixtures.databases import Backend, MakeDatabase, SqlLog

PAGE = os.sysconf("SC_PAGE_SIZE")
POSTS = TableName(None, "posts")
BLNS = Path(__file__).resolve().parents[2] / "../shared/data/naughty/blns.json"

Run = Callable[..., ExportResult]


def run(
    database: Database, view: View, path: Path, selection: ChosenKeys | None = None, **options: object
) -> ExportResult:
    format_name = format_of(path).name
    return export(
        database,
        view,
        selection,
        path,
        ExportOptions(format_name, **options),  # type: ignore[arg-type]
        token=CancelToken(),
    )


def view(database: Database, *columns: str, table: str = "posts", **more: object) -> View:
    return View(database.find(table), columns, **more)  # type: ignore[arg-type]


def test_exactly_what_is_seen(newsroom: Database, tmp_path: Path) -> None:
    seen = view(
        newsroom,
        "title",
        "author_id",
        "view_count",
        links=("tags",),
        filters=(ColumnFilter("status", "draft, review"),),
        sort=(Sort("view_count", descending=True),),
    )
    result = run(newsroom, seen, tmp_path / "out.csv")
    assert result == ExportResult(4, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().decode() == (
        "title,author_id,view_count,tags\r\n"
        'مدينة بلا نوافذ,Zoé Müller,4410,""\r\n'
        'What the harbour master saw,Grace Hopper,311,"long read, water"\r\n'
        '"Straßenbahn, Linie 5",Ada Lovelace,58,""\r\n'
        '上海的早晨,Grace Hopper,0,""\r\n'
    )


def test_ids_instead_of_names(
    newsroom: Database, tmp_path: Path, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    run(newsroom, view(newsroom, "id", "author_id"), tmp_path / "out.tsv", names=False)
    lines = (tmp_path / "out.tsv").read_text().splitlines()
    assert lines == ["id\tauthor_id", "1\t1", "2\t3", "3\t2", "4\t2", "5\t3", "6\t1"]
    assert not [statement for statement in log.statements if "JOIN" in statement]


def test_only_the_selection_in_the_order_of_the_view(newsroom: Database, tmp_path: Path) -> None:
    seen = view(newsroom, "id", sort=(Sort("id", descending=True),))
    chosen = ChosenKeys(seen.table, ((2,), (5,)))
    assert run(newsroom, seen, tmp_path / "out.jsonl", chosen).rows == 2
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"id": 5}, {"id": 2}]


def test_deleted_records_only_where_they_are_shown(newsroom: Database, tmp_path: Path) -> None:
    with newsroom.engine.begin() as connection:
        table = newsroom.sa(POSTS if POSTS in newsroom.tables else newsroom.find("posts"))
        connection.execute(table.update().where(table.c["id"] == 3).values({table.c["deleted_by"]: "x"}))
        connection.exec_driver_sql("UPDATE posts SET deleted_at = CURRENT_TIMESTAMP WHERE id = 3")
    assert run(newsroom, view(newsroom, "id"), tmp_path / "a.json").rows == 5
    assert run(newsroom, view(newsroom, "id", deleted=Deleted.SHOWN), tmp_path / "b.json").rows == 6


@pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
def test_every_format_holds_every_record(newsroom: Database, tmp_path: Path, format_: object) -> None:
    name = format_.name  # type: ignore[attr-defined]
    path = tmp_path / f"out{format_named(name).suffix}"
    run(newsroom, view(newsroom, "id", "title", "created_at"), path)
    if name == "xlsx":
        ids = [row[0] for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]]
    elif name == "parquet":
        ids = parquet.read_table(path).column("id").to_pylist()
    elif name.startswith("json"):
        text = path.read_text()
        records = json.loads(text) if name == "json" else [json.loads(line) for line in text.splitlines()]
        ids = [record["id"] for record in records]
    else:
        delimiter = "\t" if name == "tsv" else ","
        ids = [int(row[0]) for row in _cells(path, delimiter)[1:]]
    assert ids == [1, 2, 3, 4, 5, 6]


@pytest.fixture
def strings() -> list[str]:
    if not BLNS.exists():
        pytest.skip("the folder of sample data is not beside the checkout")
    loaded: list[str] = json.loads(BLNS.read_text())
    return [text.replace("\x00", "") for text in loaded]


@pytest.fixture
def naughty(make_database: MakeDatabase, strings: list[str], backend: Backend) -> Database:
    database = make_database("CREATE TABLE naughty (id INTEGER PRIMARY KEY, body TEXT)")
    table = database.sa(database.find("naughty"))
    with database.engine.begin() as connection:
        rows = [{table.c["id"].key: n, table.c["body"].key: text} for n, text in enumerate(strings)]
        connection.execute(table.insert(), rows)
    return database


@pytest.mark.parametrize("name", ["csv", "json", "xlsx"])
def test_naughty_strings_survive(naughty: Database, strings: list[str], tmp_path: Path, name: str) -> None:
    from desktop.transfer.text import unprotect

    path = tmp_path / f"out.{name}"
    run(naughty, view(naughty, "id", "body", table="naughty"), path)
    if name == "xlsx":
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        # XML cannot hold U+FFFE: the workbook has its escape, which the reading library leaves as it is.
        assert [str(row[1]) for row in sheet[1:]] == [text.replace("\ufffe", "_xFFFE_") for text in strings]
    elif name == "json":
        assert [record["body"] for record in json.loads(path.read_text())] == strings
    else:
        assert [unprotect(row[1]) for row in _cells(path, ",")[1:]] == strings


def _cells(path: Path, delimiter: str) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, delimiter=delimiter, strict=True))


def test_cancelled_export_leaves_the_old_file(newsroom: Database, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    token = CancelToken()

    def cancel_at_first_rows(done: int, total: int | None) -> None:
        assert total == 6
        if done:
            token.cancel()

    with pytest.raises(CancelledError):
        export(
            newsroom,
            view(newsroom, "id"),
            None,
            path,
            ExportOptions("csv"),
            token=token,
            progress=cancel_at_first_rows,
        )
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []


def test_open_database_is_never_overwritten(make_sqlite: MakeDatabase, tmp_path: Path) -> None:
    database = make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    link = tmp_path / "link.csv"
    link.hardlink_to(database.profile.path)
    for path in (Path(database.profile.path), Path(database.profile.path + "-journal"), link):
        with pytest.raises(RefusedError, match="belongs to the open database"):
            export(
                database,
                view(database, "id", table="t"),
                None,
                path,
                ExportOptions("csv"),
                token=CancelToken(),
            )
    assert Path(database.profile.path).read_bytes()[:6] == b"SQLite"


def test_nothing_to_export_is_refused(newsroom: Database, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="no column"):
        run(newsroom, view(newsroom), tmp_path / "out.csv")


def _written_in_memory(kind: str, count: int, path: Path) -> tuple[int, int]:
    """The rows of a file of so many blocks, and the most bytes that were held while it was written."""
    arrow = [0]  # has memory of its own
    layout = (OutColumn("id", Kind.INTEGER), OutColumn("title", Kind.TEXT, index=1))

    def blocks() -> Iterator[list[Row]]:
        for block in range(count):
            arrow.append(pyarrow.total_allocated_bytes())
            yield [
                Row((n,), (n, f"title {n}"), (None, None)) for n in range(block * 2000, block * 2000 + 2000)
            ]

    tracemalloc.start()
    try:
        with path.open("wb") as file:
            rows = write_rows(
                file, format_named(kind), layout, blocks(), WriterOptions("t"), token=CancelToken()
            )
        return rows, tracemalloc.get_traced_memory()[1] + max(arrow)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_memory_stays_small_however_many_rows(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "_GROUP_ROWS", 4_000)  # it holds a group of rows
    _written_in_memory(kind, 1, tmp_path / f"first.{kind}")  # what is loaded once counts for nobody
    _, few = _written_in_memory(kind, 4, tmp_path / f"few.{kind}")
    rows, many = _written_in_memory(kind, 20, tmp_path / f"many.{kind}")
    size = (tmp_path / f"many.{kind}").stat().st_size
    assert (rows, size > 200_000, many < 6_000_000) == (40_000, True, True)
    assert many < few + 500_000  # five times the rows


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells what a process holds")
@pytest.mark.parametrize("kind", ["csv", "jsonl"], ids=["copy", "pages"])
def test_memory_stays_small_however_much_a_server_sends(
    make_postgres: MakeDatabase, tmp_path: Path, kind: str
) -> None:
    """All that the process holds: libpq keeps what it has read outside of Python."""
    database = make_postgres(
        "CREATE TABLE t (id int PRIMARY KEY, note text)",
        "INSERT INTO t SELECT n, repeat('x', 1500) FROM generate_series(1, 40000) AS n",
    )
    held: list[int] = []

    def look(done: int, total: int | None) -> None:
        held.append(int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE)

    def write(condition: str) -> int:
        seen = View(database.find("t"), ("id", "note"), filters=(ColumnFilter("id", condition),))
        export(database, seen, None, tmp_path / "t", ExportOptions(kind), token=CancelToken(), progress=look)
        return max(held)

    before = write("<= 2000")
    grown = write("<= 40000") - before
    assert (tmp_path / "t").stat().st_size > 60_000_000
    assert grown < 15_000_000


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("posts", "posts.csv"),
        ("../../etc/passwd", "_.._etc_passwd.csv"),
        ("a/b\\c:d", "a_b_c_d.csv"),
        ("..", "export.csv"),
    ],
)
def test_suggested_names_stay_in_the_folder(table: str, name: str) -> None:
    assert suggested_name(table, format_named("csv")) == name


def test_endings_tell_the_format() -> None:
    assert [format_of(Path(f"x{f.suffix.upper()}")) for f in FORMATS] == list(FORMATS)
    with pytest.raises(RefusedError, match="does not tell the format"):
        format_of(Path("x.pdf"))
    with pytest.raises(RefusedError, match="There is no format “pdf”"):
        format_named("pdf")
