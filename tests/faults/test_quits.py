"""The window closed at any moment, whatever runs: the process ends well, and what was being saved is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.faults.test_kill_while_saving import url_of
from tests.fixtures.databases import MakeDatabase, OpenSecond

ROOT = Path(__file__).resolve().parents[2]
BATCHES, QUITS = (5, 10) if os.environ.get("FAULTS") == "full" else (1, 2)
NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
SAVED = sa.text("SELECT count(*) FROM notes WHERE text = 'saved'")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_quitting_with_work_under_way_ends_well(
    make_database: MakeDatabase, second: OpenSecond, batch: int
) -> None:
    database = make_database(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
        f"INSERT INTO notes {NUMBERS} SELECT i, 'words' FROM n",  # noqa: S608
    )
    behind = second(database)
    for number in range(QUITS):
        behind.execute(sa.text("UPDATE notes SET text = 'words' WHERE text = 'saved'"))
        saves = ["save"] if number % 2 else []
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.faults.quitter",
                url_of(database.profile),
                str(batch * QUITS + number),
                *saves,
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "QT_LOGGING_RULES": "*.debug=false"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, (number, done.returncode, done.stderr)
        assert "Traceback" not in done.stderr and "Destroyed" not in done.stderr, done.stderr
        promised = int(done.stdout.split()[1]) if done.stdout else 0
        assert bool(promised) is bool(saves)
        assert behind.scalar(SAVED) == promised, number
