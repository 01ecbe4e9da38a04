"""Owns how the benchmark measures: interleaved runs, medians, memory growth; knows no job."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PAGE = 4096


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


@contextmanager
def memory_growth() -> Iterator[list[float]]:
    """Yields a list that holds the peak growth of this process's memory in MB once the block has ended."""
    start, peak, done = _resident(), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            peak[0] = max(peak[0], _resident() - start)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE / 1e6


def table(lines: list[Line]) -> str:
    """The table as Markdown."""
    rows = ["| job | Rowkeeper | limit | ratio | goal | met |", "|---|---|---|---|---|---|"]
    for line in lines:
        met = "yes" if line.met else "**no**"
        rows.append(
            f"| {line.job} | {line.ours} | {line.limit} | {line.ratio:.2f} | ≤ {line.goal:g} | {met} |"
        )
    return "\n".join(rows)
