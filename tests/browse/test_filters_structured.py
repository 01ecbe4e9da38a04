"""Lists, ranges, lengths of time and addresses can be searched; what cannot be asked is said."""

from __future__ import annotations

import pytest

from desktop.base.keys import TableName
from desktop.browse.fetch import stream
from desktop.browse.filter_tree import BadFilter
from desktop.browse.selection import AllMatching
from desktop.browse.view import ColumnFilter, View
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase

OFFERS = TableName(None, "offers")


@pytest.fixture
def offers(make_postgres: MakeDatabase) -> Database:
    return make_postgres(
        "CREATE TABLE offers (id integer PRIMARY KEY, tags integer[], span int4range, lasts interval,"
        " host inet)",
        "INSERT INTO offers VALUES (1, '{1,2}', '[1,5)', '60 minutes', '10.0.0.1'),"
        " (2, '{10}', '[10,20)', '2 days', '10.0.0.9/8'), (3, NULL, NULL, NULL, NULL)",
    )


def found(database: Database, column: str, text: str) -> list[int]:
    view = View(OFFERS, ("id",), filters=(ColumnFilter(column, text),))
    rows = [row for rows in stream(database, AllMatching(view), view) for row in rows]
    return sorted(int(str(row.values[0])) for row in rows)


@pytest.mark.parametrize(
    ("column", "text", "ids"),
    [
        ("tags", "= {1, 2}", [1]),
        ("tags", "10", [2]),
        ("tags", "empty", [3]),
        ("tags", "not empty", [1, 2]),
        ("span", "= [1,4]", [1]),
        ("span", "[1", [1, 2]),
        ("span", "empty", [3]),
        ("lasts", "= 1 h", [1]),
        ("lasts", "> 1 day", [2]),
        ("lasts", "30 min..2 h", [1]),
        ("lasts", "empty", [3]),
        ("host", "= 10.0.0.1", [1]),
        ("host", "10.0.0", [1, 2]),
        ("host", "empty", [3]),
    ],
)
def test_finds(offers: Database, column: str, text: str, ids: list[int]) -> None:
    assert found(offers, column, text) == ids


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("tags", "> {1}", "which is greater cannot be asked"),
        ("span", "< [1,2)", "which is greater cannot be asked"),
        ("tags", "= 1", "is not a list"),
        ("lasts", "> soon", "is not a length of time"),
        ("host", "= nowhere", "is not a network address"),
    ],
)
def test_says_what_cannot_be_asked(offers: Database, column: str, text: str, says: str) -> None:
    with pytest.raises(BadFilter) as caught:
        found(offers, column, text)
    assert says in caught.value.sentence
