"""Owns pressing keys and clicking on a display of one's own, and what windows are there: by X's own
libraries; starts no program for it, whose start would be timed too."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

LIBRARIES = ("libX11.so.6", "libXtst.so.6")
Act: TypeAlias = tuple[str, ...]
"""("key", "ctrl+End"), ("move", "203", "701") or ("click",)."""
_NAMES = {"ctrl": "Control_L", "alt": "Alt_L", "shift": "Shift_L"}
_VIEWABLE = 2
_TO_THE_POINTER = 1
_Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


@dataclass(frozen=True)
class Window:
    """A window as a window manager would frame it: no menu, no tool tip."""

    number: int
    width: int
    height: int


class _Attributes(ctypes.Structure):
    """XWindowAttributes."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("x", "y", "width", "height", "border", "depth")),
        ("visual", ctypes.c_void_p),
        ("root", ctypes.c_ulong),
        *((name, ctypes.c_int) for name in ("kind", "bit_gravity", "window_gravity", "backing")),
        *((name, ctypes.c_ulong) for name in ("planes", "pixel")),
        ("save_under", ctypes.c_int),
        ("colormap", ctypes.c_ulong),
        *((name, ctypes.c_int) for name in ("map_installed", "map_state")),
        *((name, ctypes.c_long) for name in ("all_events", "our_events", "not_propagated")),
        ("override_redirect", ctypes.c_int),
        ("screen", ctypes.c_void_p),
    ]


def missing() -> list[str]:
    """The libraries of ``LIBRARIES`` that are not there."""
    return [name for name in LIBRARIES if not _loads(name)]


class Hands:
    """Acts on one display, which must be there already."""

    def __init__(self, display: str) -> None:
        self._x11, self._test = map(ctypes.CDLL, LIBRARIES)
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        for function in (self._x11.XStringToKeysym, self._x11.XDefaultRootWindow):
            function.restype = ctypes.c_ulong
        for function in (self._x11.XKeysymToKeycode, self._x11.XSync):
            function.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self._ignored = _Handler(lambda _display, _error: 0)  # a window may close while it is looked at
        self._x11.XSetErrorHandler(self._ignored)
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

    def windows(self) -> list[Window]:
        """Those to be seen, the largest first: the program's own, then its dialogs."""
        root = ctypes.c_ulong(self._x11.XDefaultRootWindow(self._display))
        numbers, count, unused = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint(), ctypes.c_ulong()
        answers = [ctypes.byref(out) for out in (unused, unused, numbers, count)]
        self._x11.XQueryTree(self._display, root, *answers)
        found = [window for number in numbers[: count.value] if (window := self._window(number))]
        if numbers:
            self._x11.XFree(numbers)
        return sorted(found, key=lambda window: -window.width * window.height)

    def focus(self, window: Window) -> None:
        """Send it the keys: on a display without a window manager nobody else does."""
        number = ctypes.c_ulong(window.number)
        self._x11.XSetInputFocus(self._display, number, _TO_THE_POINTER, ctypes.c_ulong(0))
        self._x11.XSync(self._display, 0)

    def place(self, window: Window, width: int, height: int) -> None:
        """Into the upper left corner of the screen, in this size in pixels."""
        self._x11.XMoveResizeWindow(self._display, ctypes.c_ulong(window.number), 0, 0, width, height)
        self._x11.XSync(self._display, 0)

    def close(self) -> None:
        self._x11.XCloseDisplay(self._display)

    def _window(self, number: int) -> Window | None:
        told = _Attributes()
        if not self._x11.XGetWindowAttributes(self._display, ctypes.c_ulong(number), ctypes.byref(told)):
            return None
        framed = told.map_state == _VIEWABLE and not told.override_redirect
        return Window(number, told.width, told.height) if framed else None

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
