"""What is said of values not saved is what the database would say of them, or nothing."""

from __future__ import annotations

import pytest

from desktop.browse.fetch import first_block
from desktop.browse.filters import BadFilter
from desktop.browse.matching import Known, Matching
from desktop.browse.rows import Row
from desktop.browse.view import ColumnFilter, View
from desktop.schema.database import Database
from desktop.values.locale import PLAIN
from desktop.values.special import DEFAULT
from tests.browse.test_filters import CASES, CREATE, POSTS, ROWS, THINGS, ids
from tests.fixtures.databases import MakeDatabase

NAMES = ("id", "name", "n", "small", "price", "weight", "yes", "day", "at", "state", "extra")
SEARCHES = ("paris", "new paris", '"new paris"', "100%", "école", "in_review", "draft a_b", "nothing")


def verdict(matching: Matching, row: Row, names: tuple[str, ...] = NAMES) -> bool | None:
    known = dict(zip(names, map(Known, row.values, row.labels), strict=True))
    return matching.holds(known.get)


@pytest.fixture
def things(make_database: MakeDatabase) -> Database:
    return make_database(CREATE, ROWS)


def test_it_never_differs_from_the_database(things: Database) -> None:
    rows = first_block(things, View(THINGS, NAMES))
    told = 0
    for column, text, _ in CASES:
        found = ids(things, THINGS, (column, text))
        matching = Matching(things, View(THINGS, NAMES, filters=(ColumnFilter(column, text),)), PLAIN)
        for row in rows:
            said = verdict(matching, row)
            told += said is not None
            assert said in (None, row.key[0] in found), (column, text, row)
    assert told > 0.8 * len(CASES) * len(rows)


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_neither(things: Database, search: str) -> None:
    found = ids(things, THINGS, search=search)
    matching = Matching(things, View(THINGS, NAMES, search=search), PLAIN)
    for row in first_block(things, View(THINGS, NAMES)):
        assert verdict(matching, row) is (row.key[0] in found)


def test_names_of_records_pointed_to(newsroom: Database) -> None:
    names = ("title", "author_id")
    rows = first_block(newsroom, View(POSTS, names))
    name = str(rows[0].labels[1])
    matching = Matching(newsroom, View(POSTS, names, filters=(ColumnFilter("author_id", name),)), PLAIN)
    found = ids(newsroom, POSTS, ("author_id", name))
    assert found and [verdict(matching, row, names) for row in rows] == [row.key[0] in found for row in rows]
    assert matching.holds({"author_id": Known(1)}.get) is None  # pasted by its key: the name is not known
    assert matching.holds({"author_id": Known(None)}.get) is False


def test_only_what_was_changed_is_looked_at(things: Database) -> None:
    filters = (ColumnFilter("n", "10"), ColumnFilter("name", "paris"))
    matching = Matching(things, View(THINGS, NAMES, filters=filters), PLAIN)
    known = {"n": Known(10), "price": Known(1)}
    assert matching.holds(known.get, {"price"}) is True
    assert matching.holds(known.get, {"n"}) is True
    assert matching.holds({"n": Known(11)}.get, {"n"}) is False
    assert matching.holds(known.get) is None


def test_what_only_the_database_knows_is_left_open(things: Database, newsroom: Database) -> None:
    def said(column: str, text: str, value: object) -> bool | None:
        view = View(THINGS, NAMES, filters=(ColumnFilter(column, text),))
        return Matching(things, view, PLAIN).holds({column: Known(value)}.get)

    assert said("n", "10", DEFAULT) is None
    assert said("n", "empty", DEFAULT) is None
    assert said("name", "> b", "c") is None
    assert said("name", "= PARIS", "paris") is None
    assert said("extra", "a", {"a": 1}) is None
    view = View(POSTS, ("title",), filters=(ColumnFilter("tags", "water"),))
    assert Matching(newsroom, view, PLAIN).holds(lambda name: None) is None
    with pytest.raises(BadFilter):
        said("n", "> x", 1)
