"""main.py as a person starts it: old Pythons, missing packages, poor terminals, exit status."""

from __future__ import annotations

import ast
import builtins
import os
import subprocess
import sys
from pathlib import Path

import pytest

import main
from desktop.sample.build import build_sample

ROOT = Path(main.__file__).parent


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "newsroom.sqlite"
    build_sample(path)
    return path


def start(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "main.py", *words],
        capture_output=True,
        env={**os.environ, **environment},
        encoding="utf-8",
        timeout=60,
    )


def test_export_in_a_poor_terminal(sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = start("export", sample, "posts", out, "--filter", "title=Straßenbahn", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert out.read_text().count("Straßenbahn") > 10


def test_refusal_in_a_poor_terminal(tmp_path: Path) -> None:
    done = start(
        "export", tmp_path / "fehlt-ß.sqlite", "posts", tmp_path / "out.csv", PYTHONIOENCODING="ascii"
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "There is no file" in done.stderr and "fehlt-\\xdf.sqlite" in done.stderr


def test_main_can_be_read_by_old_pythons() -> None:
    ast.parse((ROOT / "main.py").read_text(), feature_version=(3, 8))


def test_old_python_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    assert main.main([]) == 1
    assert capsys.readouterr().err == "Rowkeeper needs Python 3.11 or newer; this is 3.9.\n"


@pytest.mark.parametrize("package", ["sqlalchemy", "xlsxwriter"])
def test_missing_package_is_told_in_a_sentence(
    package: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real_import = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name.split(".")[0] in (package, "desktop") and name != "desktop.command":
            raise ModuleNotFoundError(f"No module named {package!r}", name=package)
        return real_import(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    status = main.main(["export", "a", "b", "c.csv"])
    monkeypatch.undo()
    assert status == 1
    assert capsys.readouterr().err == f"Rowkeeper needs {package}, which is not installed; run: make setup\n"


def test_missing_display_is_told_before_qt_is_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from ui import preflight

    monkeypatch.setattr(preflight, "missing_for_window", lambda: "There is no display.")
    assert main.main(["some.sqlite"]) == 1
    assert capsys.readouterr().err == "There is no display.\n"
