"""A server that is stopped without a word at any point of a save: nothing is lost, nothing is saved twice."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from desktop.base.keys import RecordRef
from desktop.base.refusal import Reason, RefusedError
from desktop.connect.profile import parse_url
from desktop.edit import verdict
from desktop.edit.unit import Unit
from desktop.schema.database import Database, open_database
from tests.faults.servers import Cluster, cluster

TIMES = 10 if os.environ.get("FAULTS") == "full" else 1
POINTS = ("open", "edit", "flush", "before COMMIT", "in COMMIT")
SEED = 20261122


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    with cluster() as found:
        found.execute("CREATE TABLE notes (id integer PRIMARY KEY, text text)")
        found.execute("INSERT INTO notes VALUES (1, 'as it was')")
        found.execute("CREATE TABLE log (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)")
        yield found


class Stopper:
    """Stops the server at one point. It is started again by the thread of the test: it ends with that."""

    def __init__(self, own: Cluster, database: Database, point: str, pause: float) -> None:
        self._own, self._point, self._pause = own, point, pause
        self._engine = database.engine
        self._thread: threading.Thread | None = None
        sa.event.listen(self._engine, "after_cursor_execute", self._executed)
        sa.event.listen(self._engine, "commit", self._committing)

    def reach(self, point: str) -> None:
        if point != self._point or self._thread is not None:
            return
        pause = self._pause if point == "in COMMIT" else 0
        self._thread = threading.Thread(target=self._stop, args=(pause,))
        self._thread.start()
        if not pause:
            self._thread.join()

    def _stop(self, pause: float) -> None:
        time.sleep(pause)
        self._own.stop_at_once()

    def _executed(self, connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE"):
            self.reach("flush")

    def _committing(self, connection: object) -> None:
        self.reach("before COMMIT")
        self.reach("in COMMIT")

    def start_again(self) -> None:
        assert self._thread is not None, "the point was never reached"
        self._thread.join()
        self._own.start()
        sa.event.remove(self._engine, "after_cursor_execute", self._executed)
        sa.event.remove(self._engine, "commit", self._committing)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("point", POINTS)
def test_nothing_is_lost(own: Cluster, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "PATIENCE", 0.2)  # a save that nobody can tell about is settled later
    chance = random.Random(SEED)  # moments
    database = open_database(parse_url(f"postgresql://rowkeeper@127.0.0.1:{own.port}/postgres")[0])
    for number in range(TIMES):
        text = f"{point} {number}"
        stopper = Stopper(own, database, point, chance.random() * 0.004)
        ((before,),) = own.execute("SELECT text FROM notes")
        stopper.reach("open")
        unit = Unit(database)
        unit.stage(RecordRef(database.find("notes"), (1,)), "text", before, text)
        unit.stage_insert(database.find("log"), {"text": text})
        stopper.reach("edit")
        try:
            unit.save()
        except RefusedError as error:
            assert error.refusal.reason is Reason.CONNECTION
            assert unit.dirty
        stopper.start_again()
        if unit.dirty:
            unit.save()
        assert own.execute("SELECT text FROM notes") == [(text,)]
        assert own.execute(f"SELECT count(*) FROM log WHERE text = '{text}'") == [(1,)]  # noqa: S608
    database.dispose()
