"""What a person waits for at the start: the window is painted before anything of the database is loaded."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("sqlalchemy", "psycopg", "xlsxwriter", "keyring", "qtawesome")
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

def open_first(desk):
    print("painted with", *painted[0])
    print("then", *(name for name in {HEAVY[:2]!r} if name in sys.modules))
    desk.window.close()

def make(desk, *arguments, real=app.Desk.__init__):
    real(desk, *arguments)
    desk.watch = Watch(desk)
    desk.window.installEventFilter(desk.watch)

app.Desk.__init__ = make
app.Desk.open_first = open_first
sys.exit(app.run(app.WindowOptions()))
"""
ON_USE = (
    *("psycopg", "xlsxwriter", "pyarrow", "keyring", "sqlalchemy.orm", "sqlalchemy.dialects.postgresql"),
    *(
        "desktop.edit.unit",
        "desktop.schema.reflect_postgres",
        "desktop.journal.drafts",
        "desktop.journal.saves",
        "desktop.sample.build",
        "ui.window.commands",
        "ui.panels",
        "ui.forms",
        "ui.editors",
    ),
)
FIRST_ROWS = f"""
import sys
from ui import app

def load(desk, module, done, real=app.Desk._load):
    if desk._workspace is None:
        real(desk, module, done)
    else:
        print("rows" if desk._workspace.tab.model.row_at(0) else "no rows", "before", module)
        print("with", *(name for name in {ON_USE!r} if name in sys.modules))
        desk.window.close()

app.Desk._load = load
sys.exit(app.run(app.WindowOptions(database=sys.argv[1], table="notes")))
"""

SERVED = """
import gc, sys
from ui import app

def make(desk, *arguments, real=app.Desk.__init__):
    real(desk, *arguments)
    left_out = gc.get_freeze_count()
    desk.served.connect(lambda: print("loaded is left out" if gc.get_freeze_count() > left_out else "is not"))
    desk.served.connect(desk.window.close)

app.Desk.__init__ = make
sys.exit(app.run(app.WindowOptions(database=sys.argv[1], table="notes")))
"""


def test_the_window_is_painted_before_the_database_layers_are_loaded(tmp_path: Path) -> None:
    assert _said(tmp_path, START) == ["painted with", "then sqlalchemy"]


def test_the_first_rows_of_a_file_wait_for_nothing_that_they_do_not_need(tmp_path: Path) -> None:
    said = _said(tmp_path, FIRST_ROWS, _notes(tmp_path))
    assert said == ["rows before ui.window.commands", "with"]


def test_once_all_is_loaded_it_is_never_looked_at_for_garbage(tmp_path: Path) -> None:
    assert _said(tmp_path, SERVED, _notes(tmp_path)) == ["loaded is left out"]


def _notes(folder: Path) -> str:
    """A file with one note."""
    file = folder / "notes.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)")
        connection.execute("INSERT INTO notes (body) VALUES ('The gulls know')")
    return str(file)


def _said(folder: Path, code: str, *arguments: str) -> list[str]:
    """What a fresh interpreter prints that runs the code, its settings in that folder."""
    folders = dict.fromkeys(("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(folder))
    environment = {**os.environ, **folders, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
