"""Owns the start of the program: reads the command line and calls what it asks for; nothing else.

This file must stay readable for old Pythons: there it says in one sentence what is needed.
"""

from __future__ import annotations

import sys
from typing import List, Optional  # noqa: UP035

OLDEST = (3, 11)
_DEPENDENCIES = ("PySide6", "shiboken6", "sqlalchemy", "psycopg", "xlsxwriter", "keyring", "qtawesome")


def main(arguments: Optional[List[str]] = None) -> int:  # noqa: UP006, UP045
    """Run the program; its exit status."""
    _speak_anywhere()
    if sys.version_info < OLDEST:
        return _fail("Rowkeeper needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]))
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package not in _DEPENDENCIES:
            raise
        return _fail("Rowkeeper needs " + package + ", which is not installed; run: make setup")
    except KeyboardInterrupt:
        return 130


def _run(arguments: List[str]) -> int:  # noqa: UP006
    from desktop.command import arguments as command_line  # after the check of the version

    command = command_line.parse(arguments)
    if isinstance(command, (command_line.ExportCommand, command_line.ImportCommand)):
        from desktop.command.run import run_command  # a command line must not wait for Qt

        return run_command(command)
    from ui import preflight  # Qt ends the process where something is missing: look first

    touring = isinstance(command, command_line.TourCommand)
    missing = preflight.missing_for_tour() if touring else preflight.missing_for_window()
    if missing:
        return _fail(missing)
    from ui import quick_start

    quick_start.begin()
    if isinstance(command, command_line.TourCommand):
        from ui.tour.run import run_tour

        return run_tour(command.out)
    from ui.app import run

    return run(command)


def _fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


def _speak_anywhere() -> None:
    """A terminal that cannot show a letter shows an escape for it instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
