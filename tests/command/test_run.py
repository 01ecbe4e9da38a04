"""The command line without a window: exit status, one sentence, nothing half done."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from pathlib import Path

import pytest

from desktop.base.cancel import CancelToken
from desktop.command import run
from desktop.command.arguments import ExportCommand, ImportCommand, parse
from desktop.command.export import run_export
from desktop.command.run import run_command
from desktop.schema.database import Database
from tests.fixtures.databases import OpenSecond


@pytest.fixture
def target(newsroom: Database) -> str:
    """What a person types for the newsroom on either backend."""
    if newsroom.profile.backend == "sqlite":
        return newsroom.profile.path
    profile = newsroom.profile
    options = profile.options["options"].replace("=", "%3D").replace(" ", "%20")
    return f"postgresql://{profile.user}@{profile.host}:{profile.port}/{profile.database}?options={options}"


def command(*words: str | Path) -> int:
    parsed = parse([str(word) for word in words])
    assert isinstance(parsed, (ExportCommand, ImportCommand))
    return run_command(parsed)


def test_export(target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    status = command(
        *("export", target, "Posts", out, "--filter", "status=published", "--filter", "VIEW_COUNT=>= 20000"),
        *("--sort", "-view_count", "--columns", "title,tags,author_id"),
    )
    assert (status, *capsys.readouterr()) == (0, "Exported 1 record.\n", "")
    assert out.read_text() == "title,author_id,tags\nÉlection: la soirée en direct,Zoé Müller,city\n"


def test_export_of_all_columns_and_deleted_records(target: str, newsroom: Database, tmp_path: Path) -> None:
    with newsroom.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE posts SET deleted_at = CURRENT_TIMESTAMP WHERE id = 3")
    assert command("export", target, "posts", tmp_path / "seen.jsonl") == 0
    assert command("export", target, "posts", tmp_path / "all.jsonl", "--deleted") == 0
    assert [len((tmp_path / f"{n}.jsonl").read_text().splitlines()) for n in ("seen", "all")] == [5, 6]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nothing", "out.csv"], "There is no table named nothing."),
        (["post", "out.csv"], "There is no table named post. Did you mean posts?"),
        (["posts", "out.pdf"], "The name “out.pdf” does not tell the format"),
        (["posts", "missing/out.csv"], "There is no folder “missing”."),
        (["posts", "out.csv", "--columns", "nope"], "posts has no column named nope."),
        (["posts", "out.csv", "--sort", "-nope"], "posts has no column named nope."),
        (["posts", "out.csv", "--filter", "view_count=>= abc"], "abc"),
        (["tags", "in.csv", "--on-conflict", "stop"], "There is no file “in.csv”."),
    ],
)
def test_refusals_are_one_sentence(
    target: str,
    words: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    assert command("import" if "--on-conflict" in words else "export", target, *words) == 1
    said = capsys.readouterr()
    assert sentence in said.err
    assert (said.out, said.err.count("\n"), list(work.iterdir())) == ("", 1, [])


def test_mistyped_database_is_not_created(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("export", tmp_path / "typo.sqlite", "posts", tmp_path / "out.csv") == 1
    assert "There is no file" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_import(
    target: str, newsroom: Database, second: OpenSecond, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "in.csv"
    file.write_text("Name;Slug\nWater!;water\nsea;sea\n")
    words = ("import", target, "tags", file, "--on-conflict", "update", "--key", "slug")
    assert command(*words, "--dry-run") == 0
    assert "Dry run: nothing was kept." in capsys.readouterr().out
    assert command(*words) == 0
    assert capsys.readouterr().out == "1 inserted, 1 updated, 0 skipped, 0 refused.\n"
    rows = second(newsroom).exec_driver_sql("SELECT name, slug FROM tags WHERE slug IN ('water', 'sea')")
    assert {tuple(row) for row in rows} == {("Water!", "water"), ("sea", "sea")}


def test_import_with_a_refused_row_is_not_a_success(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "in.csv"
    file.write_text("name,slug\nsea,sea\n,dry\n")
    assert command("import", target, "tags", file, "--on-conflict", "skip") == 1
    said = capsys.readouterr()
    assert said.err == "Line 3: Name must be filled in.\n"
    assert said.out == "1 inserted, 0 updated, 0 skipped, 1 refused.\n"
    assert command("import", target, "tags", file, "--on-conflict", "stop") == 1
    assert "Nothing was written." in capsys.readouterr().out


def test_unknown_columns_are_refused_unless_chosen(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "in.csv"
    file.write_text("name,slug,colour\nsea,sea,blue\n")
    words = ("import", target, "tags", file, "--on-conflict", "stop")
    assert command(*words) == 1
    assert "tags has no column named “colour”" in capsys.readouterr().err
    assert command(*words, "--columns", "name,slug") == 0


ENDLESS = (
    "CREATE VIEW endless AS WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT n FROM n"
)


def test_ctrl_c_interrupts_a_running_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "endless.sqlite", tmp_path / "out.csv"
    connection = sqlite3.connect(path)
    connection.execute(ENDLESS)
    connection.close()
    out.write_text("old")

    def export_and_press_ctrl_c(command: ExportCommand, token: CancelToken) -> int:
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        return run_export(command, token)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(run, "run_export", export_and_press_ctrl_c)
    assert command("export", path, "endless", out) == 130
    assert capsys.readouterr().err == "Interrupted; nothing was changed.\n"
    assert (out.read_text(), [p.name for p in tmp_path.glob("*.part")]) == ("old", [])
    assert signal.getsignal(signal.SIGINT) is before


def test_details_are_told_where_the_hint_speaks_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "postgresql://ann:secret@127.0.0.1:1/crm?sslmode=bogus"
    assert command("export", url, "t", tmp_path / "out.csv") == 1
    said = capsys.readouterr().err
    assert "bogus" in said and "secret" not in said and said.count("\n") == 1


def test_a_bug_is_one_sentence_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(command: ExportCommand, token: CancelToken) -> int:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(run, "run_export", broken)
    assert command("export", "a", "b", "c.csv") == 1
    assert capsys.readouterr().err == (
        "Something unexpected went wrong: ZeroDivisionError: division by zero\n"
    )
