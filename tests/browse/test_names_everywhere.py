"""Names of records, also over several foreign keys, in whatever shows, sorts, searches, filters or writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, TableName
from desktop.browse.fetch import block, count, first_block, scan
from desktop.browse.lookups import lookup
from desktop.browse.records import read_record
from desktop.browse.selection import AllMatching
from desktop.browse.view import ColumnFilter, Sort, View
from desktop.edit.load import OnConflict
from desktop.schema.database import Database
from desktop.transfer.export import ExportOptions, export
from desktop.transfer.import_csv import import_csv, match_columns, read_csv
from tests.fixtures.databases import MakeDatabase, OpenSecond

NOTES = TableName(None, "notes")
LINES = TableName(None, "lines")
STAFF = TableName(None, "staff")


@pytest.fixture
def shop(make_database: MakeDatabase) -> Database:
    """Notes on order lines: two columns to the line, from there to the order, and on to the customer."""
    return make_database(
        "CREATE TABLE customers (id integer PRIMARY KEY, first_name text, last_name text)",
        "CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers)",
        "CREATE TABLE products (id integer PRIMARY KEY, name text NOT NULL)",
        "CREATE TABLE lines (order_id integer NOT NULL REFERENCES orders,"
        " product_id integer NOT NULL REFERENCES products, n integer, PRIMARY KEY (order_id, product_id))",
        "CREATE TABLE notes (id integer PRIMARY KEY, order_id integer, product_id integer, body text,"
        " FOREIGN KEY (order_id, product_id) REFERENCES lines (order_id, product_id))",
        "CREATE TABLE staff (id integer PRIMARY KEY, name text NOT NULL, boss_id integer REFERENCES staff)",
        "INSERT INTO customers VALUES (1, 'Ernst', 'Handel'), (2, 'Maria', 'Anders')",
        "INSERT INTO orders VALUES (10248, 1), (10249, 2)",
        "INSERT INTO products VALUES (7, 'Queso'), (8, 'Chai')",
        "INSERT INTO lines VALUES (10248, 7, 1), (10248, 8, 2), (10249, 7, 3)",
        "INSERT INTO notes VALUES (1, 10249, 7, 'late'), (2, 10248, 7, 'soft'), (3, 10248, NULL, 'odd'),"
        " (4, 10248, 8, 'hot')",
        "INSERT INTO staff VALUES (1, 'Zoé', NULL), (2, 'Adam', 1), (3, 'Berta', 2)",
    )


QUESO = "10248 · Ernst Handel · Queso"
NAMES = {1: "10249 · Maria Anders · Queso", 2: QUESO, 3: None, 4: "10248 · Ernst Handel · Chai"}


def keys(database: Database, view: View) -> list[object]:
    rows = first_block(database, view)
    assert count(database, AllMatching(view)) == len(rows)
    return [row.key[0] for row in rows]


def test_a_record_is_named_through_a_key_of_two_columns(shop: Database) -> None:
    rows = first_block(shop, View(NOTES, ("id", "order_id", "product_id")))
    assert {row.key[0]: row.labels[2] for row in rows} == NAMES
    assert {row.labels[1] for row in rows} == {None}
    record = read_record(shop, NOTES, (2,))
    assert record is not None and record.labels == {"product_id": QUESO}


@pytest.mark.parametrize(
    ("column", "text", "found"),
    [
        ("product_id", "ernst", [2, 4]),
        ("product_id", "queso", [1, 2]),
        ("product_id", "10248 · Ernst Handel · Queso", [2]),
        ("product_id", "empty", [3]),
        ("product_id", "not queso", [3, 4]),
        ("product_id", "= 8", [4]),
    ],
)
def test_filtering_by_a_name_over_three_tables(
    column: str, text: str, found: list[int], shop: Database
) -> None:
    assert keys(shop, View(NOTES, ("id",), filters=(ColumnFilter(column, text),))) == found


def test_searching_sees_the_names(shop: Database) -> None:
    assert keys(shop, View(NOTES, ("id",), search="maria")) == [1]
    assert keys(shop, View(NOTES, ("id",), search="handel chai")) == [4]
    assert keys(shop, View(LINES, ("order_id",), search="anders queso")) == [10249]


def test_sorting_by_the_name_reads_whole_blocks_in_order(
    shop: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.browse.fetch.BLOCK", 2)
    monkeypatch.setattr("desktop.browse.scan.BLOCK", 2)
    view = View(NOTES, ("id", "product_id"), sort=(Sort("product_id", descending=True),))
    anchors = scan(shop, view)
    found: list[Key] = []
    for number in range((anchors.count + 1) // 2):
        found += [row.key for row in block(shop, view, anchors, number)]
    named = [key[0] for key in found if key[0] != 3]
    assert named == [1, 2, 4]
    assert len(found) == 4


def test_a_record_of_the_same_table_is_named(shop: Database) -> None:
    view = View(STAFF, ("name", "boss_id"), sort=(Sort("boss_id"),), filters=(ColumnFilter("boss_id", "a*"),))
    (row,) = first_block(shop, view)
    assert (row.values, row.labels) == (("Berta", 2), (None, "Adam"))
    assert keys(shop, View(STAFF, ("id",), search="zoé")) == [1, 2]


def test_the_picker_of_two_columns_offers_both_values(shop: Database) -> None:
    found = lookup(shop, LINES, ("order_id", "product_id"), "ernst que")
    assert [(one.label, one.values, one.key) for one in found] == [(QUESO, (10248, 7), (10248, 7))]


def test_names_go_out_and_come_back(shop: Database, second: OpenSecond, tmp_path: Path) -> None:
    """What a file says by name is written as the key, all columns of it."""
    path = tmp_path / "notes.csv"
    view = View(NOTES, ("id", "product_id", "body"), filters=(ColumnFilter("product_id", "queso"),))
    export(shop, view, None, path, ExportOptions("csv", names=True), token=CancelToken())
    text = path.read_text(encoding="utf-8-sig")
    assert QUESO in text
    path.write_text(text.replace("\n1,", "\n11,").replace("\n2,", "\n12,"))
    source = read_csv(path)
    matches = match_columns(source.header, shop.table(NOTES))
    assert import_csv(shop, NOTES, source, matches, OnConflict.STOP, ()).inserted == 2
    rows = second(shop).exec_driver_sql("SELECT id, order_id, product_id FROM notes WHERE id > 4 ORDER BY id")
    assert [tuple(row) for row in rows] == [(11, 10249, 7), (12, 10248, 7)]
