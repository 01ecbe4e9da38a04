"""How a file writes numbers and dates is found out, so that 1.500 is never read as 1500 unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.browse.default_view import default_view
from desktop.edit.load import OnConflict
from desktop.transfer.export import ExportOptions, export
from desktop.transfer.import_csv import import_csv, match_columns, read_csv
from desktop.transfer.writing import guess_locale, written
from desktop.values.locale import PLAIN, Locale
from tests.fixtures.databases import MakeDatabase, OpenSecond

PRICES = TableName(None, "prices")
GERMAN = Locale(decimal=",", group=".", date_order="dmy")
AMERICAN = Locale(decimal=".", group=",", date_order="mdy")
DDL = "CREATE TABLE prices (id INTEGER PRIMARY KEY, price NUMERIC(9, 3), since DATE, name VARCHAR(20))"


@pytest.mark.parametrize(
    ("text", "person", "plain"),
    [
        ("price,since\n1.500,2026-11-02\n", GERMAN, True),
        ("price;since\n1.500;2026-11-02\n", GERMAN, False),
        ("price;since\n1.500,25;02.11.2026\n", GERMAN, False),
        ("price;since\n1.5;2026-11-02\n", GERMAN, True),
        ('price,since\n"1,5",02.11.2026\n', GERMAN, False),
        ("price\n1.5\n2.25\n1.500\n", GERMAN, True),
        ('price\n"1,500"\n', AMERICAN, False),
        ("price,since\n1.500,2026-11-02\n", AMERICAN, True),
        ("price\n12\n", GERMAN, True),
        ("name\n1.5\n", GERMAN, True),
        ("price\nnonsense\n", GERMAN, True),
    ],
)
def test_the_writing_of_a_file(
    make_sqlite: MakeDatabase, tmp_path: Path, text: str, person: Locale, plain: bool
) -> None:
    table = make_sqlite(DDL).table(PRICES)
    (tmp_path / "in.csv").write_text(text)
    file = read_csv(tmp_path / "in.csv")
    assert guess_locale(file, match_columns(file.header, table), table, person) is (
        PLAIN if plain else person
    )


def test_examples_to_choose_by() -> None:
    assert [written(locale) for locale in (PLAIN, GERMAN, AMERICAN)] == [
        "1234.5   2026-12-31",
        "1.234,5   31/12/2026",
        "1,234.5   12/31/2026",
    ]


def test_an_export_read_back_under_a_german_locale_is_unchanged(
    make_database: MakeDatabase, second: OpenSecond, tmp_path: Path
) -> None:
    rows = "(1, 1.5, '2026-02-01', 'x'), (2, 1234.125, NULL, 'y')"
    database = make_database(DDL, f"INSERT INTO prices VALUES {rows}")  # noqa: S608 - fixed test rows
    path = tmp_path / "prices.csv"
    view = default_view(database.table(PRICES))
    export(database, view, None, path, ExportOptions("csv", locale=GERMAN), token=CancelToken())
    other = second(database)
    before = other.exec_driver_sql("SELECT * FROM prices ORDER BY id").all()
    other.exec_driver_sql("DELETE FROM prices")
    table, file = database.table(PRICES), read_csv(path)
    matches = match_columns(file.header, table)
    locale = guess_locale(file, matches, table, GERMAN)
    assert import_csv(database, PRICES, file, matches, OnConflict.STOP, locale=locale).inserted == 2
    assert other.exec_driver_sql("SELECT * FROM prices ORDER BY id").all() == before
