"""Owns pressing keys and clicking on a display of one's own, by X's test extension; starts no program for it,
whose start would be timed too."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import TypeAlias

LIBRARIES = ("libX11.so.6", "libXtst.so.6")
Act: TypeAlias = tuple[str, ...]
"""("key", "ctrl+End"), ("move", "203", "701") or ("click",)."""
_NAMES = {"ctrl": "Control_L"}


def missing() -> list[str]:
    """The libraries of ``LIBRARIES`` that are not there."""
    return [name for name in LIBRARIES if not _loads(name)]


class Hands:
    """Acts on one display, which must be there already."""

    def __init__(self, display: str) -> None:
        self._x11, self._test = map(ctypes.CDLL, LIBRARIES)
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XStringToKeysym.restype = ctypes.c_ulong
        for function in (self._x11.XKeysymToKeycode, self._x11.XSync):
            function.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        opened = self._x11.XOpenDisplay(display.encode())
        if not opened:
            raise RuntimeError(f"there is no display {display}")
        self._display = ctypes.c_void_p(opened)

    def do(self, acts: Sequence[Act]) -> None:
        """All of them, at once; they have reached the display when this returns."""
        for kind, *what in acts:
            if kind == "key":
                self._press(what[0].split("+"))
            elif kind == "move":
                self._test.XTestFakeMotionEvent(self._display, -1, int(what[0]), int(what[1]), 0)
            else:
                for down in (True, False):
                    self._test.XTestFakeButtonEvent(self._display, 1, down, 0)
        self._x11.XSync(self._display, 0)

    def close(self) -> None:
        self._x11.XCloseDisplay(self._display)

    def _press(self, names: Sequence[str]) -> None:
        keys = [self._x11.XStringToKeysym(_NAMES.get(name, name).encode()) for name in names]
        codes = [self._x11.XKeysymToKeycode(self._display, key) for key in keys]
        for code, down in [*((one, True) for one in codes), *((one, False) for one in reversed(codes))]:
            self._test.XTestFakeKeyEvent(self._display, code, down, 0)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
