"""What a person waits for at the start: the window is painted before anything of the database is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("sqlalchemy", "psycopg", "sqlite3", "xlsxwriter", "keyring", "qtawesome")
START = f"""
import sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from ui import app

painted = []

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint and not painted:
            painted.append([name for name in {HEAVY!r} if name in sys.modules])
        return False

def furnish(desk):
    print("painted with", *painted[0])
    print("then", *(name for name in {HEAVY[:2]!r} if name in sys.modules))
    desk.window.close()

def make(desk, *arguments, real=app.Desk.__init__):
    real(desk, *arguments)
    desk.watch = Watch(desk)
    desk.window.installEventFilter(desk.watch)

app.Desk.__init__ = make
app.Desk.furnish = furnish
app.Desk.open_first = lambda desk: None
sys.exit(app.run(app.WindowOptions()))
"""


def test_the_window_is_painted_before_the_database_layers_are_loaded(tmp_path: Path) -> None:
    folders = dict.fromkeys(("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(tmp_path))
    environment = {**os.environ, **folders, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", START]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["painted with", "then sqlalchemy psycopg"]
