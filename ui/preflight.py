"""Owns the questions asked before Qt is loaded: system libraries and a display; must never import Qt itself.

Qt ends the whole process where a library of its platform plug-in or the display is missing, so both are
looked for first and told in a sentence. The Makefile runs this module with ``libraries`` and ``display``.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
"""What Qt 6 needs on a bare Debian 12, by library, and the package that brings it with all it depends on."""

NO_DISPLAY = "There is no display to open a window on (DISPLAY and WAYLAND_DISPLAY lead nowhere)."


def missing_packages() -> list[str]:
    """Debian packages whose library cannot be loaded; empty on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for library, package in LIBRARIES.items() if not _loads(library)]


def install_line(packages: list[str]) -> str:
    """The command a person types to bring these packages."""
    return "apt-get install -y --no-install-recommends " + " ".join(packages)


def missing_for_window() -> str | None:
    """One sentence that says what keeps a window from opening and how to get it, or None."""
    missing = missing_for_tour()
    if missing:
        return missing
    if not has_display():
        return (
            f"{NO_DISPLAY} Start it from a desktop session, or take the tour: python main.py tour --out tour"
        )
    return None


def missing_for_tour() -> str | None:
    """The same for the tour, which needs Qt's libraries but no display."""
    packages = missing_packages()
    if packages:
        return f"Rowkeeper needs system libraries that are missing; run: sudo {install_line(packages)}"
    return None


def has_display() -> bool:
    """Whether Qt would find something to draw on; also where QT_QPA_PLATFORM names an off-screen platform."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen and not chosen.startswith(("xcb", "wayland")):
        return True
    if not sys.platform.startswith("linux"):
        return True
    return _wayland_answers() or _x11_answers()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    return Path(os.environ.get("XDG_RUNTIME_DIR", "/run"), name).exists()  # an absolute name wins


def _x11_answers() -> bool:
    """DISPLAY may be set and dead (a closed ssh session), which Qt answers by aborting: so really connect."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    try:
        return int(xcb.xcb_connection_has_error(connection)) == 0
    finally:
        xcb.xcb_disconnect(connection)


def _bring_libraries() -> int:
    """Install what is missing when root on a Debian system, else say the exact line. Exit status."""
    import shutil  # no window waits for these two
    import subprocess

    packages = missing_packages()
    if not packages:
        return 0
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        _say(f"Qt needs system libraries. Run this once, then try again:\n  sudo {install_line(packages)}")
        return 1
    _say(f"Installing the system libraries Qt needs: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update -q", install_line(packages)):
        if subprocess.run(command.split(), env=environment, stdout=subprocess.DEVNULL).returncode:
            _say(f"This did not work: {command}")
            return 1
    left = missing_packages()
    if left:
        _say(f"Still missing after the installation: {' '.join(left)}")
    return 1 if left else 0


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def main(arguments: list[str]) -> int:
    """``libraries``: bring or name what is missing; ``display``: status 1 where there is none."""
    if arguments == ["libraries"]:
        return _bring_libraries()
    if arguments == ["display"]:
        if has_display():
            return 0
        _say(f"{NO_DISPLAY} Taking the tour without one instead; its pictures go to the folder tour/.")
        return 1
    _say("usage: python -m ui.preflight libraries|display")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
