"""CSV made by the database: byte for byte what the cursor writes, for every kind and hard values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.refusal import Reason, RefusedError
from desktop.browse import fetch
from desktop.browse.selection import AllMatching, ChosenKeys
from desktop.browse.view import ColumnFilter, Sort, View
from desktop.schema.database import Database
from desktop.transfer import csv_finish
from desktop.transfer import export as export_module
from desktop.transfer.export import ExportOptions, export
from desktop.transfer.fast_path import Slow, fast_path
from desktop.transfer.layout import lay_out
from desktop.values.locale import PLAIN
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.transfer.kinds import MANY

Written = Callable[..., bytes]
CSV = ExportOptions("csv")


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """The file of a view, made the fast way (and no other) or by the cursor."""

    def write(
        database: Database, view: View, *, fast: bool, chosen: ChosenKeys | None = None, **how: object
    ) -> bytes:
        path = tmp_path / f"{'fast' if fast else 'slow'}.{how.pop('kind', 'csv')}"
        options = ExportOptions(path.suffix[1:], **how)  # type: ignore[arg-type]
        with monkeypatch.context() as patch:
            if fast:
                patch.setattr(fetch, "stream", None)
            else:
                patch.setattr(export_module, "fast_path", lambda *a, **k: Slow("test"))
            export(database, view, chosen, path, options, token=CancelToken())
        return path.read_bytes()

    return write


def _same(written: Written, database: Database, view: View, **how: object) -> bytes:
    fast, slow = written(database, view, fast=True, **how), written(database, view, fast=False, **how)
    differing = [
        pair for pair in zip(fast.split(b"\r\n"), slow.split(b"\r\n"), strict=False) if pair[0] != pair[1]
    ]
    assert differing[:3] == []
    assert fast == slow
    return fast


def _view(database: Database, *columns: str, **more: object) -> View:
    table = database.find("t")
    return View(table, columns or tuple(c.name for c in database.table(table).columns), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["csv", "tsv"])
@pytest.mark.parametrize("protect", [True, False], ids=["protected", "as stored"])
def test_every_value_of_every_kind_is_the_same(
    every_kind: Database, written: Written, kind: str, protect: bool
) -> None:
    file = _same(written, every_kind, _view(every_kind), kind=kind, protect_formulas=protect)
    assert file.count(b"\n") > 200


def test_names_of_foreign_keys_are_the_same(every_kind: Database, written: Written) -> None:
    named = _same(written, every_kind, _view(every_kind, "ref", "txt"), names=True)
    ids = _same(written, every_kind, _view(every_kind, "ref", "txt"), names=False)
    assert named != ids


def test_filters_order_and_selection_are_the_same(every_kind: Database, written: Written) -> None:
    """What was typed goes into COPY as values, quotes, percent signs and all."""
    seen = _view(every_kind, "id", "txt", filters=(ColumnFilter("txt", '"%s %(x)s %%"'),))
    assert _same(written, every_kind, seen).count(b"\r\n") == 2
    seen = _view(every_kind, "id", "txt", filters=(ColumnFilter("txt", '"say \\"hi\\""'),))
    _same(written, every_kind, _view(every_kind, "id", "txt", search="it's; --", sort=(Sort("txt"),)))
    seen = _view(every_kind, "id", sort=(Sort("id", descending=True),))
    chosen = ChosenKeys(seen.table, ((2,), (5,), (3,)))
    assert _same(written, every_kind, seen, chosen=chosen) == b"id\r\n5\r\n3\r\n2\r\n"


def test_a_single_column_tells_null_from_empty(every_kind: Database, written: Written) -> None:
    file = _same(written, every_kind, _view(every_kind, "note"), header=False, bom=True)
    assert (file[:3], b'""\r\n' in file, b"\r\n\r\n" in b"\r\n" + file[3:]) == (b"\xef\xbb\xbf", True, True)


def test_text_that_would_blur_the_lines_is_read_again_by_the_cursor(
    make_sqlite: MakeDatabase, tmp_path: Path
) -> None:
    database = make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT, free)")
    rows = [(f"row {n}", 0) for n in range(5_000)] + [(b"ab\xff\xfec", -0.0)]
    with database.engine.begin() as connection:
        for n, row in enumerate(rows):
            connection.exec_driver_sql("INSERT INTO t VALUES (?, CAST(? AS TEXT), ?)", (n, *row))
    export(database, _view(database), None, tmp_path / "t.csv", CSV, token=CancelToken())
    lines = (tmp_path / "t.csv").read_bytes().split(b"\r\n")
    assert (len(lines), lines[1], lines[-2]) == (5_003, b"0,row 0,0", b"5000,ab\\xff\\xfec,'-0.0")


@pytest.mark.parametrize("value", [-1.2094473038302113e250, 1.0341020896806872e195, 1e300, float("inf")])
def test_a_double_that_sqlite_writes_as_another_is_read_by_the_cursor(
    make_sqlite: MakeDatabase, tmp_path: Path, value: float
) -> None:
    database = make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, a REAL)")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1, ?)", (value,))
    export(
        database,
        _view(database, "a"),
        None,
        tmp_path / "t.csv",
        ExportOptions("csv", protect_formulas=False),
        token=CancelToken(),
    )
    assert (tmp_path / "t.csv").read_text() == f"a\n{value!r}\n"


def test_a_negative_zero_of_a_view_is_read_by_the_cursor(make_sqlite: MakeDatabase, tmp_path: Path) -> None:
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a REAL)",
        "INSERT INTO t VALUES (1, 0), (2, 1.5)",
        "CREATE VIEW v AS SELECT id, a FROM t WHERE 0 UNION ALL SELECT id, -0.0 FROM t",
    )
    seen = View(database.find("v"), ("a",))
    export(
        database,
        seen,
        None,
        tmp_path / "v.csv",
        ExportOptions("csv", protect_formulas=False),
        token=CancelToken(),
    )
    assert (tmp_path / "v.csv").read_text() == "a\n-0.0\n-0.0\n"


@pytest.mark.parametrize("count", [100, 127, 128, 300])
def test_a_table_of_very_many_columns_comes_out_whole(
    make_database: MakeDatabase, tmp_path: Path, count: int
) -> None:
    names = [f"c{number}" for number in range(count)]
    database = make_database(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, {', '.join(f'{name} INTEGER' for name in names)})",
        f"INSERT INTO t VALUES (1, {', '.join(map(str, range(count)))})",  # noqa: S608
    )
    export(database, _view(database), None, tmp_path / "t.csv", CSV, token=CancelToken())
    head, row = (tmp_path / "t.csv").read_text().splitlines()
    assert head.split(",") == ["id", *names]
    assert row.split(",") == ["1", *map(str, range(count))]


def test_a_percent_sign_in_a_name_is_a_name(make_database: MakeDatabase, written: Written) -> None:
    database = make_database(
        'CREATE TABLE "t" (id INTEGER PRIMARY KEY, "50% off" TEXT, "100%%" TEXT)',
        "INSERT INTO t VALUES (1, '5%', '%s')",
    )
    assert _same(written, database, _view(database)) == b"id,50% off,100%%\r\n1,5%,%s\r\n"


def test_lines_that_are_quicker_by_the_cursor_are_left_to_it(
    make_sqlite: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long doubles have to be read one by one; after the first thousand it is known."""
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a REAL)",
        "INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 20000)"
        " SELECT n, n / 7.0 FROM s",
    )
    singly: list[bytes] = []
    read = csv_finish.Finisher._read

    def counted(self: csv_finish.Finisher, line: bytes) -> bytes:
        singly.append(line)
        return read(self, line)

    monkeypatch.setattr(csv_finish.Finisher, "_read", counted)
    export(database, _view(database), None, tmp_path / "t.csv", CSV, token=CancelToken())
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines[1:] == [f"{n},{n / 7.0!r}" for n in range(1, 20_001)]
    assert 500 < len(singly) < 5_000


def test_a_text_too_long_as_a_line_is_read_by_the_cursor(
    make_sqlite: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON doubles each quotation mark; what is stored is not too long."""
    monkeypatch.setattr("desktop.transfer.line_pages.MOST_BYTES", 150_000)
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)",
        "INSERT INTO t VALUES (1, 'short'), (2, replace(hex(zeroblob(50000)), '0', '\"'))",
    )
    export(database, _view(database), None, tmp_path / "t.csv", CSV, token=CancelToken())
    assert (tmp_path / "t.csv").read_bytes() == b'id,note\r\n1,short\r\n2,"' + b'"' * 200_000 + b'"\r\n'


def test_what_must_be_seen_value_by_value_says_why(
    newsroom: Database, make_postgres: MakeDatabase, make_sqlite: MakeDatabase
) -> None:
    def reason(database: Database, view: View) -> str:
        layout = lay_out(database.table(view.table), view, names=True)
        way = fast_path(database, view, AllMatching(view), layout, protect=True, delimiter=",", locale=PLAIN)
        return way.reason if isinstance(way, Slow) else ""

    posts = newsroom.find("posts")
    assert reason(newsroom, View(posts, ("id", "title", "author_id"))) == ""
    assert "linked records" in reason(newsroom, View(posts, ("id",), ("tags",)))
    zoned = make_postgres("CREATE TABLE t (id int PRIMARY KEY, at timetz)")
    assert "at holds times with a zone" in reason(zoned, _view(zoned))
    assert reason(zoned, _view(zoned, "id")) == ""
    wide = make_sqlite("PRAGMA encoding = 'UTF-16'", "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    assert "UTF-8" in reason(wide, _view(wide))


def test_cancelling_and_a_full_disk_leave_the_old_file(
    many: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")
    seen: list[int] = []
    token = CancelToken()

    def cancel(done: int, total: int | None) -> None:
        assert total == MANY
        seen.append(done)
        if done:
            token.cancel()

    with pytest.raises(CancelledError):
        export(many, _view(many), None, path, CSV, token=token, progress=cancel)
    assert seen[0] == 0 and 0 < seen[-1] < MANY

    def full(self: object, rows: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop.transfer.csv_file.CsvWriter.append", full)
    with pytest.raises(RefusedError, match="no room left"):
        export(many, _view(many), None, path, CSV, token=CancelToken())
    monkeypatch.undo()
    assert [p.name for p in tmp_path.iterdir() if p.suffix in (".csv", ".part")] == ["t.csv"]
    assert path.read_text() == "old"
    export(many, _view(many), None, path, CSV, token=CancelToken())  # nothing is left stuck
    assert path.read_bytes().count(b"\n") == MANY + 1


def test_what_ends_a_copy_half_way_is_told(
    make_postgres: MakeDatabase, second: OpenSecond, tmp_path: Path
) -> None:
    """The server stops at a row it cannot compute, or is gone: no half file, and the reason in words."""
    database = make_postgres(
        "CREATE TABLE t (id int PRIMARY KEY)",
        "INSERT INTO t SELECT n FROM generate_series(1, 5000) AS n",
        "CREATE VIEW v AS SELECT id, 1 / (4000 - id) AS x FROM t",
    )
    seen = View(database.find("v"), ("id", "x"))
    with pytest.raises(sa.exc.DataError, match="division by zero"):
        export(database, seen, None, tmp_path / "v.csv", CSV, token=CancelToken())

    wide = make_postgres(
        "CREATE TABLE cut_off (id int PRIMARY KEY, note text)",
        "INSERT INTO cut_off SELECT n, repeat('x', 1000) FROM generate_series(1, 20000) AS n",
    )
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%cut_off%'"
    behind = second(wide)

    def lose(done: int, total: int | None) -> None:
        if done:
            behind.execute(sa.text(end))

    seen = View(wide.find("cut_off"), ("id", "note"))
    with pytest.raises(RefusedError) as refused:
        export(wide, seen, None, tmp_path / "t.csv", CSV, token=CancelToken(), progress=lose)
    assert refused.value.refusal.reason is Reason.CONNECTION
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []
