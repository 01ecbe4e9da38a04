"""Cancel: whatever runs is interrupted, everything is rolled back, and the next operation works."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.edit.bulk import SetValue, delete_selected, set_field
from desktop.edit.cascade import delete_impact
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import POSTS, USERS, chosen, count, insert, ref, stage
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond

SLOW_SQLITE = (
    "CREATE TRIGGER slow BEFORE {event} ON t BEGIN"
    " SELECT count(*) FROM t a, t b, t c, t d, t e WHERE a.id + b.id + c.id + d.id + e.id = 0; END"
)
SLOW_POSTGRES = (
    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN PERFORM pg_sleep(60); RETURN new; END'",
    "CREATE TRIGGER slow BEFORE {event} ON t FOR EACH ROW EXECUTE FUNCTION slow()",
)


def _slow(make_database: MakeDatabase, backend: Backend, event: str) -> Database:
    """A table whose trigger takes about for ever."""
    trigger = (SLOW_SQLITE,) if backend == "sqlite" else SLOW_POSTGRES
    return make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9))",
        insert("t", ((n, "a") for n in range(1, 1001))),
        *(part.replace("{event}", event) for part in trigger),
    )


@pytest.fixture
def soon() -> Callable[[CancelToken], None]:
    """Cancels from another thread while the statement runs."""

    def cancel(token: CancelToken) -> None:
        threading.Timer(0.3, token.cancel).start()

    return cancel


def test_cancel_interrupts_a_save(
    make_database: MakeDatabase, backend: Backend, second: OpenSecond, soon: Callable[[CancelToken], None]
) -> None:
    database = _slow(make_database, backend, "UPDATE")
    table = database.find("t")
    unit = Unit(database)
    unit.stage_insert(table, {"id": 5000, "name": "new"})
    stage(unit, database, ref(table, 1), name="b")
    token = CancelToken()
    soon(token)
    with pytest.raises(CancelledError):
        unit.save(token)
    assert len(unit.changes) == 2
    assert count(second(database), "t") == 1000
    second(database).execute(sa.text("DROP TRIGGER slow" + (" ON t" if backend == "postgresql" else "")))
    assert len(unit.save().records) == 2


def test_cancel_interrupts_a_bulk_update(
    make_database: MakeDatabase, backend: Backend, second: OpenSecond, soon: Callable[[CancelToken], None]
) -> None:
    database = _slow(make_database, backend, "UPDATE")
    token = CancelToken()
    soon(token)
    with pytest.raises(CancelledError):
        set_field(database, chosen(database.find("t"), 1, 2), "name", SetValue("b"), 2, token=token)
    assert count(second(database), "t", "name = 'b'") == 0
    assert delete_selected(database, chosen(database.find("t"), 1), 1) == 1


def test_cancel_before_it_began_sends_nothing(newsroom: Database, second: OpenSecond) -> None:
    token = CancelToken()
    token.cancel()
    unit = Unit(newsroom)
    unit.stage_insert(USERS, {"name": "x", "email": "x@example.org"})
    with pytest.raises(CancelledError):
        unit.save(token)
    with pytest.raises(CancelledError):
        delete_selected(newsroom, chosen(POSTS, 1), 1, token=token)
    with pytest.raises(CancelledError):
        delete_impact(newsroom, chosen(POSTS, 1), token=token)
    assert count(second(newsroom), "users") == 3
    assert unit.save().inserted


def test_cancel_after_the_last_statement_still_comes_before_the_commit(
    newsroom: Database, second: OpenSecond
) -> None:
    token = CancelToken()
    with pytest.raises(CancelledError):
        delete_selected(newsroom, chosen(POSTS, 1), 1, token=token, progress=lambda *_: token.cancel())
    assert count(second(newsroom), "posts") == 6
