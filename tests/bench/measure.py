"""Owns how the benchmark measures: interleaved runs, medians, memory growth; knows no job."""

from __future__ import annotations

import gc
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Line:
    """One line of the table; ``ratio`` is Rowkeeper's median over the limit's, both of the same run, or None
    where one of them could not be measured."""

    job: str
    ours: str
    limit: str
    ratio: float | None
    goal: float

    @property
    def met(self) -> bool:
        return self.ratio is not None and self.ratio <= self.goal


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
    return Line(job, _shown(slow), _shown(best), slow / best, goal)


def compare_each(
    job: str,
    ours: Callable[[T], object],
    limit: Callable[[T], object],
    places: Sequence[T],
    goal: float,
    runs: int,
) -> Line:
    """As ``compare`` of something too short for a clock to be trusted once: each place in turn by both, now
    the one first and now the other, and the medians of all of them.

    No garbage is collected meanwhile: the program does that between two events, never while it reads."""
    pairs = []
    gc.collect()
    gc.disable()
    for number, place in enumerate([place for _ in range(runs) for place in places]):
        work = [partial(limit, place), partial(ours, place)]
        order = (0, 1) if number % 2 else (1, 0)
        times = {which: seconds(work[which]) for which in order}
        pairs.append((times[0], times[1]))
    gc.enable()
    best, slow = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Line(job, _shown(slow), _shown(best), slow / best, goal)


def _shown(taken: float) -> str:
    return f"{taken * 1000:,.2f} ms" if taken < 0.01 else f"{taken * 1000:,.0f} ms"


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
        ratio = "–" if line.ratio is None else f"{line.ratio:.2f}"
        rows.append(f"| {line.job} | {line.ours} | {line.limit} | {ratio} | ≤ {line.goal:g} | {met} |")
    return "\n".join(rows)
