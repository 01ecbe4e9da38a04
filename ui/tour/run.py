"""Owns taking the tour: a fresh sample, a real window, every step reported; exit status 1 if one fails."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from desktop.sample.build import build_sample
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
    # Only now: the platform must be chosen before Qt is loaded.
    from ui.app import Desk, WindowOptions, application
    from ui.tour.driver import Camera, TourFailedError, open_dialogs
    from ui.tour.heartbeat import Heartbeat
    from ui.tour.steps import STEPS, Tour

    app = application()
    desk = Desk(app, WindowOptions(str(sample)))
    desk.window.resize(1440, 860)
    desk.window.show()
    desk.start()
    tour = Tour(desk, Witness(sample), Camera(out, desk.window), out)
    heart = Heartbeat()
    failed = 0
    for name, step in STEPS:
        heart.start()
        try:
            _say(f"ok    {name}: {step(tour)}")
        except TourFailedError as error:
            failed += 1
            _say(f"FAIL  {name}: {error}")
            tour.camera.shoot("failed", *open_dialogs())
            break
        finally:
            heart.stop()
    desk.window.close()
    _say(f"{len(STEPS) - failed} steps as they should be" if not failed else "The tour ended early.")
    return 1 if failed else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
