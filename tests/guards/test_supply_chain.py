"""PySide6 6.12.0 loses references of None on Python < 3.12 and ends the process: the two must never meet."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import PySide6
from PySide6.QtCore import QObject, Signal

ROOT = Path(__file__).resolve().parents[2]
UNSAFE_FROM = (6, 12)
MANY = 300


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])


def test_the_locked_pyside_is_older_than_the_one_that_aborts() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked = {package["name"]: package.get("version", "") for package in lock["package"]}
    assert _version(locked["pyside6-essentials"]) < UNSAFE_FROM


def test_the_project_pins_it_for_everybody_who_resolves_anew() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "PySide6-Essentials>=6.11,<6.12" in project["project"]["dependencies"]


def test_what_runs_here_is_safe_on_this_python() -> None:
    assert _version(PySide6.__version__) < UNSAFE_FROM or sys.version_info >= (3, 12)


class _Sender(QObject):
    sent = Signal(object)


def test_void_calls_and_emits_keep_their_references() -> None:
    sender = _Sender()
    none_before, true_before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(MANY):
        sender.setObjectName("x")
        sender.sent.emit(True)
    assert sys.getrefcount(None) > none_before - MANY // 2
    assert sys.getrefcount(True) > true_before - MANY // 2
