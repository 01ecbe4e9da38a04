"""Every table of the sample databases gets a sensible name without anybody choosing one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.schema.database import Database
from desktop.schema.labels import label_expression

EXPECTED: dict[str, dict[str, str]] = {
    "chinook": {
        "Album": "For Those About To Rock We Salute You",
        "Artist": "AC/DC",
        "Customer": "Luís Gonçalves",
        "Employee": "Andrew Adams",
        "Genre": "Rock",
        "Invoice": "1 · Leonie Köhler",
        "InvoiceLine": "1 · Leonie Köhler · Balls to the Wall",
        "MediaType": "MPEG audio file",
        "Playlist": "Music",
        "PlaylistTrack": "Music · For Those About To Rock (We Salute You)",
        "Track": "For Those About To Rock (We Salute You)",
    },
    "northwind": {
        "Categories": "Beverages",
        "Customers": "Alfreds Futterkiste",
        "EmployeeTerritories": "Nancy Davolio · Wilton",
        "Employees": "Nancy Davolio",
        "Order Details": "10248 · Vins et alcools Chevalier · Queso Cabrales",
        "Orders": "10248 · Vins et alcools Chevalier",
        "Products": "Chai",
        "Regions": "Eastern",
        "Shippers": "Speedy Express",
        "Suppliers": "Exotic Liquids",
        "Territories": "Westboro",
    },
    "nga_constituents": {
        "constituents": "Anonymous",
        "constituents_altnames": "Anonymous",
        "constituents_text_entries": "1 · Cuyp, Aelbert",
        "locations": "East Bldg Lawn",
        "preferred_locations": "West Building, Main Floor",
        "preferred_locations_tms_locations": (
            "East Building, Ground Level - Entrance Terrace · East Bldg Lawn"
        ),
    },
    "sakila_test": {
        "actor": "PENELOPE GUINESS",
        "address": "47 MySakila Drive",
        "category": "Action",
        "city": "A Corua (La Corua)",
        "country": "Afghanistan",
        "customer": "MARY SMITH",
        "film": "ACADEMY DINOSAUR",
        "film_actor": "PENELOPE GUINESS · ACADEMY DINOSAUR",
        "film_category": "ACADEMY DINOSAUR · Documentary",
        "inventory": "1 · ACADEMY DINOSAUR",
        "language": "English",
        "payment": "1 · MARY SMITH",
        "rental": "367 · BLANKET BEVERLY · CHARLOTTE HUNTER",
        "staff": "Mike Hillyer",
        "store": "1 · Mike Hillyer",
    },
}
"""By database and table: what the first record by its key is called."""
EMPTY = {"CustomerCustomerDemo", "CustomerDemographics"}
"""Tables of Northwind without a record."""


def test_the_first_record_of_every_table_is_called_by_its_name(sample: Database) -> None:
    expected = EXPECTED[sample.profile.name]
    assert {name: _first(sample, name) for name in expected} == expected
    keyed = {name.name for name, table in sample.schema.tables.items() if table.key}
    assert keyed - set(expected) <= EMPTY


def _first(database: Database, name: str) -> str | None:
    table = database.find(name)
    alias = database.sa(table).alias()
    key = [alias.c[column] for column in database.table(table).key]
    with database.engine.connect() as connection:
        return connection.scalar(sa.select(label_expression(database, table, alias)).order_by(*key).limit(1))


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("users", "Ada Lovelace"),
        ("posts", "The river that learned to wait"),
        ("tags", "water"),
        ("comments", "Tim"),
        ("post_tags", "The river that learned to wait · water"),
        ("post_views", "10.0.0.1"),
    ],
)
def test_the_sample_is_called_by_names(table: str, names: str, newsroom: Database) -> None:
    assert _first(newsroom, str(TableName(None, table))) == names
