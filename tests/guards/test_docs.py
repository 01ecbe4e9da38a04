"""The documents tell the truth: commands, pictures, files and packages they name are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {"desktop", "ui", "resources", "tests", "main.py", "pyproject.toml", "README.md"}
TOP_LEVEL |= {"ARCHITECTURE.md", "CHANGELOG.md", "BENCHMARKS.md", "LICENSE", "Makefile", "uv.lock"}
TOP_LEVEL |= {".ci", ".gitignore"}
BORN_OF_USE = {".git", ".venv", "tour", "build"}


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_top_level_is_fixed() -> None:
    found = {entry.name for entry in ROOT.iterdir()}
    caches = {name for name in found if name.endswith("_cache") or name in (".hypothesis", "__pycache__")}
    assert found - BORN_OF_USE - caches == TOP_LEVEL


@pytest.mark.parametrize("command", ["make run", "make test", "make setup", "make lint", "make bench"])
def test_the_read_me_names_what_the_makefile_does(command: str) -> None:
    assert command in _read("README.md")
    assert re.search(rf"^{command.split()[1]}:", _read("Makefile"), re.MULTILINE)


def test_ci_runs_the_read_me_s_test_command_and_lint_and_types() -> None:
    script = _read(".ci/run")
    assert "make test" in script and "make lint" in script
    lint = _read("Makefile").split("\nlint:")[1].split("\n\n")[0]
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports"):
        assert tool in lint


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "BENCHMARKS.md"])
def test_every_file_a_document_links_to_is_there(document: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", _read(document))
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_read_me_shows_three_pictures_of_the_tour() -> None:
    assert len(re.findall(r"!\[[^\]]+\]\(resources/pictures/[^)]+\.png\)", _read("README.md"))) == 3


def test_the_architecture_names_every_package() -> None:
    text = _read("ARCHITECTURE.md")
    packages = [p.parent for folder in ("desktop", "ui") for p in (ROOT / folder).glob("*/__init__.py")]
    assert len(packages) > 12
    assert [str(p.relative_to(ROOT)) for p in packages if f"{p.name}/" not in text] == []


def test_every_module_the_architecture_names_is_there() -> None:
    named = re.findall(r"`((?:desktop|ui|tests)/[\w/]+\.py)`", _read("ARCHITECTURE.md"))
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).exists()] == []
