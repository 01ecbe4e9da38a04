"""What may be typed on the command line, and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.command.arguments import (
    FORMAT_NAMES,
    Command,
    ExportCommand,
    ImportCommand,
    TourCommand,
    WindowOptions,
    parse,
)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", WindowOptions()),
        ("a.sqlite", WindowOptions("a.sqlite")),
        ("a.sqlite --table posts --read-only", WindowOptions("a.sqlite", "posts", True)),
        ("--table posts a.sqlite", WindowOptions("a.sqlite", "posts")),
        ("./export", WindowOptions("./export")),
        ("tour --out there", TourCommand(Path("there"))),
        ("export db posts out.csv", ExportCommand("db", "posts", Path("out.csv"))),
        (
            "export db posts out --filter status=draft --filter view_count=>=10 --sort created_at,-id"
            " --columns title,id --format jsonl --ids --raw --deleted",
            ExportCommand(
                "db",
                "posts",
                Path("out"),
                (("status", "draft"), ("view_count", ">=10")),
                ("created_at", "-id"),
                ("title", "id"),
                "jsonl",
                names=False,
                protect_formulas=False,
                deleted=True,
            ),
        ),
        ("export db posts out.csv --sort -id", ExportCommand("db", "posts", Path("out.csv"), sort=("-id",))),
        ("export db posts out.csv --sort=-id", ExportCommand("db", "posts", Path("out.csv"), sort=("-id",))),
        ("import db posts in.csv --on-conflict stop", ImportCommand("db", "posts", Path("in.csv"), "stop")),
        (
            "import db posts in.csv --on-conflict update --key slug,name --columns slug,name --dry-run",
            ImportCommand(
                "db", "posts", Path("in.csv"), "update", ("slug", "name"), ("slug", "name"), dry_run=True
            ),
        ),
    ],
)
def test_meaning(line: str, command: Command) -> None:
    assert parse(line.split()) == command


@pytest.mark.parametrize(
    "line",
    [
        "one two",
        "--nonsense",
        "export db posts",
        "export db posts out.csv --filter status",
        "export db posts out.csv --filter =x",
        "export db posts out.csv --format pdf",
        "export db posts out.csv --sort",
        "export db posts out.csv --columns ,",
        "import db posts in.csv",
        "import db posts in.csv --on-conflict maybe",
        "tour",
    ],
)
def test_nonsense_ends_with_usage(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(line.split())
    assert ended.value.code == 2
    assert "usage: main.py" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["--help", "export --help", "import --help", "tour --help"])
def test_help(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(line.split())
    assert ended.value.code == 0
    assert "usage: main.py" in capsys.readouterr().out


def test_formats_are_those_that_can_be_written() -> None:
    from desktop.transfer.formats import FORMATS

    assert tuple(format_.name for format_ in FORMATS) == FORMAT_NAMES
