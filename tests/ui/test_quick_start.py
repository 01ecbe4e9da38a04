"""A start that spares what nobody needs. It leans on how PySide loads itself: these tests notice a change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_QUICK = "from ui import quick_start; quick_start.begin()"
_MISTAKE = """
from PySide6.QtCore import QObject, QTimer
try:
    QTimer().setInterval("soon")
except TypeError as error:
    print(error)
try:
    QObject().killTimer(1, 2)
except TypeError as error:
    print(error)
print(QTimer.start.__doc__)
"""


def _printed(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_pyside_searches_no_module_for_switches_that_nobody_uses() -> None:
    looking = "import builtins, inspect; looked = []; inspect.getsource = looked.append"
    assert _printed(f"{_QUICK}\n{looking}\nimport ui.look, csv, html\nprint(len(looked))") == "0"
    assert _printed(f"{_QUICK}\nimport builtins\nprint(builtins.__import__.__name__)") != "__feature_import__"


def test_how_functions_are_called_is_compiled_when_somebody_asks() -> None:
    waiting = "from ui.lazy_signatures import _sources as waiting; import PySide6.QtWidgets"
    assert int(_printed(f"{_QUICK}\n{waiting}\nprint(len(waiting))")) >= 5
    asked = "try: PySide6.QtCore.QTimer(1)\nexcept TypeError: print(len(waiting))"
    assert int(_printed(f"{_QUICK}\n{waiting}\n{asked}")) < 5


def test_mistakes_are_told_in_pysides_own_words() -> None:
    words = _printed(_QUICK + _MISTAKE)
    assert "Supported signatures" in words
    assert words == _printed(_MISTAKE)


def test_the_window_has_the_style_that_it_is_drawn_for() -> None:
    asked = "from ui.app import application\nprint(application().style().name())"
    assert _printed(f"import os; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n{asked}") == "fusion"
