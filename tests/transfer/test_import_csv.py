"""Importing CSV files: matching, converting, names into keys, refused rows by line, round trips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.refusal import Reason, RefusedError
from desktop.edit.load import LoadResult, OnConflict
from desktop.schema.database import Database
from desktop.transfer.export import ExportOptions, export
from desktop.transfer.import_csv import import_csv, match_columns, read_csv
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.transfer.test_csv_source import SPECTRUM
from tests.transfer.test_export import view


def load(
    database: Database,
    table: str,
    path: Path,
    text: str,
    on_conflict: OnConflict = OnConflict.STOP,
    *key: str,
) -> LoadResult:
    path.write_text(text, newline="")
    source = read_csv(path)
    name = database.find(table)
    return import_csv(
        database, name, source, match_columns(source.header, database.table(name)), on_conflict, key
    )


def stored(connection: sa.Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(sa.text(query))]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "in.csv"


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("title", "title"),
        ("TITLE", "title"),
        ("Created at", "created_at"),
        ("created-at", "created_at"),
        ("Author", "author_id"),
        ("author_id", "author_id"),
        ("nonsense", None),
        ("", None),
    ],
)
def test_matching_by_name_and_heading(newsroom: Database, title: str, column: str | None) -> None:
    match = match_columns([title], newsroom.table(newsroom.find("posts")))[0]
    assert (match.column, bool(match.reason)) == (column, column is None)


def test_a_column_is_matched_once(newsroom: Database) -> None:
    matches = match_columns(["Title", "title"], newsroom.table(newsroom.find("posts")))
    assert [match.column for match in matches] == ["title", None]
    assert matches[1].reason == "“title” and “Title” are the same column."


def test_computed_columns_are_left_out(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, twice INTEGER GENERATED ALWAYS AS (n * 2) STORED)"
    )
    matches = match_columns(["id", "n", "twice"], database.table(database.find("t")))
    assert [(match.column, match.computed) for match in matches] == [
        ("id", False),
        ("n", False),
        (None, True),
    ]


def test_values_names_and_defaults(newsroom: Database, file: Path, second: OpenSecond) -> None:
    text = (
        "Author,title,body,status,view_count,deleted_by\n"
        'Zoé Müller,New,"two\nlines",,,\n'
        '2,"\'=1+1","",Published,"1234",""\n'
    )
    result = load(newsroom, "posts", file, text)
    assert (result.inserted, result.refused, result.written) == (2, (), True)
    assert stored(
        second(newsroom),
        "SELECT author_id, title, body, status, view_count, deleted_by FROM posts WHERE id > 6 ORDER BY id",
    ) == [
        (3, "New", "two\nlines", "draft", 0, None),
        (2, "=1+1", "", "published", 1234, ""),
    ]


@pytest.mark.parametrize(
    ("line", "reason", "sentence", "field"),
    [
        ("Nobody,T,B,0", Reason.MISSING_PARENT, "There is no user named “Nobody”.", "author_id"),
        ("1,,B,0", Reason.REQUIRED, "Title must be filled in.", "title"),
        ("1,T,B,many", Reason.BAD_VALUE, "View count: “many” is not a whole number.", "view_count"),
        (
            f"1,{'x' * 201},B,0",
            Reason.BAD_VALUE,
            "Title may have 200 characters at most; this has 201.",
            "title",
        ),
        ("1,T,B", Reason.BAD_VALUE, "There are 3 fields here but 4 in the header.", None),
    ],
)
@pytest.mark.parametrize("on_conflict", [OnConflict.STOP, OnConflict.SKIP])
def test_bad_rows_are_refused_with_their_line(
    newsroom: Database,
    file: Path,
    second: OpenSecond,
    line: str,
    reason: Reason,
    sentence: str,
    field: str | None,
    on_conflict: OnConflict,
) -> None:
    text = f'author_id,title,body,view_count\n1,Good,"a\nb",0\n{line}\n1,Good,B,0\n'
    result = load(newsroom, "posts", file, text, on_conflict)
    assert [row.line for row in result.refused] == [4]
    refusal = result.refused[0].refusal
    assert (refusal.reason, refusal.sentence, refusal.fields) == (reason, sentence, (field,) if field else ())
    stopped = on_conflict is OnConflict.STOP
    assert (result.written, result.inserted) == (not stopped, 0 if stopped else 2)
    assert stored(second(newsroom), "SELECT count(*) FROM posts") == [(6 if stopped else 8,)]


def test_database_refusals_carry_the_line_of_the_file(newsroom: Database, file: Path) -> None:
    text = 'name,slug\n"sea\nside",sea\nwet,\nwater,other\ndry,dry\n'
    result = load(newsroom, "tags", file, text, OnConflict.UPDATE, "slug")
    assert (result.inserted, [row.line for row in result.refused]) == (2, [4, 5])
    assert result.refused[1].refusal.reason is Reason.UNIQUE


def test_ambiguous_name_is_refused(newsroom: Database, file: Path) -> None:
    with newsroom.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO users (id, name, email) VALUES (9, 'Ada Lovelace', 'a2@example.org')"
        )
    result = load(newsroom, "posts", file, "author_id,title,body\nAda Lovelace,T,B\n")
    assert result.refused[0].refusal.sentence == "2 users are named “Ada Lovelace”; give the number instead."


def test_name_in_another_case_is_found(newsroom: Database, file: Path) -> None:
    assert load(newsroom, "posts", file, "author_id,title,body\nada lovelace,T,B\n").inserted == 1


@pytest.mark.parametrize(
    ("on_conflict", "counts", "name"),
    [
        (OnConflict.SKIP, (1, 0, 1), "water"),
        (OnConflict.UPDATE, (1, 1, 0), "Water!"),
    ],
)
def test_duplicates(
    newsroom: Database,
    file: Path,
    second: OpenSecond,
    on_conflict: OnConflict,
    counts: tuple[int, int, int],
    name: str,
) -> None:
    result = load(newsroom, "tags", file, "name,slug\nWater!,water\nsea,sea\n", on_conflict, "slug")
    assert (result.inserted, result.updated, result.skipped) == counts
    assert stored(second(newsroom), "SELECT name FROM tags WHERE slug = 'water'") == [(name,)]


def test_dry_run_counts_and_keeps_nothing(newsroom: Database, file: Path, second: OpenSecond) -> None:
    file.write_text("name,slug\nsea,sea\n")
    source = read_csv(file)
    tags = newsroom.find("tags")
    matches = match_columns(source.header, newsroom.table(tags))
    result = import_csv(newsroom, tags, file, matches, OnConflict.STOP, dry_run=True)
    assert (result.inserted, result.written) == (1, False)
    assert stored(second(newsroom), "SELECT count(*) FROM tags") == [(3,)]


def test_cancelled_import_writes_nothing(newsroom: Database, file: Path, second: OpenSecond) -> None:
    file.write_text("name,slug\n" + "".join(f"n{n},s{n}\n" for n in range(3_000)))
    tags = newsroom.find("tags")
    token = CancelToken()
    with pytest.raises(CancelledError):
        import_csv(
            newsroom,
            tags,
            file,
            match_columns(("name", "slug"), newsroom.table(tags)),
            OnConflict.STOP,
            token=token,
            progress=lambda done, total: token.cancel(),
        )
    assert stored(second(newsroom), "SELECT count(*) FROM tags") == [(3,)]


def test_no_matching_column_is_refused(newsroom: Database, file: Path) -> None:
    with pytest.raises(RefusedError, match="No column of the file"):
        load(newsroom, "tags", file, "x,y\n1,2\n")


def test_export_reads_back_exactly(make_database: MakeDatabase, tmp_path: Path, second: OpenSecond) -> None:
    columns = (
        "id INTEGER PRIMARY KEY, t TEXT, n NUMERIC(20, 6), d DATE, m TIMESTAMP, b BOOLEAN, i BIGINT, f FLOAT"
    )
    big, small = 2**63 - 1, -(2**63)
    first = f"(1, '', 12345678901234.123456, '2024-02-29', '2024-05-01 10:00:00.123456', true, {big}, 0.1)"
    third = f"(3, '''=1+1', -0.000001, '1899-12-31', '1969-01-01 00:00:01.500000', false, {small}, 1e300)"
    database = make_database(
        f"CREATE TABLE one ({columns})",
        f"CREATE TABLE two ({columns})",
        f"INSERT INTO one VALUES {first}, {third}",  # noqa: S608
        "INSERT INTO one VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        "INSERT INTO one VALUES (4, '=1+1', 0, '9999-12-31', '9999-12-31 23:59:59.999999', true, 0, -1.5)",
    )
    one = database.table(database.find("one"))
    names = [column.name for column in one.columns]
    path = tmp_path / "out.csv"
    export(
        database, view(database, *names, table="one"), None, path, ExportOptions("csv"), token=CancelToken()
    )
    two = database.find("two")
    result = import_csv(database, two, path, match_columns(names, database.table(two)), OnConflict.STOP)
    assert (result.inserted, result.refused) == (4, ())
    connection = second(database)
    assert stored(connection, "SELECT * FROM one ORDER BY id") == stored(
        connection, "SELECT * FROM two ORDER BY id"
    )


@pytest.mark.skipif(not SPECTRUM.exists(), reason="the folder of sample data is not beside the checkout")
@pytest.mark.parametrize("path", sorted(SPECTRUM.glob("csvs/*.csv")), ids=lambda path: path.stem)
def test_spectrum_goes_in_and_out(make_database: MakeDatabase, path: Path, tmp_path: Path) -> None:
    source = read_csv(path)
    columns = ", ".join(f'"{name}" TEXT' for name in source.header)
    database = make_database(f"CREATE TABLE t (rec INTEGER PRIMARY KEY, {columns})")
    table = database.find("t")
    numbered = tmp_path / "numbered.csv"
    names = ("rec", *source.header)
    lines = [names, *((str(n), *row.cells) for n, row in enumerate(source.rows()))]
    _write(numbered, lines)
    matches = match_columns(names, database.table(table))
    assert import_csv(database, table, numbered, matches, OnConflict.STOP).inserted == len(lines) - 1
    out = tmp_path / "out.csv"
    seen = view(database, *names, table="t")
    export(database, seen, None, out, ExportOptions("csv"), token=CancelToken())
    assert list(read_csv(out, delimiter=",").rows()) == list(read_csv(numbered, delimiter=",").rows())


def _write(path: Path, lines: Sequence[tuple[str | None, ...]]) -> None:
    def field(cell: str | None) -> str:
        return "" if cell is None else '"' + cell.replace('"', '""') + '"'

    path.write_text(
        "".join(",".join(map(field, line)) + "\r\n" for line in lines), newline="", encoding="utf-8"
    )
