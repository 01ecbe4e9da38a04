"""A form in the width of the record panel: nothing is cut off, however long a name or many the links."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef
from desktop.browse.fetch import first_block, read_record
from desktop.browse.links import MOST_NAMES
from desktop.browse.view import View
from desktop.models.cells import chips_cell
from desktop.schema.database import Database
from tests.fixtures.databases import Backend, MakeDatabase
from tests.fixtures.windows import AppConnection
from ui.editors.blob import BlobEditor
from ui.editors.line import TextEditor
from ui.editors.moment import MomentEditor
from ui.editors.range_ import RangeEditor
from ui.forms.arrange import arrange
from ui.forms.chips import ChipText
from ui.forms.field import Field
from ui.forms.links_field import LinksField
from ui.forms.record_form import RecordForm
from ui.panels.narrow import fit_in

WIDTH = 348
MANY = 200
LONG = "Eine kleine Nachtmusik, Serenade in G, K. 525: I. Allegro & more"


@pytest.fixture
def music(make_database: MakeDatabase, backend: Backend) -> Database:
    """A list with very many pieces, a picture, and one piece with a long name."""
    kind = "bytea" if backend == "postgresql" else "blob"
    pieces = ", ".join(f"({n}, '{LONG if n == 1 else f'Piece {n:04}'}')" for n in range(1, MANY + 1))
    return make_database(
        f"CREATE TABLE lists (id integer PRIMARY KEY, name text, street text, city text, email varchar(60),"
        f" phone varchar(20), cover {kind})",
        "CREATE TABLE pieces (id integer PRIMARY KEY, title varchar(200) NOT NULL)",
        "CREATE TABLE picks (list_id integer REFERENCES lists (id), piece_id integer REFERENCES pieces (id),"
        " PRIMARY KEY (list_id, piece_id))",
        "INSERT INTO lists (id, name, street) VALUES (1, 'All', '1 Quay'), (2, 'Few', '2 Quay\nBack yard')",
        f"INSERT INTO pieces VALUES {pieces}",  # noqa: S608
        "INSERT INTO picks SELECT 1, id FROM pieces",
        "INSERT INTO picks VALUES (2, 1)",
    )


def narrow_form(
    database: Database,
    key: int,
    app_connection: AppConnection,
    qtbot: QtBot,
    *,
    most_links: int | None = None,
) -> RecordForm:
    connection = app_connection(database)
    name = database.find("lists")
    form = RecordForm(connection, database.table(name))
    qtbot.addWidget(form)
    form.resize(WIDTH, 900)
    form.show_record(read_record(database, name, (key,), most_links=most_links))
    fit_in(form)
    with qtbot.waitExposed(form):
        form.show()
    QCoreApplication.sendPostedEvents()  # laid out anew for its width
    return form


def links_of(form: RecordForm) -> LinksField:
    return form.links["pieces"]


def chips(field: LinksField) -> list[ChipText]:
    return [text for text in field.findChildren(ChipText) if text.isVisible()]


def test_files_and_long_names_stay_within_the_panel(
    music: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    form = narrow_form(music, 2, app_connection, qtbot)
    body = form.widget()
    assert body is not None
    qtbot.waitUntil(lambda: body.width() <= form.viewport().width())
    cover = form.fields["cover"].editor
    assert isinstance(cover, BlobEditor)
    for widget in (cover.line, cover.bytes_button, cover.save_button, cover.load_button, cover.clear_button):
        assert widget.mapTo(body, widget.rect().topRight()).x() <= form.viewport().width()
        assert widget.width() >= widget.minimumSizeHint().width()
    (chip,) = chips(links_of(form))
    assert chip.text().endswith("…") and chip.text().startswith("Eine kleine")
    assert chip.accessibleName() == LONG
    assert chip.mapTo(body, chip.rect().topRight()).x() <= form.viewport().width()


def test_thousands_of_links_are_shown_a_few_at_a_time_and_kept_whole(
    music: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    form = narrow_form(music, 1, app_connection, qtbot)
    field = links_of(form)
    assert len(chips(field)) == 40
    assert field.chips.more_button.text() == f"{MANY - 40} more"
    field.chips.more_button.click()
    assert len(chips(field)) == 80 and field.chips.more_button.text() == f"{MANY - 80} more"
    field.remove((MANY,))
    assert field.chips.more_button.text() == f"{MANY - 81} more"
    assert (field.added, field.removed) == ((), ((MANY,),))
    field.add_key((MANY,), f"Piece {MANY}")
    assert not field.touched
    field.set_read_only(True)
    field.chips.more_button.click()
    shown = [chip.remove_button.isVisible() for chip in field.chips.shown()]
    assert len(shown) == 121 and not any(shown)


def test_the_record_of_a_chip_is_opened_by_the_keyboard(
    music: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    form = narrow_form(music, 2, app_connection, qtbot)
    (chip,) = links_of(form).chips.shown()
    with qtbot.waitSignal(form.open_wanted) as opened:
        QTest.keyClick(chip.remove_button, Qt.Key.Key_Space, Qt.KeyboardModifier.AltModifier)
    assert opened.args == [RecordRef(music.find("pieces"), (1,))]
    assert not form.dirty
    QTest.keyClick(chip.remove_button, Qt.Key.Key_Delete)
    assert links_of(form).removed == ((1,),)


def test_of_even_more_links_the_first_are_read_and_the_rest_is_counted(
    music: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    form = narrow_form(music, 1, app_connection, qtbot, most_links=50)
    field = links_of(form)
    assert len(field.names) == 50 and field.chips.more_button.text() == f"{MANY - 40} more"
    field.chips.more_button.click()
    assert (field.chips.more_button.text(), field.chips.more_button.isEnabled()) == (
        f"{MANY - 50} more",
        False,
    )
    first, last = next(iter(field.shown)), (MANY,)
    assert isinstance(first, tuple)
    field.remove(first)
    field.add_key(last, "linked already")
    again = read_record(music, music.find("lists"), (1,), most_links=50)
    assert again is not None
    form.rebase(again)
    assert (field.added, field.removed) == ((last,), (first,))


def test_a_grid_says_how_many_more_there_are(music: Database) -> None:
    rows = first_block(music, View(music.find("lists"), ("name",), links=("pieces",)))
    assert [(len(row.links[0]), row.more_links) for row in rows] == [
        (MOST_NAMES, (MANY - MOST_NAMES,)),
        (1, (0,)),
    ]
    cell = chips_cell(rows[0], 0)
    assert cell.more_chips == MANY - MOST_NAMES and cell.text.endswith(f"and {MANY - MOST_NAMES} more")


def test_a_field_stands_where_it_stands_whatever_it_holds(
    music: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    orders = []
    for key in (1, 2):  # the street of the second takes two lines
        form = narrow_form(music, key, app_connection, qtbot)
        places = arrange(form.table, form.fields, form.links)
        orders.append([p.widget.column_name for p in places if isinstance(p.widget, Field)])
    assert orders[0] == orders[1] == ["name", "street", "city", "email", "phone", "cover", "id"]


def test_ranges_and_moments_with_a_zone_get_the_room_they_need(
    make_postgres: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    database = make_postgres(
        "CREATE TABLE lists (id integer PRIMARY KEY, open tstzrange, address inet, at timestamptz,"
        " lasts interval)",
        "INSERT INTO lists VALUES (1, '[2024-03-31 01:30:00.123456+00,)', '::1',"
        " '2024-03-31 01:30:00.123456+00', '1 day')",
    )
    form = narrow_form(database, 1, app_connection, qtbot)
    bounds, moment = form.fields["open"].editor, form.fields["at"].editor
    assert isinstance(bounds, RangeEditor) and isinstance(moment, MomentEditor)
    for line in (bounds.low, moment.line):
        assert line.text() == "31 Mar 2024 01:30:00.123456"
        qtbot.waitUntil(partial(_has_room, line))


def _has_room(line: QLineEdit) -> bool:
    margins = line.textMargins()
    room = line.contentsRect().width() - margins.left() - margins.right()
    return line.fontMetrics().horizontalAdvance(line.text()) <= room


def test_a_text_that_is_cut_is_told_whole_by_its_tip(
    music: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    form = narrow_form(music, 1, app_connection, qtbot)
    editor = form.fields["name"].editor
    assert isinstance(editor, TextEditor) and editor.line.tip == "text"
    editor.enter(LONG * 3)
    assert editor.line.tip == f"{LONG * 3}\ntext"


def test_an_address_for_mail_gets_the_whole_line(
    music: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    form = narrow_form(music, 1, app_connection, qtbot)
    spans = {
        place.widget.column_name: place.span
        for place in arrange(form.table, form.fields, form.links)
        if isinstance(place.widget, Field)
    }
    assert (spans["email"], spans["phone"]) == (2, 1)
