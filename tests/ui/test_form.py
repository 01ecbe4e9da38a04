"""Forms made from the schema: order, width, marks, chips; opening a record changes nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.base.keys import NewKey, RecordRef
from desktop.browse.default_view import default_view
from desktop.browse.fetch import first_block, read_record
from desktop.browse.rows import Candidate
from desktop.connect.profile import sqlite_profile
from desktop.models.cells import RAW_WORDS
from desktop.models.connection import Connection
from desktop.models.picker_search import Offer, PickerSearch
from desktop.schema.database import Database, open_database
from desktop.values.special import DEFAULT
from tests.fixtures.databases import Backend, MakeDatabase
from tests.fixtures.samples import DATA
from tests.fixtures.windows import AppConnection
from ui.editors.combo import ComboEditor
from ui.editors.line import LineEditor
from ui.editors.lookup import LookupEditor
from ui.forms.arrange import arrange
from ui.forms.field import Field
from ui.forms.record_form import RecordForm

DDL = (
    "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT)",
    "CREATE TABLE books (id INTEGER PRIMARY KEY, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,"
    " pages INTEGER, blurb TEXT, title VARCHAR(200) NOT NULL, author_id INTEGER REFERENCES authors (id),"
    " price NUMERIC(8, 2) DEFAULT 9.90)",
    "INSERT INTO authors VALUES (1, 'Ada', 'London'), (2, 'Adam', 'Paris'), (3, 'Grace', 'New York')",
    "INSERT INTO books (id, title, author_id, pages) VALUES (1, 'Notes', 3, 80)",
)


@pytest.fixture
def connection(make_database: MakeDatabase, app_connection: AppConnection) -> Connection:
    return app_connection(make_database(*DDL))


def form_of(connection: Connection, table: str, key: int | None, qtbot: QtBot) -> RecordForm:
    database = connection.database
    form = RecordForm(connection, database.table(database.find(table)))
    qtbot.addWidget(form)
    form.resize(560, 600)
    form.show_record(None if key is None else read_record(database, database.find(table), (key,)))
    form.show()
    return form


def test_names_first_keys_and_timestamps_last(connection: Connection, qtbot: QtBot) -> None:
    form = form_of(connection, "books", 1, qtbot)
    places = list(arrange(form.table, form.fields, form.links))
    order = [place.widget.column_name for place in places if isinstance(place.widget, Field)]
    assert order[0] == "title"
    assert set(order[-2:]) == {"id", "created_at"}
    assert places[0].span == 2
    halves = [place for place in places if place.span == 1]
    assert len({(place.row, place.column) for place in places}) == len(places)
    assert len(halves) >= 4


def test_names_in_pairs_and_a_city_below_its_street(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot, backend: Backend
) -> None:
    serial = "INTEGER PRIMARY KEY" if backend == "sqlite" else "serial PRIMARY KEY"
    address = "street TEXT, city TEXT, postal_code TEXT, phone TEXT"
    connection = app_connection(
        make_database(
            f"CREATE TABLE staff (id {serial}, title TEXT, first_name TEXT, last_name TEXT, age INTEGER,"
            f" {address})",
            f"CREATE TABLE bills (number {serial}, staff_id INTEGER REFERENCES staff (id), day DATE,"
            f" {address}, total INTEGER)",
        )
    )
    places = [["street"], ["city", "postal_code"]]
    staff = rows_of(form_of(connection, "staff", None, qtbot))
    assert staff == [["first_name", "last_name"], ["title"], ["age"], *places, ["phone"], ["id"]]
    bills = rows_of(form_of(connection, "bills", None, qtbot))
    assert bills == [["staff_id", "day"], *places, ["phone", "total"], ["number"]]


def rows_of(form: RecordForm) -> list[list[str]]:
    """The fields row by row."""
    rows: dict[int, list[str]] = {}
    for place in arrange(form.table, form.fields, form.links):
        assert isinstance(place.widget, Field)
        rows.setdefault(place.row, []).append(place.widget.column_name)
    return list(rows.values())


def test_a_new_record_leaves_defaults_to_the_database(connection: Connection, qtbot: QtBot) -> None:
    form = form_of(connection, "books", None, qtbot)
    assert form.fields["price"].editor.value() is DEFAULT
    assert form.fields["title"].label.text() == "Title *"
    assert not form.dirty
    assert form.changes() == {}
    assert not form.check(new=True)
    assert form.fields["title"].editor.error == "Title must be filled in."


def test_the_note_says_what_it_was(connection: Connection, qtbot: QtBot) -> None:
    form = form_of(connection, "books", 1, qtbot)
    editor = form.fields["author_id"].editor
    assert isinstance(editor, LookupEditor)
    editor.choose(1, "Ada")
    assert form.fields["author_id"].note.text() == "was Grace"
    assert form.changes() == {"author_id": (3, 1)}
    editor.choose(3, "Grace")
    assert form.fields["author_id"].note.text() == ""
    assert not form.dirty


def test_the_picker_by_keyboard(connection: Connection, qtbot: QtBot) -> None:
    form = form_of(connection, "books", 1, qtbot)
    editor = form.fields["author_id"].editor
    assert isinstance(editor, LookupEditor)
    QTest.keyClick(editor.line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor.line, "ada")
    popup = editor.popup
    assert popup is not None
    qtbot.waitUntil(lambda: not popup.waiting)
    assert [one.label for one in popup.candidates] == ["Ada", "Adam"]
    assert popup.candidates[0].extra == ("London",)
    QTest.keyClick(editor.line, Qt.Key.Key_Down)
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert editor.value() == 2
    assert not popup.isVisible()
    QTest.keyClicks(editor.line, "x")
    QTest.keyClick(editor.line, Qt.Key.Key_Escape)
    QTest.keyClick(editor.line, Qt.Key.Key_Escape)
    assert editor.value() == 2
    QTest.keyClick(editor.line, Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    assert editor.value() is None


def test_a_name_nobody_has_is_refused_in_words(connection: Connection, qtbot: QtBot) -> None:
    form = form_of(connection, "books", None, qtbot)
    editor = form.fields["author_id"].editor
    assert isinstance(editor, LookupEditor)
    QTest.keyClicks(editor.line, "nobody")
    popup = editor.popup
    assert popup is not None
    qtbot.waitUntil(lambda: not popup.waiting)
    assert popup.foot.text() == "No author matches."
    popup.hide()
    assert "“nobody”" in (editor.text_is_valid() or "")


def test_only_the_answer_to_the_last_key_is_shown(connection: Connection, qtbot: QtBot) -> None:
    form = form_of(connection, "books", None, qtbot)
    editor = form.fields["author_id"].editor
    assert isinstance(editor, LookupEditor)
    editor.pick()
    popup = editor.popup
    assert popup is not None
    popup.search("grace", at_once=True)
    popup.search("adam", at_once=True)
    qtbot.waitUntil(lambda: not popup.waiting)
    assert [one.label for one in popup.candidates] == ["Adam"]
    popup.hide()


def test_chips_are_added_and_removed(newsroom: Database, app_connection: AppConnection, qtbot: QtBot) -> None:
    form = form_of(app_connection(newsroom), "posts", 4, qtbot)
    tags = form.links["tags"]
    assert sorted(tags.names) == ["long read", "water"]
    tags.remove((1,))
    tags.add_key(NewKey(1), "harbour")
    assert (tags.added, tags.removed) == ((NewKey(1),), ((1,),))
    assert "water" in tags.note.text()
    tags.remove(NewKey(1))
    tags.add_key((1,), "water")
    assert not tags.touched


def test_a_record_known_by_another_unique_column_opens_too(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    connection = app_connection(
        make_database(
            "CREATE TABLE currencies (id integer PRIMARY KEY, code varchar(3) NOT NULL UNIQUE, name text)",
            "CREATE TABLE prices (id integer PRIMARY KEY, currency varchar(3) REFERENCES currencies (code))",
            "INSERT INTO currencies VALUES (7, 'EUR', 'Euro')",
            "INSERT INTO prices VALUES (1, 'EUR')",
        )
    )
    form = form_of(connection, "prices", 1, qtbot)
    editor = form.fields["currency"].editor
    assert isinstance(editor, LookupEditor) and editor.line.text() == "Euro"
    with qtbot.waitSignal(form.open_wanted) as opened:
        QTest.keyClick(editor.line, Qt.Key.Key_Space, Qt.KeyboardModifier.AltModifier)
    assert opened.args == [RecordRef(connection.database.find("currencies"), (7,))]
    assert not form.dirty


def test_what_a_type_fills_up_with_blanks_is_edited_without_them(
    make_postgres: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    connection = app_connection(
        make_postgres(
            "CREATE TABLE words (id integer PRIMARY KEY, name char(8),"
            " size char(2) CHECK (size IN ('S', 'XL')))",
            "INSERT INTO words VALUES (1, 'seven', 'S')",
        )
    )
    form = form_of(connection, "words", 1, qtbot)
    name, size = form.fields["name"].editor, form.fields["size"].editor
    assert isinstance(name, LineEditor) and isinstance(size, ComboEditor)
    assert (name.line.text(), name.base, size.combo.currentText()) == ("seven", "seven   ", "S ")
    QTest.keyClick(name.line, Qt.Key.Key_End)
    QTest.keyClicks(name.line, "ty")
    assert form.check(new=False) and form.changes() == {"name": ("seven   ", "seventy")}
    QTest.keyClick(name.line, Qt.Key.Key_Backspace)
    QTest.keyClick(name.line, Qt.Key.Key_Backspace)
    assert not form.dirty
    QTest.keyClicks(size.combo, "x")
    assert form.check(new=False) and form.changes() == {"size": ("S ", "XL")}


def test_the_comment_of_a_column_is_the_hint_of_its_field(
    make_postgres: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    connection = app_connection(
        make_postgres(
            "CREATE TABLE parts (id serial PRIMARY KEY, code varchar(8) NOT NULL, name text)",
            "COMMENT ON COLUMN parts.code IS 'As printed on the box'",
        )
    )
    form = form_of(connection, "parts", None, qtbot)
    code, name = form.fields["code"], form.fields["name"]
    assert isinstance(code.editor, LineEditor)
    assert code.label.toolTip() == code.editor.line.tip == "As printed on the box"
    assert code.editor.line.accessibleDescription() == "As printed on the box"
    assert name.label.toolTip() == "text"


def test_a_value_that_cannot_be_represented_is_named_so_until_it_is_replaced(
    make_database: MakeDatabase, app_connection: AppConnection, backend: Backend, qtbot: QtBot
) -> None:
    odd = "infinity" if backend == "postgresql" else "2024-02-30"
    connection = app_connection(
        make_database(
            "CREATE TABLE terms (id integer PRIMARY KEY, begins date, ends date)",
            f"INSERT INTO terms VALUES (1, '2024-01-01', '{odd}')",  # noqa: S608
        )
    )
    form = form_of(connection, "terms", 1, qtbot)
    begins, ends = form.fields["begins"], form.fields["ends"]
    assert (begins.note.text(), ends.note.text()) == ("", "as stored")
    assert ends.note.toolTip() == RAW_WORDS and not form.dirty
    line = ends.editor.focus_target()
    QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(line, "2024-03-01")
    assert (ends.note.text(), ends.note.toolTip()) == (f"was {odd}", "")
    assert list(form.changes()) == ["ends"]


@pytest.mark.parametrize("name", ["chinook/chinook", "northwind/northwind", "nga/nga_constituents"])
def test_opening_a_record_of_every_table_touches_nothing(
    name: str, app_connection: AppConnection, qtbot: QtBot
) -> None:
    path = DATA / f"{name}.sqlite"
    if not path.exists():
        pytest.skip("the sample databases are not here")
    connection = app_connection(open_database(sqlite_profile(path, read_only=True)))
    database = connection.database
    for table in database.schema.tables.values():
        rows = first_block(database, default_view(table))
        if not rows or not table.key:
            continue
        form = RecordForm(connection, table)
        qtbot.addWidget(form)
        form.show_record(read_record(database, table.name, rows[0].key))
        for field in form.fields.values():
            assert field.editor.text_is_valid() is None
        assert not form.dirty, table.name
        assert form.changes() == {}


def test_enter_counts_though_the_list_closes_before_the_answer(connection: Connection, qtbot: QtBot) -> None:
    form = form_of(connection, "books", None, qtbot)
    editor = form.fields["author_id"].editor
    assert isinstance(editor, LookupEditor)
    editor.focus_target().setFocus()
    QTest.keyClicks(editor.line, "grac")
    assert editor.popup is not None
    QTest.keyClick(editor.popup, Qt.Key.Key_Return)
    editor.popup.hide()  # the window lost the keys for a moment
    qtbot.waitUntil(lambda: not editor.searching)
    assert editor.value() == 3


def test_the_list_says_that_it_still_looks_and_gives_up_when_closed(
    connection: Connection, qtbot: QtBot
) -> None:
    form = form_of(connection, "books", None, qtbot)
    editor = form.fields["author_id"].editor
    assert isinstance(editor, LookupEditor)
    editor.pick()
    popup = editor.popup
    assert popup is not None
    qtbot.waitUntil(lambda: not popup.waiting)
    search = popup.findChild(PickerSearch)
    assert search is not None
    search.found.emit(Offer((), 0, final=False))
    qtbot.waitUntil(lambda: popup.foot.text() == "Still looking…")
    search.found.emit(Offer((Candidate((1,), 1, "Ada"),), 1, final=False))
    qtbot.waitUntil(lambda: popup.foot.text() == "1 found, still looking…")
    item = popup.list.topLevelItem(0)
    assert item is not None and item.text(popup.list.columnCount() - 1) == "recent"
    assert popup.list.columnCount() == 2
    search.ask("a")
    popup.hide()
    assert not popup.waiting
