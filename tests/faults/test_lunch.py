"""Dialogs that stand open for as long as a lunch takes hold no connection, no transaction and no lock."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time

import pytest
from sqlalchemy.pool import QueuePool

from desktop.schema.database import Database
from tests.stories.conftest import Sit
from tests.stories.kit import Person
from ui.dialogs.record_dialog import RecordDialog

SECONDS = 60 if os.environ.get("FAULTS") == "full" else 2
DIALOGS = 5
HELD = (
    "SELECT count(*) FROM pg_stat_activity a LEFT JOIN pg_locks l USING (pid)"
    " WHERE a.application_name = 'Rowkeeper' AND (a.state <> 'idle' OR l.pid IS NOT NULL)"
)


def held(person: Person) -> object:
    """What the server, or whoever wants the file for himself, notices of the window."""
    if person.database.profile.backend == "postgresql":
        return person.stored(HELD)
    with contextlib.closing(sqlite3.connect(person.database.profile.path, timeout=0)) as other:
        other.execute("BEGIN EXCLUSIVE")  # an error where anybody holds anything
        other.rollback()
    return 0


@pytest.mark.timeout(180)
def test_open_dialogs_hold_nothing(sit: Sit, newsroom: Database) -> None:
    person = sit(newsroom)
    person.open("posts")
    table = person.tab.table.name
    dialogs = []
    for key in range(1, DIALOGS + 1):
        dialog = RecordDialog(person.connection, table, (key,), parent=person.window)
        dialogs.append(dialog)
        dialog.open()
        person.wait(lambda shown=dialog: shown.ready)  # type: ignore[misc]
    person.fill(dialogs[-1], "title", "before lunch")
    person.wait(lambda: not person.connection.busy)
    pool = person.database.engine.pool
    assert isinstance(pool, QueuePool)
    end = time.monotonic() + SECONDS
    looks = 0
    while time.monotonic() < end:
        person.qtbot.wait(250)
        assert held(person) == 0
        assert pool.checkedout() == 0
        looks += 1
    assert looks > SECONDS
    person.save(dialogs[-1])
    assert person.stored("SELECT title FROM posts WHERE id = 5") == "before lunch"
    for dialog in dialogs[:-1]:
        dialog.reject()
