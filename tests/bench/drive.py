"""Owns driving one program on the benchmark's screen: what anybody could do with keys and clicks, and how
long it took until the texts in the cells had last changed. It finds its way by the picture alone."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.hands import Act
from tests.bench.screen import WHOLE, Area, Screen, shades
from tests.bench.sight import Table, bands, find_table, same_texts

_ROOT = Path(__file__).resolve().parents[2]
AMOUNT = 4
"""The column to sort by: no index serves it, and it is the fifth in both programs."""
_PATIENCE = 120.0
"""Seconds for anything at all."""
_SESSION = 400.0
"""Seconds for all that is done with one program."""
_QUIET = 3.0
"""Seconds without a change, and with nothing to do, after which the last change counts."""
_AT_REST = 1.0
_LONG_QUIET = 20.0
"""As much without a change is rest, even where the program goes on working."""
_UNNOTICED = 3.0
"""Seconds after which a click is done again, as somebody would."""
_TRIES = 5
_BLINKING = 30
"""Lines of pixels that a caret may change while all is at rest."""
_MOST = 0.8
"""Of the lines of text: a selected row may hide its own."""
_BUSY = 0.1
"""Of one processor: less is nothing to do, where not more bytes come from the disk than these."""
_MUCH_READ = 100_000
_POLL = 0.004
"""Seconds from one picture to the next: what looks on is to take little from the program."""
_LOOK = 0.25
"""Seconds from one look for dialogs to the next."""
_TICK = os.sysconf("SC_CLK_TCK")


class Missed(RuntimeError):
    """What was awaited did not come to the screen; says which file shows what was there."""


@dataclass(frozen=True)
class Program:
    """One to be driven."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Look:
    """Where a program shows its cells, and with how many lines of text."""

    table: Table
    cells: Area
    lines: int


@contextmanager
def driven(program: Program, screen: Screen, environment: Mapping[str, str]) -> Iterator[Driven]:
    """The program, just started; ended afterwards."""
    started = time.perf_counter()
    process = subprocess.Popen(
        program.command,
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Driven(program.name, process, screen, started)
    finally:
        process.kill()
        process.wait()
        while screen.hands.windows():  # the next one is to find an empty screen
            time.sleep(0.01)


class Driven:
    """A program that runs."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], screen: Screen, started: float) -> None:
        self._name = name
        self._process = process
        self._screen = screen
        self._started = started
        self._looked = started

    def first_rows(self, look: Look) -> float:
        """Seconds from the start until there are as many lines of text as when all was there."""
        go_on = self._patiently("showed no rows")
        seen: list[bytes] = []
        while True:
            lines, now = self._screen.lines(look.cells), time.perf_counter()
            if lines != seen and bands(shades(lines)) >= _MOST * look.lines:
                return now - self._started
            seen = lines
            go_on()
            time.sleep(_POLL)

    def at_rest(self) -> Look:
        """Once it rests and a table is to be seen."""
        go_on = self._patiently("did not come to rest with a table in sight")
        while (table := find_table(shades(self.rests()))) is None:
            go_on()
        return self._look(table)

    def rests(self) -> list[bytes]:
        """The screen once there is a window, nothing changes and nothing is done, and no dialog is left."""
        go_on, idle = self._patiently("did not come to rest"), _Idle(self._process.pid)
        seen, changed = self._screen.lines(WHOLE), time.perf_counter()
        while True:
            go_on()
            time.sleep(0.1)
            lines, now = self._screen.lines(WHOLE), time.perf_counter()
            differing = sum(a != b for a, b in zip(seen, lines, strict=True))
            if self._send_dialogs_away() or differing > _BLINKING or not self._screen.hands.windows():
                changed = now
            seen = lines
            if (now - changed > _AT_REST and idle()) or now - changed > _LONG_QUIET:
                return lines

    def listen(self) -> None:
        """Click into cells until that is noticed: rows may be shown before anything can be done with them."""
        for number in range(_TRIES):
            look = self.at_rest()
            row = look.table.rows[2 + number] + look.table.height // 2
            self.act([("move", str(look.table.middle(0)), str(row))])
            look = self.at_rest()
            before, until = self._screen.lines(look.cells), time.perf_counter() + _UNNOTICED
            self.act([("click",)])
            while time.perf_counter() < until:
                if self._screen.lines(look.cells) != before:
                    return
                time.sleep(0.01)
        raise self.missed("took no notice of clicks into cells")

    def jump_to_the_end(self) -> float:
        """Seconds from the keys until the texts have last changed."""
        return self._timed([], [("key", "ctrl+End")])

    def sort(self) -> float:
        """Seconds from a click on the head of the amount until the texts have last changed."""
        table = self.at_rest().table
        if len(table.columns) < AMOUNT + 2:
            raise self.missed("does not show the whole column to sort by")
        head = ("move", str(table.middle(AMOUNT)), str(table.head))
        return self._timed([head], [("click",)])

    def act(self, acts: Sequence[Act]) -> None:
        """With the keys going to the window in front."""
        if windows := self._screen.hands.windows():
            self._screen.hands.focus(windows[-1])
        self._screen.hands.do(acts)

    def spread(self, width: int, height: int) -> None:
        """Give its window this size."""
        if windows := self._screen.hands.windows():
            self._screen.hands.place(windows[0], width, height)

    def close(self) -> None:
        """As at the end of a person's day: by a signal, after which it puts away what it has."""
        self._process.terminate()
        self.wait_until_closed()

    def wait_until_closed(self) -> None:
        """Until it has ended by itself."""
        until = time.perf_counter() + _PATIENCE
        while self._process.poll() is None:
            if time.perf_counter() > until:
                raise self.missed("did not end when told to")
            self._send_dialogs_away()
            time.sleep(_LOOK)

    def missed(self, what: str) -> Missed:
        """To be raised."""
        words = f"{self._name} {what}"
        return Missed(f"{words}; the screen is in {self._screen.save('-'.join(words.split()).lower())}")

    def _timed(self, first: Sequence[Act], acts: Sequence[Act]) -> float:
        for _ in range(_TRIES):
            self.act(first)
            taken = self._settled_after(acts, self.at_rest())
            if taken is not None:
                return taken
        raise self.missed(f"took no notice of {' '.join(' '.join(act) for act in (*first, *acts))}")

    def _settled_after(self, acts: Sequence[Act], look: Look) -> float | None:
        """Seconds until the texts have last changed; None if they never did."""
        go_on = self._patiently(f"did not show other rows after {' '.join(acts[0])}")
        idle = _Idle(self._process.pid)
        seen = self._screen.lines(look.cells)
        started = changed = time.perf_counter()
        self._screen.hands.do(acts)
        while True:
            lines, now = self._screen.lines(look.cells), time.perf_counter()
            if lines != seen and not same_texts(shades(seen), shades(lines)):
                changed = now
            elif now - changed > _QUIET and idle():
                if changed == started:
                    return None
                if bands(shades(lines)) >= _MOST * look.lines:
                    return changed - started
            seen = lines
            if now - self._looked > _LOOK:
                self._send_dialogs_away()
                go_on()
            time.sleep(_POLL)

    def _look(self, table: Table) -> Look:
        right = table.columns[min(AMOUNT + 1, len(table.columns) - 1)]
        cells = (table.columns[0], table.rows[0], right, table.rows[-1])
        return Look(table, cells, bands(shades(self._screen.lines(cells))))

    def _send_dialogs_away(self) -> bool:
        """With Escape, which leaves everything as it is; whether there was one."""
        self._looked = time.perf_counter()
        dialogs = self._screen.hands.windows()[1:]
        if dialogs:
            self._screen.hands.focus(dialogs[-1])
            self._screen.hands.do([("key", "Escape")])
        return bool(dialogs)

    def _patiently(self, failing: str) -> Callable[[], None]:
        """To be called again and again: raises when it is too late, or the program has ended."""
        now = time.perf_counter()
        until = min(now + _PATIENCE, self._started + _SESSION)

        def go_on() -> None:
            if self._process.poll() is not None:
                raise self.missed(f"ended with status {self._process.returncode}")
            if time.perf_counter() > until:
                raise self.missed(f"{failing} within {until - now:.0f} seconds")

        return go_on


class _Idle:
    """Whether a process has had nothing to do for a while, nor anything to wait for from the disk."""

    def __init__(self, pid: int) -> None:
        self._files = Path(f"/proc/{pid}")
        self._since, self._used, self._read = time.perf_counter(), self._seconds(), self._bytes()

    def __call__(self) -> bool:
        now, used, read = time.perf_counter(), self._seconds(), self._bytes()
        worked = used - self._used > _BUSY * (now - self._since) + 2 / _TICK
        if worked or read - self._read > _MUCH_READ:
            self._since, self._used, self._read = now, used, read
        return now - self._since > _AT_REST

    def _bytes(self) -> int:
        """Read from the disk itself."""
        lines = (self._files / "io").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("read_bytes"))

    def _seconds(self) -> float:
        """Of processor time, of all its threads."""
        stat = (self._files / "stat").read_text(encoding="ascii", errors="replace")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / _TICK
