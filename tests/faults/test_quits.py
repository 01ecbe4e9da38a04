"""The window closed at any moment, whatever runs: the process ends, and ends well."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BATCHES, QUITS = (10, 10) if os.environ.get("FAULTS") == "full" else (1, 3)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_quitting_with_work_under_way_ends_well(tmp_path: Path, batch: int) -> None:
    file = tmp_path / "notes.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        connection.executemany("INSERT INTO notes VALUES (?, 'words')", [(n,) for n in range(50_000)])
    connection.close()
    for number in range(QUITS):
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.quitter", str(file), str(batch * QUITS + number)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "QT_LOGGING_RULES": "*.debug=false"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, (number, done.returncode, done.stderr)
        assert "Traceback" not in done.stderr and "Destroyed" not in done.stderr, done.stderr
