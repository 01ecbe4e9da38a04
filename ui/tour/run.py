"""Owns taking the tour: a fresh sample, a real window, every step reported; exit status 1 if one fails."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import qInstallMessageHandler

from desktop.sample.build import build_sample
from desktop.sample.colleague import Colleague
from desktop.sample.witness import Witness
from ui import preflight

_OWN_FOLDERS = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")


def run_tour(out: Path) -> int:
    """Take the tour and leave numbered pictures and the exported files in ``out``; the exit status."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"The tour's pictures cannot be kept in {out}: {error.strerror}.\n")
        return 1
    if not preflight.has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="rowkeeper-tour-") as home:
        for variable in _OWN_FOLDERS:  # the person's own settings stay as they are
            os.environ[variable] = home
        sample = Path(home) / "newsroom.sqlite"
        build_sample(sample)
        return _walk(sample, out)


def _walk(sample: Path, out: Path) -> int:
    # Only now: the platform must be chosen before a window is made.
    from ui.app import Desk, WindowOptions, application
    from ui.tour.driver import Camera, TourFailedError, expect, open_dialogs
    from ui.tour.steps import STEPS
    from ui.tour.tour import Tour

    app = application()
    desk = Desk(app, WindowOptions(str(sample)))
    desk.window.resize(1440, 860)
    desk.window.show()
    desk.start()
    tour = Tour(desk, Witness(sample), Colleague(sample), Camera(out, desk.window), out)
    failures = _collect_failures()
    for name, step in STEPS:
        try:
            result = step(tour)
            expect(not failures, "; ".join(failures))
            _say(f"ok    {name}: {result}")
        except TourFailedError as error:
            _say(f"FAIL  {name}: {error}")
            tour.camera.shoot("failed", *open_dialogs())
            return 1
    desk.window.close()
    _say(f"All {len(STEPS)} steps were as they should be.")
    return 0


def _collect_failures() -> list[str]:
    """From now on what fails inside the window (which Qt would only print) is kept in the list returned."""
    failures: list[str] = []

    def keep(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        failures.append(f"{kind.__name__}: {error}")

    sys.excepthook = keep
    qInstallMessageHandler(lambda *_: None)  # notes of the platform plug-in are not for the reader
    return failures


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
