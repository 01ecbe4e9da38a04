"""Owns the benchmark beside DB Browser for SQLite: both on one screen of their own, with the same keys and
clicks. Times end when the texts in the cells on that screen have last changed (that a row is marked may take
longer): neither program knows that it is watched.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from tests.bench import hands
from tests.bench.drive import Look, Missed, Program, driven
from tests.bench.jobs import ORDERS, Bench
from tests.bench.launch import compiled
from tests.bench.measure import Line
from tests.bench.screen import SIZE, Screen, own_screen

NEEDED = ("sqlitebrowser", "Xvfb")
LAUNCH = "launch to first rows"
JUMP = "jump to the end"
SORT = "sort by a column without an index"
GOALS = {LAUNCH: 0.7, JUMP: 0.25, SORT: 0.5}
_LIMIT = 40 * 60.0
"""Seconds after which no other round begins."""
_SETTINGS = """[%General]
language=en_US
promptsqltabsinnewproject=false

[checkversion]
enabled=false
"""
Outcome: TypeAlias = dict[str, float | Missed]
"""Seconds, or why there are none."""


def beside_peer(bench: Bench, runs: int) -> list[Line]:
    """A line per goal; none, with a word to standard error, where a program that it takes is missing."""
    missing = [name for name in NEEDED if shutil.which(name) is None] + hands.missing()
    if missing:
        sys.stderr.write(f"DB Browser for SQLite is not compared: not installed: {', '.join(missing)}.\n")
        return []
    path = bench.large.profile.path
    theirs = Program("DB Browser", ("sqlitebrowser", "-t", ORDERS.name, path))
    ours = Program("Rowkeeper", (sys.executable, "main.py", path, "--table", ORDERS.name))
    own = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(bench.folder))
    plain = {"QT_QPA_PLATFORM": "xcb", "QT_FONT_DPI": "96", "QT_SCALE_FACTOR": "1"}
    environment = {**compiled(bench.folder), **own, **plain}
    with own_screen(bench.folder) as screen:
        environment["DISPLAY"] = screen.display
        _without_docks(theirs, screen, environment, bench.folder)
        _opened_before(ours, screen, environment)
        pairs = _rounds((theirs, ours), screen, environment, runs)
    return [compared(job, bench.rows, [(a[job], b[job]) for a, b in pairs]) for job in GOALS]


def _without_docks(theirs: Program, screen: Screen, environment: Mapping[str, str], folder: Path) -> None:
    """Let DB Browser remember a large window with nothing beside the cells: all columns are to be seen then,
    and it has less to do. What it asks when it ends is switched off."""
    settings = folder / "sqlitebrowser" / "sqlitebrowser.conf"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(_SETTINGS, encoding="ascii")
    try:
        with driven(theirs, screen, environment) as program:
            program.rests()
            program.spread(SIZE[0], SIZE[1] - 20)
            program.rests()
            program.act([("key", "alt+shift+0")])
            program.rests()
            program.act([("key", "ctrl+q")])
            program.wait_until_closed()
    except Missed as missed:
        sys.stderr.write(f"DB Browser is driven with its docks: {missed}.\n")


def _opened_before(ours: Program, screen: Screen, environment: Mapping[str, str]) -> None:
    """Let Rowkeeper remember what was in front when it was closed, which it shows first the next time."""
    try:
        with driven(ours, screen, environment) as program:
            program.rests()
            program.close()
    except Missed as missed:
        sys.stderr.write(f"Rowkeeper starts as if for the first time: {missed}.\n")


def _rounds(
    programs: tuple[Program, Program], screen: Screen, environment: Mapping[str, str], runs: int
) -> list[tuple[Outcome, Outcome]]:
    """Both in turn, and once before: one compiles, both look for fonts and show where their cells are."""
    until = time.perf_counter() + _LIMIT
    looks: dict[Program, Look | None] = dict.fromkeys(programs)
    first = tuple(_session(program, screen, environment, looks) for program in programs)
    pairs = []
    for number in range(runs):
        if time.perf_counter() > until:
            sys.stderr.write(f"The time is over after {number} of {runs} rounds.\n")
            break
        theirs, ours = (_session(program, screen, environment, looks) for program in programs)
        pairs.append((theirs, ours))
    return pairs or [(first[0], first[1])]


def _session(
    program: Program, screen: Screen, environment: Mapping[str, str], looks: dict[Program, Look | None]
) -> Outcome:
    """Start it, jump to the end, sort. What cannot be done is told, and the rest is done."""
    found: Outcome = {}
    with driven(program, screen, environment) as running:

        def ready() -> None:
            looks[program] = running.at_rest()
            running.listen()

        if look := looks[program]:
            _do(found, (LAUNCH,), lambda: running.first_rows(look))
        if _do(found, (JUMP, SORT) if look else tuple(GOALS), ready):
            _do(found, (JUMP,), running.jump_to_the_end)
            _do(found, (SORT,), running.sort)
    return {LAUNCH: Missed("not seen in the round before"), **found}


def _do(found: Outcome, jobs: Sequence[str], act: Callable[[], float | None]) -> bool:
    """Note how long it took, or for all those jobs why it could not be done; whether it was done."""
    try:
        taken = act()
    except Missed as missed:
        found.update(dict.fromkeys(jobs, missed))
        return False
    if taken is not None:
        found[jobs[0]] = taken
    return True


def compared(job: str, rows: int, pairs: Sequence[tuple[float | Missed, float | Missed]]) -> Line:
    """The line of one job from theirs and ours of every round; what was never measured says why."""
    theirs, ours = (_median(times) for times in zip(*pairs, strict=True))
    name = f"{job}, {rows:,} records, against DB Browser for SQLite"
    ratio = None if isinstance(ours, Missed) or isinstance(theirs, Missed) else ours / theirs
    return Line(name, _shown(ours), _shown(theirs), ratio, GOALS[job])


def _median(times: tuple[float | Missed, ...]) -> float | Missed:
    """Of those that were measured; the first reason where none was."""
    measured = [taken for taken in times if not isinstance(taken, Missed)]
    return statistics.median(measured) if measured else times[0]


def _shown(taken: float | Missed) -> str:
    return f"not measured: {taken}" if isinstance(taken, Missed) else f"{taken * 1000:,.0f} ms"
