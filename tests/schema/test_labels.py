"""Records are named by the best columns there are, as text, one foreign key far."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.schema.database import Database
from desktop.schema.describe import Column, ForeignKey, Kind, Label, Schema, Table, Unique
from desktop.schema.labels import column_heading, guess_label, label_expression, record_word, records_word
from tests.fixtures.databases import MakeDatabase

THERE = TableName(None, "there")


def _table(name: str, *columns: str, uniques: tuple[str, ...] = (), foreign: tuple[str, ...] = ()) -> Table:
    """Columns named with a star must be filled in; ``#`` is a whole number, ``~`` a long text."""
    kinds = {"#": Kind.INTEGER, "~": Kind.LONG_TEXT, "?": Kind.CHOICE}
    described = []
    for text in columns:
        plain = text.lstrip("#~?").rstrip("*")
        described.append(Column(plain, kinds.get(text[0], Kind.TEXT), "", nullable=not text.endswith("*")))
    own = TableName(None, name)
    return Table(
        own,
        tuple(described),
        key=(described[0].name,),
        uniques=tuple(Unique("", (column,)) for column in uniques),
        foreign_keys=tuple(ForeignKey("", own, (column,), THERE, ("id",)) for column in foreign),
    )


@pytest.mark.parametrize(
    ("table", "label"),
    [
        (_table("users", "#id", "email", "name"), ("name",)),
        (_table("books", "#id", "code", "title"), ("title",)),
        (_table("Employee", "#EmployeeId", "LastName", "FirstName", "Title"), ("FirstName", "LastName")),
        (_table("people", "#id", "given_name", "surname", "full_name"), ("full_name",)),
        (_table("Products", "#ProductID", "QuantityPerUnit", "ProductName"), ("ProductName",)),
        (_table("Suppliers", "#id", "ContactName", "Phone"), ("ContactName",)),
        (_table("city", "#city_id", "city", "district"), ("city",)),
        (_table("Regions", "#RegionID", "RegionDescription"), ("RegionDescription",)),
        (_table("parts", "#id", "sku", "colour*"), ("sku",)),
        (_table("accounts", "#id", "username", "email"), ("email",)),
        (_table("things", "#id", "free", "single", uniques=("single",)), ("single",)),
        (_table("things", "#id", "free", "needed*"), ("needed",)),
        (_table("things", "#id", "texttype*", "needed*"), ("needed",)),
        (_table("things", "#id", "free", "~description"), ("description",)),
        (_table("things", "#id", "?state*", "#n"), ("id",)),
        (_table("orders", "#id", "customer_name", foreign=("customer_name",)), ("id", "customer_name")),
        (_table("orders", "#id", "ship_name", "#customer", foreign=("customer",)), ("id", "customer")),
        (_table("types", "#id", "CustomerDesc"), ("CustomerDesc",)),
        (_table("payments", "#id", "#later", "#who*", foreign=("later", "who")), ("id", "who")),
        (replace(_table("ab", "#a", "#b", foreign=("a", "b")), key=("a", "b")), ("a", "b")),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else None,
)
def test_the_label_is_guessed(table: Table, label: tuple[str, ...]) -> None:
    assert guess_label(table, Schema({table.name: table})) == Label(label)


def test_headings_and_words() -> None:
    table = _table("Order Details", "#id", "author_id", foreign=("author_id",))
    assert column_heading(table, "author_id") == "Author"
    assert column_heading(table, "id") == "ID"
    assert record_word(table) == "order detail"
    glued = _table("orders", "#orderid", "#thereid", foreign=("thereid",))
    assert (column_heading(glued, "orderid"), column_heading(glued, "thereid")) == ("Order ID", "There")
    assert [records_word(table, n) for n in (0, 1, 2)] == ["order details", "order detail", "order details"]


def _label(database: Database, name: str) -> list[str]:
    table = TableName(None, name)
    alias = database.sa(table).alias()
    query = sa.select(label_expression(database, table, alias)).order_by(*alias.primary_key)
    with database.engine.connect() as connection:
        return list(connection.scalars(query))


def test_names_are_joined_and_gaps_closed(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE people (id integer PRIMARY KEY, first_name text, last_name text)",
        "INSERT INTO people VALUES"
        " (1, 'Ada', 'Lovelace'), (2, NULL, 'Hopper'), (3, 'Zoé', NULL), (4, NULL, NULL)",
    )
    assert _label(database, "people") == ["Ada Lovelace", "Hopper", "Zoé", "4"]


def test_a_foreign_key_is_followed_one_step(newsroom: Database) -> None:
    assert _label(newsroom, "post_tags") == [
        "The river that learned to wait · water",
        "Élection: la soirée en direct · city",
        "What the harbour master saw · water",
        "What the harbour master saw · long read",
    ]


def test_a_label_may_point_to_its_own_table(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE folder (id integer PRIMARY KEY, inside integer REFERENCES folder, n integer)",
        "INSERT INTO folder VALUES (1, NULL, 5), (2, 1, 6)",
    )
    preferences = database.preferences.with_label(TableName(None, "folder"), ("inside", "n"))
    assert _label(database.with_preferences(preferences), "folder") == ["5", "5 · 6"]


def test_a_required_text_is_used_as_it_is(newsroom: Database) -> None:
    """No cast and no COALESCE, so that an index on the column serves look-ups."""
    table = newsroom.sa(TableName(None, "tags"))
    label = label_expression(newsroom, TableName(None, "tags"), table)
    assert str(sa.select(label)) == "SELECT tags.name AS name \nFROM tags"


def test_labels_are_text_whatever_is_stored(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO t VALUES (1, x'00ff'), (2, 5), (3, NULL)",
    )
    assert _label(database, "t") == ["x'00ff'", "5", "3"]


def test_labels_of_odd_postgres_types_are_text(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        "CREATE TYPE mood AS ENUM ('sad')",
        "CREATE TABLE t (id integer PRIMARY KEY, name mood NOT NULL)",
        "CREATE TABLE u (id integer PRIMARY KEY, name char(5))",
        "INSERT INTO t VALUES (1, 'sad')",
        "INSERT INTO u VALUES (1, 'ab'), (2, NULL)",
    )
    assert _label(database, "t") == ["sad"]
    assert _label(database, "u") == ["ab", "2"]
