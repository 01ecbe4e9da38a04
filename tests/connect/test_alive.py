"""A connection that lay idle is tried only where there is reason to, and never used when it has gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.browse.reading import fetch
from desktop.connect import alive
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase, OpenSecond


@pytest.fixture
def tried(make_postgres: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> tuple[Database, list[Any]]:
    database = make_postgres("CREATE TABLE t (id integer PRIMARY KEY)")
    tries: list[Any] = []
    answers: Callable[[Any], bool] = alive.answers

    def counted(driver: Any) -> bool:
        tries.append(driver)
        return answers(driver)

    monkeypatch.setattr(alive, "answers", counted)
    return database, tries


def ask(database: Database) -> object:
    return fetch(database, sa.text("SELECT pg_backend_pid()"), CancelToken())[0][0]


def test_a_page_after_a_page_costs_no_trip_more(tried: tuple[Database, list[Any]]) -> None:
    database, tries = tried
    assert len({ask(database) for _ in range(5)}) == 1
    assert tries == []


def test_after_a_while_it_is_tried_whatever_it_looks_like(
    tried: tuple[Database, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, tries = tried
    first = ask(database)
    monkeypatch.setattr(alive, "TRUSTED", 0.0)
    assert ask(database) == first
    assert len(tries) == 1


def test_before_a_write_it_is_always_tried(tried: tuple[Database, list[Any]]) -> None:
    database, tries = tried
    ask(database)
    with database.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO t VALUES (1)"))
    assert len(tries) == 1


def test_one_that_the_server_ended_is_not_used(tried: tuple[Database, list[Any]], second: OpenSecond) -> None:
    database, tries = tried
    first = ask(database)
    other = second(database)
    other.execute(
        sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": first}
    )  # waits until it has ended
    assert ask(database) not in (None, first)
    assert len(tries) == 1
