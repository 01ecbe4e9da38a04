"""The Session of a save: what it must never do by itself, and what is tried again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeAlias

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.edit.explain import Attempt
from desktop.edit.session import Effort, writing
from desktop.edit.unit import TRIES, Unit
from desktop.schema.database import Database
from tests.edit.craft import POSTS, ref, value
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]
WAITING = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


class _Patient(CancelToken):
    """Notes each wait between two tries."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        super().wait(seconds)


def test_it_flushes_and_expires_only_when_told(newsroom: Database) -> None:
    with writing(newsroom, CancelToken(), Effort(Attempt(POSTS, None, {}, "update"))) as session:
        assert not session.autoflush
        assert not session.expire_on_commit
        assert session.in_transaction()


def test_a_save_that_lost_a_deadlock_is_tried_again(
    make_postgres: MakeDatabase, second: OpenSecond, sql_log: Listen
) -> None:
    database = make_postgres(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER)",
        "INSERT INTO t VALUES (1, 0, 0), (2, 0, 0)",
    )
    table = database.find("t")
    unit = Unit(database)
    for number in (1, 2):
        unit.stage(ref(table, number), "a", 0, 7)
    log = sql_log(database)
    watcher = second(database)
    failures: list[Exception] = []
    token = _Patient()

    def save() -> None:
        try:
            unit.save(token)
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            failures.append(error)

    saving = threading.Thread(target=save)
    with second(database).execution_options(isolation_level="READ COMMITTED").begin() as theirs:
        theirs.connection.execute(sa.text("UPDATE t SET b = 1 WHERE id = 2"))
        saving.start()  # locks the first record, waits for the second, and so is the one to give way
        until = time.monotonic() + 10
        while not watcher.scalar(WAITING) and time.monotonic() < until:
            time.sleep(0.01)
        theirs.connection.execute(sa.text("UPDATE t SET b = 1 WHERE id = 1"))
    saving.join()
    assert failures == []
    tries = sum("FOR UPDATE" in statement for statement in log.statements)
    assert 2 <= tries <= TRIES
    assert len(token.waits) == tries - 1  # so that the other one has its locks first
    assert min(token.waits) >= 0.05
    assert [value(watcher, "t", name, id=1) for name in ("a", "b")] == [7, 1]
