"""Owns how the benchmark measures: interleaved runs, medians, memory growth; knows no job."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Line:
    """One line of the table; ``ratio`` is Rowkeeper's median over the limit's, both of the same run."""

    job: str
    ours: str
    limit: str
    ratio: float
    goal: float

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal


def seconds(work: Callable[[], object]) -> float:
    """How long the work took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def compare(job: str, ours: Callable[[], float], limit: Callable[[], float], goal: float, runs: int) -> Line:
    """Run both in turn, ``runs`` times each, and compare the medians: a busy machine hits both alike."""
    pairs = [(limit(), ours()) for _ in range(runs)]
    slow = statistics.median(mine for _, mine in pairs)
    best = statistics.median(theirs for theirs, _ in pairs)
    return Line(job, f"{slow * 1000:,.0f} ms", f"{best * 1000:,.0f} ms", slow / best, goal)


def peak_memory(command: list[str]) -> float:
    """Run a command from the project's folder and return the most memory it held at once, in MB.

    The kernel's own high-water mark is asked again and again while the command runs: the one it reports at
    the end begins with the size of the process that started it.
    """
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, high_water(process.pid))
        time.sleep(0.01)
    if process.returncode:
        raise RuntimeError(f"{command[2]} ended with status {process.returncode}")
    return most / 1e3


def high_water(pid: int) -> int:
    """Kilobytes; 0 where the process has just ended."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


def table(lines: list[Line]) -> str:
    """The table as Markdown."""
    rows = ["| job | Rowkeeper | limit | ratio | goal | met |", "|---|---|---|---|---|---|"]
    for line in lines:
        met = "yes" if line.met else "**no**"
        rows.append(
            f"| {line.job} | {line.ours} | {line.limit} | {line.ratio:.2f} | ≤ {line.goal:g} | {met} |"
        )
    return "\n".join(rows)
