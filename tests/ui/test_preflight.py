"""What is looked for before Qt is loaded, libraries and a display, told in a sentence and not by an abort."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ui import preflight

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)


def test_a_missing_library_is_named_with_the_line_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "LIBRARIES", {"libxcb-cursor-missing.so.0": "libxcb-cursor0"})
    sentence = preflight.missing_for_window()
    assert sentence is not None
    assert "apt-get install -y --no-install-recommends libxcb-cursor0" in sentence
    assert sentence == preflight.missing_for_tour()


def test_everything_is_here_on_an_off_screen_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert preflight.missing_for_window() is None


@pytest.mark.usefixtures("no_screen")
def test_no_display_is_said_in_a_sentence() -> None:
    sentence = preflight.missing_for_window()
    assert sentence is not None and sentence.startswith("There is no display")
    assert preflight.missing_for_tour() is None


@pytest.mark.usefixtures("no_screen")
@pytest.mark.parametrize(("variable", "value"), [("DISPLAY", ":987"), ("WAYLAND_DISPLAY", "wayland-987")])
def test_a_dead_display_is_no_display(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    assert not preflight.has_display()


@pytest.mark.usefixtures("no_screen")
def test_the_program_ends_with_that_sentence_and_not_with_an_abort() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    environment["DISPLAY"] = ":987"
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("There is no display")
    assert len(done.stderr.splitlines()) == 1


def test_libraries_are_not_installed_for_somebody_who_is_not_root(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(preflight, "LIBRARIES", {"libnowhere.so.9": "libnowhere9"})
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("nothing may be installed"))
    assert preflight.main(["libraries"]) == 1
    assert "sudo apt-get install -y --no-install-recommends libnowhere9" in capsys.readouterr().err


@pytest.mark.usefixtures("no_screen")
def test_the_makefile_learns_that_there_is_no_display(capsys: pytest.CaptureFixture[str]) -> None:
    assert preflight.main(["display"]) == 1
    assert "Taking the tour" in capsys.readouterr().err
