"""The power fails while a draft is written: what had been told to be on disk is there, and can be read.

The process is held still at any moment, in the middle of a write too, and its files are copied as a disk
would have them: without the shared memory, with a torn end.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from desktop.journal.drafts import left_behind

ROOT = Path(__file__).resolve().parents[2]
COPIES = 100 if os.environ.get("FAULTS") == "full" else 8


def _read_all(output: IO[bytes]) -> int:
    """The last number told so far."""
    told = b""
    while select.select([output], [], [], 0)[0] and (part := os.read(output.fileno(), 65536)):
        told += part
    lines = told.split(b"\n")[:-1]
    return int(lines[-1]) if lines else 0


def _copy(source: Path, target: Path, torn: bytes) -> None:
    target.mkdir()
    for file in source.glob("*.draft*"):
        if not file.name.endswith("-shm"):
            shutil.copyfile(file, target / file.name)
    for log in target.glob("*-wal"):
        with log.open("ab") as end:
            end.write(torn)


@pytest.mark.timeout(600)
def test_whatever_was_on_disk_can_be_read_after_a_power_cut(tmp_path: Path) -> None:
    chance = random.Random(20261122)  # moments to stop at
    source = tmp_path / "state"
    source.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.scribe", str(source)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    kept = 0
    try:
        assert select.select([process.stdout], [], [], 60)[0], "nothing was written"
        for number in range(COPIES):
            select.select([process.stdout], [], [], 10)
            select.select([], [], [], chance.random() * 0.1)
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
            kept = _read_all(process.stdout) or kept
            copy = tmp_path / f"copy-{number}"
            _copy(source, copy, chance.randbytes(chance.choice((0, 1, 700, 4096, 5000))))
            process.send_signal(signal.SIGCONT)
            left = left_behind(copy)
            assert left.damaged == () and len(left.drafts) == 1, f"copy {number} cannot be read"
            (draft,) = left.drafts
            found = [
                record.state.change.fields["body"].new for record in draft.records if record.state.change
            ]
            newest = max(int(str(text).split(" ")[0]) for text in found)
            assert newest >= kept, f"copy {number} ends at {newest}, {kept} was on disk"
            draft.close()
            shutil.rmtree(copy)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
