"""What the window builds is built first: no lane begins anything meanwhile."""

from __future__ import annotations

import time

import pytest
from pytestqt.qtbot import QtBot

from desktop.base.cancel import Progress
from desktop.models.worker import Outcome, Task
from desktop.sample.models import Base
from desktop.schema.database import Database
from tests.fixtures.databases import NEWSROOM_ROWS, MakeDatabase
from tests.fixtures.windows import AppConnection
from tests.ui.window_kit import Stage, show_window
from ui.dialogs import frame
from ui.dialogs.frame import DialogFrame
from ui.window import workspace
from ui.window.table_tab import TableTab


@pytest.fixture
def paper(make_sqlite: MakeDatabase) -> Database:
    return make_sqlite(Base.metadata, *NEWSROOM_ROWS)


@pytest.fixture
def stage(qtbot: QtBot, paper: Database, app_connection: AppConnection) -> Stage:
    return show_window(qtbot, app_connection(paper))


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When each task of a lane began."""
    moments: list[float] = []
    real = Task.execute

    def execute(self: Task, report: Progress) -> Outcome:
        moments.append(time.monotonic())
        return real(self, report)

    monkeypatch.setattr(Task, "execute", execute)
    return moments


def test_no_lane_begins_while_a_tab_is_built(
    stage: Stage, begun: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[float] = []

    class SlowTab(TableTab):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            time.sleep(0.1)  # the first reading is asked for by now
            built.append(time.monotonic())

    monkeypatch.setattr(workspace, "TableTab", SlowTab)
    started = time.monotonic()
    stage.open("posts")
    assert not [moment for moment in begun if started <= moment < built[0]]
    assert [moment for moment in begun if moment >= built[0]]


def test_what_a_dialog_asks_for_waits_until_it_is_painted(
    stage: Stage, qtbot: QtBot, begun: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "_PAINTED_IN", 0.2)  # so long that a slow machine tells it from nothing
    stage.open("posts")
    qtbot.wait(400)  # the numbers in the list of tables, too
    begun.clear()
    stage.run("file.export")
    dialog = stage.dialog()
    shown = time.monotonic()
    assert isinstance(dialog, DialogFrame)
    qtbot.waitUntil(lambda: bool(begun))
    assert begun[0] >= shown + 0.05
    dialog.reject()
