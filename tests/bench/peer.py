"""Owns the benchmark beside DB Browser for SQLite: both on one screen of their own, with keys and clicks.

Times end when the cells on that screen have last changed, read from its memory: neither program knows that it
is watched. The places of the clicks hold for a screen of 1280 x 800 and the fonts of Debian 12.
"""

from __future__ import annotations

import itertools
import mmap
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import hands
from tests.bench.hands import Act, Hands
from tests.bench.jobs import ORDERS, Bench
from tests.bench.launch import compiled
from tests.bench.measure import Line

NEEDED = ("sqlitebrowser", "Xvfb")
GOALS = {"launch to first rows": 0.7, "jump to the end": 0.25, "sort by a column without an index": 0.5}
_ROOT = Path(__file__).resolve().parents[2]
_DISPLAY = ":97"
_DARK = 120
_WHOLE = (0, 0, 1280, 800)
_LINES = 10
"""Lines of text in the cells: fewer are not yet rows."""
_QUIET = 5.0
"""Seconds without a change after which the last one counts."""
_PATIENCE = 120.0


@dataclass(frozen=True)
class Program:
    """One of the two, and where things are in its window."""

    command: Sequence[str]
    cells: tuple[int, int, int, int]
    """Left, top, right, bottom of a column of texts."""
    ready: Sequence[Sequence[Act]]
    """What is done before anything is timed: dialogs sent away, a cell clicked."""
    end: Sequence[Act]
    amount: tuple[int, int]
    """The head to click."""


class Screen:
    """The picture on the display, from the memory that Xvfb shares."""

    def __init__(self, file: Path, own: Hands) -> None:
        self.hands = own
        with file.open("rb") as opened:
            self._memory = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        head = struct.unpack(">25I", self._memory[:100])
        self._line, self._start = head[12], head[0] + 12 * head[19]

    def lines(self, area: tuple[int, int, int, int]) -> list[bytes]:
        """One channel of every line of pixels in that area."""
        left, top, right, bottom = area
        starts = (self._start + y * self._line for y in range(top, bottom))
        return [self._memory[at + 4 * left : at + 4 * right : 4] for at in starts]


def beside_peer(bench: Bench, runs: int) -> list[Line]:
    """A line per goal; none, with a word to standard error, where a program that it takes is missing."""
    missing = [name for name in NEEDED if shutil.which(name) is None] + hands.missing()
    if missing:
        sys.stderr.write(f"DB Browser for SQLite is not compared: not installed: {', '.join(missing)}.\n")
        return []
    path = bench.large.profile.path
    theirs = Program(
        ("sqlitebrowser", "-t", ORDERS.name, path),
        (206, 200, 336, 668),
        ([("key", "Escape")], [("move", "250", "271"), ("click",)], [("move", "219", "687")]),
        [("click",)],
        (455, 150),
    )
    ours = Program(
        (sys.executable, "main.py", path, "--table", ORDERS.name),
        (255, 142, 372, 752),
        ([("move", "300", "271"), ("click",)],),
        [("key", "ctrl+End")],
        (690, 124),
    )
    with _screen(bench.folder) as screen:
        own = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(bench.folder))
        environment = {**compiled(bench.folder), **own, "DISPLAY": _DISPLAY, "QT_QPA_PLATFORM": "xcb"}
        for program in (theirs, ours):  # once before: one compiles, both look for fonts
            _session(program, screen, environment)
        pairs = [
            (_session(theirs, screen, environment), _session(ours, screen, environment)) for _ in range(runs)
        ]
    return [_line(job, bench.rows, [(a[job], b[job]) for a, b in pairs]) for job in GOALS]


def _line(job: str, rows: int, pairs: list[tuple[float, float]]) -> Line:
    theirs, ours = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    name = f"{job}, {rows:,} records, against DB Browser for SQLite"
    return Line(name, f"{ours:,.0f} ms", f"{theirs:,.0f} ms", ours / theirs, GOALS[job])


@contextmanager
def _screen(folder: Path) -> Iterator[Screen]:
    with tempfile.TemporaryDirectory(dir=folder) as memory:
        command = ["Xvfb", _DISPLAY, "-screen", "0", "1280x800x24", "-wr", "-fbdir", memory]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            file = Path(memory) / "Xvfb_screen0"
            _wait(lambda: server.poll() is None and file.exists() and file.stat().st_size > 1_000_000)
            with closing(_opened()) as own:
                yield Screen(file, own)
        finally:
            server.terminate()
            server.wait()


def _session(program: Program, screen: Screen, environment: dict[str, str]) -> dict[str, float]:
    """Start it, jump to the end, sort; seconds each."""
    _wait(lambda: _bands(screen.lines(program.cells)) == 0)  # the program before it has gone
    started = time.perf_counter()
    process = subprocess.Popen(
        program.command,
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(lambda: _bands(screen.lines(program.cells)) >= _LINES)
        found = [time.perf_counter() - started]
        _still(screen)  # counting is over, and keys are heard
        for act in program.ready:
            screen.hands.do(act)
            _still(screen)
        found.append(_settled_after(program.end, program, screen))
        left, top = map(str, program.amount)
        screen.hands.do([("move", left, top)])
        found.append(_settled_after([("click",)], program, screen))
    finally:
        process.kill()
        process.wait()
    return dict(zip(GOALS, found, strict=True))


def _still(screen: Screen) -> None:
    """Until nothing has changed anywhere for a while, or something blinks."""
    started = changed = time.perf_counter()
    seen = screen.lines(_WHOLE)
    while (now := time.perf_counter()) - changed < _QUIET and now - started < 5 * _QUIET:
        time.sleep(0.05)
        picture = screen.lines(_WHOLE)
        if picture != seen:
            seen, changed = picture, time.perf_counter()


def _settled_after(acts: Sequence[Act], program: Program, screen: Screen) -> float:
    """Seconds from the key or click to the last change of the cells."""
    before = seen = screen.lines(program.cells)
    started = changed = time.perf_counter()
    screen.hands.do(acts)
    while True:
        now, picture = time.perf_counter(), screen.lines(program.cells)
        if picture != seen:
            seen, changed = picture, now
        elif seen != before and now - changed > _QUIET and _bands(seen) >= _LINES:
            return changed - started
        if now - started > _PATIENCE:
            raise RuntimeError(f"{program.command[0]} did not show other rows after {acts}")


def _bands(lines: list[bytes]) -> int:
    """How many lines of text there are."""
    dark = [min(line) < _DARK for line in lines]
    return sum(there and not above for above, there in itertools.pairwise([False, *dark]))


def _opened() -> Hands:
    """Once the display answers."""
    until = time.perf_counter() + _PATIENCE
    while True:
        try:
            return Hands(_DISPLAY)
        except RuntimeError:
            if time.perf_counter() > until:
                raise
            time.sleep(0.01)


def _wait(ready: Callable[[], bool]) -> None:
    until = time.perf_counter() + _PATIENCE
    while not ready():
        if time.perf_counter() > until:
            raise RuntimeError("nothing came to the screen")
        time.sleep(0.002)
