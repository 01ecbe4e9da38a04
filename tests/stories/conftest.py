"""Gives stories a desk with the newsroom open on it, on both backends, and nothing left behind after it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Protocol

import pytest
from pytestqt.qtbot import QtBot

from desktop.schema.database import Database
from tests.fixtures.boxes import Boxes
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.stories.gates import Gates, held
from tests.stories.kit import Person, sit_down
from ui.app import Desk, WindowOptions, application


class Sit(Protocol):
    """Opens the window on a database, by its profile or as the command line asks for it; ``resized=False``
    leaves it the size it remembers."""

    def __call__(
        self, database: Database, *, options: WindowOptions | None = None, resized: bool = True
    ) -> Person: ...


@pytest.fixture
def threads() -> Iterator[None]:
    """No thread may outlive the story."""
    before = set(threading.enumerate())
    yield
    # Of a thread that Python did not start it never learns the end.
    ours = [one for one in threading.enumerate() if not isinstance(one, threading._DummyThread)]
    new = [one for one in ours if one not in before]
    for one in new:
        one.join(5)  # a thread that was told to stop may be ending still
    left = [one.name for one in new if one.is_alive()]
    assert left == [], f"threads left: {left}"


@pytest.fixture
def sit(
    threads: None,
    make_sqlite: MakeDatabase,
    make_postgres: MakeDatabase,
    qtbot: QtBot,
    boxes: Boxes,
    second: OpenSecond,
) -> Iterator[Sit]:
    """Opens the window on a database, as a person would find it; closed before the database is dropped."""
    seated: list[Iterator[Person]] = []

    def down(database: Database, *, options: WindowOptions | None = None, resized: bool = True) -> Person:
        desk = Desk(application(), options or WindowOptions())
        if resized:
            desk.window.resize(1200, 760)
        seat = sit_down(qtbot, boxes, desk, second(database))
        seated.append(seat)
        someone = next(seat)
        desk.window.show()
        qtbot.waitUntil(desk.window.isActiveWindow)
        if options is not None:
            desk.start_soon()
        else:
            desk.furnish()
            desk.workspace.opener.reopen(database.profile)
        someone.wait(lambda: desk.window.menuBar().isEnabled() and desk.workspace.connection is not None)
        return someone

    yield down
    for seat in seated:
        next(seat, None)


@pytest.fixture
def person(sit: Sit, newsroom: Database) -> Person:
    """Someone with the small newsroom open, on SQLite and on PostgreSQL."""
    return sit(newsroom)


@pytest.fixture
def gates(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gates]:
    """A slow server."""
    made = held(monkeypatch)
    yield made
    made.open()
