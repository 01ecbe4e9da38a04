"""What starts from what is staged waits for the save that runs, and for nothing else."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.models.once_saved import once_saved
from desktop.models.workbench import Workbench
from desktop.schema.database import Database
from tests.fixtures.windows import AppConnection


def test_it_begins_at_once_where_nothing_is_saved(newsroom: Database, app_connection: AppConnection) -> None:
    done: list[str] = []
    bench = app_connection(newsroom).workbench
    once_saved(bench, bench, lambda: done.append("begun"))
    assert done == ["begun"]


def test_it_waits_for_every_save_and_begins_once(
    newsroom: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    done: list[str] = []
    bench: Workbench = app_connection(newsroom).workbench
    bench._set_saving(True)
    once_saved(bench, bench, lambda: done.append("begun"))
    bench._set_saving(False)
    bench._set_saving(True)  # another one, at once
    qtbot.wait(20)
    assert done == []
    bench._set_saving(False)
    qtbot.waitUntil(lambda: done == ["begun"])
    bench._set_saving(True)
    bench._set_saving(False)
    qtbot.wait(20)
    assert done == ["begun"]


def test_nothing_begins_for_who_is_gone(
    newsroom: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    done: list[str] = []
    bench, owner = app_connection(newsroom).workbench, QObject()
    bench._set_saving(True)
    once_saved(bench, owner, lambda: done.append("begun"))
    shiboken6.delete(owner)
    bench._set_saving(False)
    qtbot.wait(20)
    assert done == []
