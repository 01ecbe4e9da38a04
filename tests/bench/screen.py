"""Owns the screen that the benchmark shows programs on: an Xvfb of its own, read from the memory that it
shares, so that no program knows that it is watched."""

from __future__ import annotations

import mmap
import os
import select
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeAlias

from PySide6.QtGui import QImage

from tests.bench.hands import Hands

SIZE = (1280, 800)
Area: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are outside."""
WHOLE: Area = (0, 0, *SIZE)
_PATIENCE = 30.0


class Screen:
    """The picture on the display, and the hands on it."""

    def __init__(self, display: str, file: Path, own: Hands) -> None:
        self.display = display
        self.hands = own
        with file.open("rb") as opened:
            self._memory = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        head = struct.unpack(">25I", self._memory[:100])  # of an xwd file
        self._line, self._start = head[12], head[0] + 12 * head[19]

    def lines(self, area: Area) -> list[bytes]:
        """Every line of pixels in that area, four bytes each; cheap enough to be asked for all the time."""
        left, top, right, bottom = area
        starts = (self._start + y * self._line for y in range(top, bottom))
        return [self._memory[at + 4 * left : at + 4 * right] for at in starts]

    def save(self, name: str) -> Path:
        """The picture as it is now, in the system's folder for temporary files, where it stays."""
        path = Path(tempfile.gettempdir()) / f"rowkeeper-bench-{name}.png"
        width, height = SIZE
        pixels = self._memory[self._start : self._start + height * self._line]
        if not QImage(pixels, width, height, self._line, QImage.Format.Format_RGB32).save(str(path)):
            raise OSError(f"{path} could not be written")
        return path

    def close(self) -> None:
        self.hands.close()
        self._memory.close()


def shades(lines: Sequence[bytes]) -> list[bytes]:
    """One byte per pixel: how much blue."""
    return [line[::4] for line in lines]


@contextmanager
def own_screen(folder: Path) -> Iterator[Screen]:
    """A display that nobody else uses, with no pointer to be seen, which would move while a program waits."""
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory(dir=folder) as memory:
        size = "x".join(map(str, (*SIZE, 24)))
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-wr", "-nocursor"]
        server = subprocess.Popen(
            [*command, "-fbdir", memory],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[writing],
        )
        os.close(writing)
        try:
            display = _answer(reading)
            with closing(Screen(display, Path(memory) / "Xvfb_screen0", Hands(display))) as screen:
                yield screen
        finally:
            os.close(reading)
            server.terminate()
            server.wait()


def _answer(reading: int) -> str:
    """The name of the display, once the server can be asked."""
    heard, _, _ = select.select([reading], [], [], _PATIENCE)
    number = os.read(reading, 16).decode().strip() if heard else ""
    if not number:
        raise RuntimeError("Xvfb did not start")
    return f":{number}"
