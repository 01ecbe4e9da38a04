"""Owns waiting for the save that runs, before something is begun that starts from what is staged."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, QTimer

from desktop.models.workbench import Workbench


def once_saved(bench: Workbench, owner: QObject, do: Callable[[], None]) -> None:
    """At once, or as soon as no save runs: a dialog that begins with a record under way to the database would
    write it a second time. Nothing where the owner is gone by then."""
    if not bench.saving:
        do()
        return

    def ended(saving: bool) -> None:
        if not saving:
            bench.busy.disconnect(ended)
            if shiboken6.isValid(owner):  # after all that follows the end of the save
                QTimer.singleShot(0, owner, lambda: once_saved(bench, owner, do))

    bench.busy.connect(ended)
