"""The search behind a picker: quickest answers first, one search at a time, choices remembered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from pytestqt.qtbot import QtBot

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import TableName
from desktop.browse.lookups import exact_matches, first_matches
from desktop.browse.reading import reading
from desktop.browse.recent import MOST, recent_keys, remember
from desktop.browse.rows import Candidate
from desktop.models.connection import Connection
from desktop.models.picker_search import Offer, PickerSearch
from desktop.schema.database import Database
from tests.connect.test_running import SLOW
from tests.fixtures.databases import MakeDatabase, SqlLog
from tests.fixtures.windows import AppConnection

TOWNS = TableName(None, "towns")
PLACE = "people (town)"


@pytest.fixture
def towns(make_database: MakeDatabase) -> Database:
    """200 towns with an indexed name and a plain one."""
    numbers = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 200)"
    return make_database(
        "CREATE TABLE towns (id integer PRIMARY KEY, name text NOT NULL UNIQUE, region text, since date)",
        f"INSERT INTO towns (id, name, region) {numbers} SELECT n, 'Town ' || n, 'R' || n % 3 FROM s",  # noqa: S608
        "INSERT INTO towns VALUES (500, 'Old town', 'R9', '2020-01-02'), (501, 'ÉCOLE', NULL, NULL)",
    )


@pytest.fixture
def offers() -> list[Offer]:
    """All that the search says."""
    return []


@pytest.fixture
def search(towns: Database, offers: list[Offer], app_connection: AppConnection) -> PickerSearch:
    connection = app_connection(towns)
    search = PickerSearch(connection, TOWNS, ("id",), PLACE, connection)
    search.found.connect(offers.append)
    search.failed.connect(lambda error: pytest.fail(str(error)))
    return search


def labels(offer: Offer) -> list[str]:
    return [candidate.label for candidate in offer.candidates]


def finish(search: PickerSearch, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not search.running)


def test_a_common_text_is_answered_before_everything_is_read(
    search: PickerSearch, offers: list[Offer], qtbot: QtBot
) -> None:
    search.ask("town")
    finish(search, qtbot)
    assert [offer.final for offer in offers] == [False, False, True]
    assert len(offers[1].candidates) >= 50
    assert "Town 1" in labels(offers[-1])[:9]


def test_a_rare_text_is_answered_once(search: PickerSearch, offers: list[Offer], qtbot: QtBot) -> None:
    search.ask("old")
    finish(search, qtbot)
    assert offers[-1].final
    assert labels(offers[-1]) == ["Old town"]
    assert offers[-1].candidates[0].extra[0] == "R9"
    assert "2020" in offers[-1].candidates[0].extra[1]


def test_what_an_index_knows_comes_at_once(towns: Database) -> None:
    assert [c.label for c in exact_matches(towns, TOWNS, ("id",), "town 200")] == ["Town 200"]
    assert [c.label for c in exact_matches(towns, TOWNS, ("id",), "200")] == ["Town 200"]
    assert exact_matches(towns, TOWNS, ("id",), "nowhere") == []


def test_no_sort_stands_before_the_first_matches(
    towns: Database, sql_log: Callable[[Database], SqlLog]
) -> None:
    """A sort would read every match of a million before the first could be shown."""
    log = sql_log(towns)
    found = first_matches(towns, TOWNS, ("id",), "town", limit=10)
    assert (len(found.candidates), found.complete) == (10, False)
    (statement,) = log.starting("SELECT")
    assert "ORDER BY" not in statement
    assert "LIMIT" in statement


def test_a_new_text_drops_the_search_before(search: PickerSearch, offers: list[Offer], qtbot: QtBot) -> None:
    search.ask("town")
    search.ask("old")
    finish(search, qtbot)
    assert {label for offer in offers for label in labels(offer)} == {"Old town"}


def test_a_new_text_stops_the_slow_statement_in_the_database(
    search: PickerSearch, offers: list[Offer], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement would run for a minute, and the next search waits in the same lane."""
    ended: list[type[BaseException]] = []
    began = threading.Event()

    def slow(database: Database, *args: object, token: CancelToken, **more: object) -> list[Candidate]:
        began.set()
        try:
            with reading(database, token) as connection:
                connection.execute(sa.text(SLOW[database.capabilities.name])).all()
        except CancelledError as error:
            ended.append(type(error))
            raise
        return []

    with monkeypatch.context() as patched:
        patched.setattr("desktop.models.picker_search.exact_matches", slow)
        search.ask("town")
        qtbot.waitUntil(began.is_set)
    search.ask("old")
    qtbot.waitUntil(lambda: not search.running, timeout=20_000)
    assert ended == [CancelledError]
    assert {label for offer in offers for label in labels(offer)} == {"Old town"}


def test_recent_choices_stand_first(search: PickerSearch, offers: list[Offer], qtbot: QtBot) -> None:
    for key in (7, 500, 7):
        search.chosen(Candidate((key,), key, ""))
    connection = search.parent()
    assert isinstance(connection, Connection)
    qtbot.waitUntil(lambda: not connection.side.is_busy)
    search.ask("")
    finish(search, qtbot)
    assert labels(offers[0]) == ["Town 7", "Old town"]
    assert {offer.recent for offer in offers} == {2}
    assert labels(offers[-1])[:2] == ["Town 7", "Old town"]
    assert len(set(labels(offers[-1]))) == len(labels(offers[-1]))


def test_choices_are_kept_by_place_and_only_the_last_few() -> None:
    for number in range(7):
        remember("here", PLACE, (number, "a"))
    remember("here", PLACE, (6, "a"))
    remember("here", "elsewhere", (UUID(int=1),))
    remember("here", "elsewhere", (b"odd",))
    assert recent_keys("here", PLACE) == [(n, "a") for n in (6, 5, 4, 3, 2)][:MOST]
    assert recent_keys("here", "elsewhere") == [(UUID(int=1),)]
    assert recent_keys("there", PLACE) == []
