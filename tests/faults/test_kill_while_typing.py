"""Killed while a person types, the program gives back every entry that had reached the disk."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from desktop.journal.drafts import drafts_folder
from tests.faults.typist import COLUMN, KEYS

ROOT = Path(__file__).resolve().parents[2]
FULL = os.environ.get("FAULTS") == "full"
BATCHES, KILLS = (20, 10) if FULL else (1, 3)
SEED = 20261122


@dataclass
class Watch:
    """What one process said before it was killed."""

    restored: dict[str, str] | None = None
    typed: dict[str, str] = field(default_factory=dict)
    """The last entry of each record."""
    kept: dict[str, str] = field(default_factory=dict)
    """Those that were on disk for sure."""

    def hear(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        if word == "restored":
            self.restored = json.loads(rest)
        elif word == "typed":
            key, _, text = rest.partition(" ")
            self.typed[key] = text
        elif word == "kept":
            self.kept = dict(self.typed)


def _watch(output: IO[str], lines: int, patience: float) -> Watch:
    """Listen to some lines, and for a moment more."""
    watch = Watch()
    for _ in range(lines):
        watch.hear(output.readline())
    if select.select([output], [], [], patience)[0]:
        watch.hear(output.readline())
    return watch


def _order(text: str) -> tuple[int, int]:
    round_, _, number = text.partition("-")
    return int(round_), int(number)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_nothing_that_was_kept_is_lost(tmp_path: Path, batch: int) -> None:
    file = tmp_path / "notes.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute(f"CREATE TABLE notes (id INTEGER PRIMARY KEY, {COLUMN} TEXT NOT NULL)")
        connection.executemany("INSERT INTO notes VALUES (?, 'as it was')", [(n + 1,) for n in range(KEYS)])
    connection.close()
    chance = random.Random(SEED + batch)  # moments to kill at
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    expected: dict[str, str] = {}
    for kill in range(KILLS + 1):
        command = [sys.executable, "-m", "tests.faults.typist", str(file), str(kill)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        watch = _watch(process.stdout, chance.randint(5, 30), chance.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:  # what it said before the signal reached it
            if line.endswith("\n"):
                watch.hear(line)
        process.wait()
        process.stdout.close()
        assert watch.restored is not None, f"kill {kill}: nothing was offered"
        for key, text in expected.items():
            found = watch.restored.get(key, "")
            assert found and _order(found) >= _order(text), f"kill {kill}: record {key} lost {text}"
        expected = {**watch.restored, **watch.kept}
    assert not list(drafts_folder().glob("*.damaged-*"))
    assert len(list(drafts_folder().glob("*.draft"))) == 1
