"""Names that are pasted: of records with keys of several columns, and names made of other records' names."""

from __future__ import annotations

import pytest

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.browse import fetch
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.staging.staged import Invalid
from desktop.transfer.clipboard import Offer
from desktop.transfer.paste import Place, prepare
from desktop.values.locale import PLAIN
from tests.fixtures.databases import MakeDatabase

STAYS = View(TableName(None, "stays"), ("guest", "house", "room"))
LINES = View(TableName(None, "lines"), ("order_id", "amount"))


@pytest.fixture
def hotel(make_database: MakeDatabase) -> Database:
    """Rooms have a key of two columns; both houses have a Rose."""
    return make_database(
        "CREATE TABLE rooms (house integer, number integer, name text NOT NULL, PRIMARY KEY (house, number))",
        "CREATE TABLE stays (id integer PRIMARY KEY, guest text, house integer, room integer,"
        " FOREIGN KEY (house, room) REFERENCES rooms (house, number))",
        "INSERT INTO rooms VALUES (1, 1, 'Lily'), (2, 1, 'Rose'), (2, 2, 'Iris'), (1, 2, 'Rose')",
    )


@pytest.fixture
def shop(make_database: MakeDatabase) -> Database:
    """A line is of an order, which is named after its customer and its day."""
    return make_database(
        "CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL)",
        "CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers,"
        " ordered date)",
        "CREATE TABLE lines (id integer PRIMARY KEY, order_id integer REFERENCES orders, amount integer)",
        "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Zoé')",
        "INSERT INTO orders VALUES (10, 1, '2026-01-01'), (11, 2, '2026-01-02')",
        "INSERT INTO lines VALUES (100, 10, 1), (101, 11, 2)",
    )


def pasted(database: Database, view: View, section: int, text: str) -> list[dict[str, object]]:
    """What new records made of the text would hold."""
    place = Place(view, section, (), as_new=True)
    found = prepare(database, Offer(text), place, "here", locale=PLAIN, token=CancelToken())
    return [
        {
            **(state.change.values if state.change is not None else {}),
            **{name: one.invalid for name, one in state.wrong.items()},
        }
        for state in found.states
    ]


def test_the_name_of_a_record_sets_all_columns_of_its_key(hotel: Database) -> None:
    found = pasted(hotel, STAYS, 0, "Guest\tRoom\nAda\tiris\nBob\tLily")
    assert found == [{"guest": "Ada", "house": 2, "room": 2}, {"guest": "Bob", "house": 1, "room": 1}]


def test_a_name_that_two_records_have_is_not_guessed(hotel: Database) -> None:
    (found,) = pasted(hotel, STAYS, 0, "Guest\tRoom\nAda\tRose")
    wrong = found.pop("room")
    assert found == {"guest": "Ada"}
    assert isinstance(wrong, Invalid) and wrong.text == "Rose"
    assert wrong.reason.startswith("2 rooms are named “Rose”")


def test_the_parts_of_a_key_stay_what_they_are(hotel: Database) -> None:
    assert pasted(hotel, STAYS, 0, "Guest\tHouse\tRoom\nAda\t2\t1") == [
        {"guest": "Ada", "house": 2, "room": 1}
    ]


def test_a_name_that_follows_a_chain_is_found(shop: Database) -> None:
    rows = fetch.first_block(shop, LINES, locale=PLAIN, token=CancelToken())
    names = [str(row.labels[0]) for row in rows]
    assert "Ada" in names[0] and "Zoé" in names[1]
    found = pasted(shop, LINES, 0, f"Order\tAmount\n{names[1]}\t5\n{names[0].upper()}\t6\n")
    assert found == [{"order_id": 11, "amount": 5}, {"order_id": 10, "amount": 6}]
