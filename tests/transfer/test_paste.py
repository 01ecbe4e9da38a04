"""A pasted block as what would be staged: where cells go, what they mean, names in one look-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest

from desktop.base.cancel import CancelToken
from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import RefusedError
from desktop.browse import fetch
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.schema.describe import Kind
from desktop.staging.staged import Invalid, RecordState
from desktop.staging.staging import Staging
from desktop.transfer.clipboard import Copied, CopiedColumn, Offer, Typed
from desktop.transfer.clipboard_cells import cells_of
from desktop.transfer.paste import Place, Prepared, Spot, prepare
from desktop.values.locale import PLAIN, Locale
from tests.fixtures.databases import MakeDatabase, SqlLog
from tests.transfer.payloads import CALC

POSTS = TableName(None, "posts")
USERS = TableName(None, "users")
ITEMS = TableName(None, "items")
POST_VIEW = View(POSTS, ("title", "author_id", "status", "view_count"))
GERMAN = Locale(decimal=",", group=".", date_order="dmy")


def spots(database: Database, view: View) -> tuple[Spot, ...]:
    rows = fetch.first_block(database, view, locale=PLAIN, token=CancelToken())
    return tuple(Spot(at, RecordRef(view.table, row.key), row) for at, row in enumerate(rows))


def paste(database: Database, place: Place, text: str, locale: Locale = PLAIN, **forms: str) -> Prepared:
    return prepare(database, Offer(text, **forms), place, "here", locale=locale, token=CancelToken())


def values(state: RecordState) -> dict[str, object]:
    wrong = {name: one.invalid for name, one in state.wrong.items()}
    return {**(state.change.values if state.change is not None else {}), **wrong}


def test_over_cells_right_and_down_and_on_into_new_records(newsroom: Database) -> None:
    over = spots(newsroom, POST_VIEW)
    place = Place(POST_VIEW, 2, over[-2:])
    found = paste(newsroom, place, "review\t7\r\ndraft\t8\r\ndraft\t9\r\n")
    assert [state.ref for state in found.states[:2]] == [spot.ref for spot in over[-2:]]
    assert values(found.states[0])["view_count"] == 7
    new = found.states[2]
    assert isinstance(new.ref.key, NewKey)
    assert values(new) == {"status": "draft", "view_count": 9}
    staging = Staging()
    staging.paste("paste 3 records", found.states)
    assert staging.record_count == 3
    assert staging.undo() == "paste 3 records"
    assert not staging.dirty


def test_one_line_fills_all_the_chosen_records(newsroom: Database) -> None:
    over = spots(newsroom, POST_VIEW)
    found = paste(newsroom, Place(POST_VIEW, 3, over, chosen=over[1:4]), "1,234", Locale())
    assert [state.ref for state in found.states] == [spot.ref for spot in over[1:4]]
    assert [values(state) for state in found.states] == [{"view_count": 1234}] * 3


def test_names_are_found_in_one_statement_for_each_foreign_key(
    newsroom: Database, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    text = "Title\tAuthor\n" + "".join(
        f"t{n}\t{name}\n" for n, name in enumerate(["Ada Lovelace", "grace hopper", "2", "99", "No One"] * 50)
    )
    found = paste(newsroom, Place(POST_VIEW, as_new=True), text)
    assert len([one for one in log.statements if "SELECT" in one]) == 1
    first = found.states[:5]
    assert [values(state)["author_id"] for state in first[:3]] == [1, 2, 2]
    assert [state.labels["author_id"] for state in first[:3]] == [
        "Ada Lovelace",
        "Grace Hopper",
        "Grace Hopper",
    ]
    assert values(first[3])["author_id"] == Invalid("99", "There is no user named “99”.")
    assert values(first[4])["author_id"] == Invalid("No One", "There is no user named “No One”.")
    assert found.marked == 100


def test_namesakes_are_told_and_not_guessed(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20))",
        "CREATE TABLE items (id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES people (id))",
        "INSERT INTO people VALUES (1, 'Ada'), (2, 'Ada'), (3, 'ADA')",
    )
    view = View(ITEMS, ("id", "owner_id"))
    found = paste(database, Place(view, 1, as_new=True), "Ada\nADA\n2\n")
    assert [values(state)["owner_id"] for state in found.states] == [
        Invalid("Ada", "2 people are named “Ada”; give the number instead."),
        3,
        2,
    ]


@pytest.mark.parametrize(
    ("locale", "line", "wanted"),
    [
        (PLAIN, ["3", "1234.50", "2026-11-21", "2026-11-21 09:14:03.000005", "yes"], None),
        (GERMAN, ["3", "1.234,50 €", "21.11.2026", "21.11.2026 09:14:03.000005", "TRUE"], None),
        (
            Locale(date_order="mdy"),
            ["3", "(1,234.50)", "11/21/2026", "2026-11-21 09:14:03.000005", "1"],
            "-1234.50",
        ),
    ],
)
def test_numbers_and_dates_as_people_write_them(
    make_database: MakeDatabase, locale: Locale, line: Sequence[str], wanted: str | None
) -> None:
    database = make_database(
        "CREATE TABLE items (id INTEGER PRIMARY KEY,"
        " n INTEGER, price NUMERIC(10,2), d DATE, t TIMESTAMP, b BOOLEAN)"
    )
    view = View(ITEMS, ("n", "price", "d", "t", "b"))
    found = paste(database, Place(view, 0, as_new=True), "\t".join(line), locale)
    assert values(found.states[0]) == {
        "n": 3,
        "price": Decimal(wanted or "1234.50"),
        "d": date(2026, 11, 21),
        "t": datetime(2026, 11, 21, 9, 14, 3, 5),
        "b": True,
    }


def test_what_does_not_fit_is_marked_cell_by_cell(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE items (id INTEGER PRIMARY KEY,"
        " name VARCHAR(5) NOT NULL, n INTEGER DEFAULT 7 NOT NULL, d DATE)"
    )
    view = View(ITEMS, ("name", "n", "d"))
    found = paste(database, Place(view, 0, as_new=True), "abcdef\tmany\tsoon\n\t\t\n")
    first, second = map(values, found.states)
    assert first["name"] == Invalid("abcdef", "Name may have 5 characters at most; this has 6.")
    assert isinstance(first["n"], Invalid)
    assert isinstance(first["d"], Invalid)
    assert second == {"name": "", "d": None}
    assert found.marked == 3


def test_calc_brings_the_number_behind_what_is_shown(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price NUMERIC(10,3), d DATE)"
    )
    view = View(ITEMS, ("name", "price", "d"))
    found = paste(database, Place(view, 0, as_new=True), "", GERMAN, html=CALC)
    assert [values(state) for state in found.states] == [
        {"name": "Tee", "price": Decimal("1234.5"), "d": date(2025, 11, 21)},
        {"name": "zwei\nZeilen", "price": Decimal("0.125"), "d": None},
    ]


@pytest.mark.parametrize("locale", [PLAIN, GERMAN, Locale(date_order="mdy")])
def test_numbers_of_another_country_are_read_where_they_tell_how(
    make_database: MakeDatabase, locale: Locale
) -> None:
    database = make_database("CREATE TABLE items (id INTEGER PRIMARY KEY, price NUMERIC(10,2))")
    lines = "1.234,50\n1,234.50\n€ -1.234.567,5\n1,234,567.5\n1.23,50\n1,2,3.5\n"
    found = paste(database, Place(View(ITEMS, ("price",)), 0, as_new=True), lines, locale)
    read = [values(state)["price"] for state in found.states]
    assert read[:4] == [Decimal("1234.5"), Decimal("1234.5"), Decimal("-1234567.5"), Decimal("1234567.5")]
    assert all(isinstance(value, Invalid) for value in read[4:])


def test_a_column_of_dates_is_read_one_way_only(make_database: MakeDatabase) -> None:
    database = make_database("CREATE TABLE items (id INTEGER PRIMARY KEY, d DATE)")
    place = Place(View(ITEMS, ("d",)), 0, as_new=True)
    lines = "12/05/2026\n12/31/2026\n31.12.2026\n"
    british, american, nobody = (
        [values(state)["d"] for state in paste(database, place, lines, locale).states]
        for locale in (GERMAN, Locale(date_order="mdy"), PLAIN)
    )
    assert british[0] == date(2026, 5, 12) and isinstance(british[1], Invalid)
    assert american[:2] == [date(2026, 12, 5), date(2026, 12, 31)]
    assert all(isinstance(value, Invalid) for value in nobody[:2])
    assert british[2] == american[2] == nobody[2] == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "number", "wanted"),
    [
        ("31.12.24", "45657", date(2024, 12, 31)),
        ("12/31/24", "45657", date(2024, 12, 31)),
        ("31. Dez 24", "45657", date(2024, 12, 31)),
        ("30.12.20", "45657", None),  # the file counts its days from another one
        ("31.12.24 12:00", "45657.5", None),
        ("31.12.24", "many", None),
        ("31.12.24", "inf", None),
        ("31.12.24", "1e12", None),
    ],
)
def test_a_short_date_is_told_by_its_day_number(
    make_sqlite: MakeDatabase, text: str, number: str, wanted: date | None
) -> None:
    database = make_sqlite("CREATE TABLE items (id INTEGER PRIMARY KEY, d DATE)")
    html = f'<table><tr><td sdval="{number}">{text}</td></tr></table>'
    found = paste(database, Place(View(ITEMS, ("d",)), 0, as_new=True), text, GERMAN, html=html)
    value = values(found.states[0])["d"]
    assert value == wanted if wanted else isinstance(value, Invalid)


def test_a_time_is_told_by_the_number_behind_it(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite("CREATE TABLE items (id INTEGER PRIMARY KEY, t TIMESTAMP)")
    html = '<table><tr><td sdval="45657.6041666667">31.12.24 14:30</td></tr></table>'
    found = paste(database, Place(View(ITEMS, ("t",)), 0, as_new=True), "", GERMAN, html=html)
    assert values(found.states[0])["t"] == datetime(2024, 12, 31, 14, 30)


def test_a_first_line_of_names_says_where_columns_go(newsroom: Database) -> None:
    text = "View count\tNonsense\ttitle\n5\tx\tHello\n"
    found = paste(newsroom, Place(POST_VIEW, 0, as_new=True), text)
    assert [values(state) for state in found.states] == [{"view_count": 5, "title": "Hello"}]
    assert found.skipped == ("Nonsense",)


def test_computed_columns_are_left_out_and_told(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE items (id INTEGER PRIMARY KEY,"
        " n INTEGER, twice INTEGER GENERATED ALWAYS AS (n * 2) STORED)"
    )
    view = View(ITEMS, ("n", "twice"))
    found = paste(database, Place(view, 0, as_new=True), "4\t9\tmore\n")
    assert values(found.states[0]) == {"n": 4}
    assert found.skipped == ("Twice", "1 column")
    with pytest.raises(RefusedError, match="no place"):
        paste(database, Place(view, 1, spots(database, view)), "9")


def own(rows: Sequence[tuple[Typed, ...]], source: str = "here") -> str:
    columns = (
        CopiedColumn("id", "Id", Kind.INTEGER),
        CopiedColumn("title", "Title", Kind.TEXT),
        CopiedColumn("author_id", "Author", Kind.INTEGER, target="users"),
    )
    return cells_of(Copied(source, "posts", columns, rows))


def test_records_copied_here_are_pasted_exactly_and_get_keys_of_their_own(newsroom: Database) -> None:
    rows = [(Typed(1), Typed(""), Typed(2, "Called otherwise"))]
    found = paste(newsroom, Place(POST_VIEW, 3, as_new=True), "no\tone\treads\tthis", cells=own(rows))
    assert values(found.states[0]) == {"title": "", "author_id": 2}
    assert found.states[0].labels == {"author_id": "Called otherwise"}
    over = spots(newsroom, POST_VIEW)
    found = paste(newsroom, Place(POST_VIEW, 3, over[:1]), "x", cells=own(rows))
    assert found.states[0].ref == over[0].ref
    assert set(values(found.states[0])) <= {"title", "author_id"}


def test_of_another_database_only_the_names_mean_something(newsroom: Database) -> None:
    rows = [(Typed(1), Typed("t"), Typed(1, "Grace Hopper"))]
    text = "Id\tTitle\tAuthor"
    found = paste(newsroom, Place(POST_VIEW, 0, as_new=True), text, cells=own(rows, source="elsewhere"))
    assert values(found.states[0])["author_id"] == 2


def test_values_cut_short_for_the_screen_are_read_whole_before_they_are_replaced(newsroom: Database) -> None:
    view = View(POSTS, ("body",))
    body = "long " * 200
    with newsroom.engine.begin() as connection:
        posts = newsroom.sa(POSTS)
        body_column = next(column for column in posts.columns if column.name == "body")
        connection.execute(posts.update().values({body_column: body}))
    over = spots(newsroom, view)
    found = paste(newsroom, Place(view, 0, over[:2]), "short\nbrief\n")
    change = found.states[0].change
    assert change is not None
    assert (change.fields["body"].base, change.fields["body"].new) == (body, "short")


def test_rows_not_loaded_are_read_by_their_place(newsroom: Database) -> None:
    over = spots(newsroom, POST_VIEW)
    scan = fetch.scan(newsroom, POST_VIEW, locale=PLAIN, token=CancelToken())
    unknown = tuple(Spot(spot.position) for spot in over)
    found = paste(newsroom, Place(POST_VIEW, 0, unknown, scan=scan), "a\nb\n")
    assert [state.ref for state in found.states] == [spot.ref for spot in over[:2]]


@pytest.mark.parametrize("text", ["", "\0"])
def test_nothing_to_paste_is_said(newsroom: Database, text: str) -> None:
    with pytest.raises(RefusedError, match="no text on the clipboard"):
        paste(newsroom, Place(POST_VIEW, 0, as_new=True), text)


def test_too_much_is_refused(newsroom: Database) -> None:
    with pytest.raises(RefusedError, match="more than 100,000 lines"):
        paste(newsroom, Place(POST_VIEW, 0, as_new=True), "x\n" * 100_001)
