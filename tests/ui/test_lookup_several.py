"""A foreign key of two columns is one field: one choice sets both, in the form and in the grid."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.browse.records import read_record
from desktop.edit.changes import FieldChange
from desktop.models.connection import Connection
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.windows import AppConnection
from tests.ui.window_kit import show_window
from ui.editors.lookup_several import SeveralLookup
from ui.forms.record_form import RecordForm
from ui.grid.edit_delegate import EditDelegate

STAYS = TableName(None, "stays")
ROOMS = TableName(None, "rooms")


@pytest.fixture
def hotel(make_database: MakeDatabase) -> Database:
    return make_database(
        "CREATE TABLE rooms (house integer, number integer, name text NOT NULL, PRIMARY KEY (house, number))",
        "CREATE TABLE stays (id integer PRIMARY KEY, guest text, house integer, room integer,"
        " FOREIGN KEY (house, room) REFERENCES rooms (house, number))",
        "INSERT INTO rooms VALUES (1, 1, 'Lily'), (2, 1, 'Rose'), (2, 2, 'Iris')",
        "INSERT INTO stays VALUES (1, 'Ada', 1, 1), (2, 'Bob', NULL, NULL)",
    )


@pytest.fixture
def connection(hotel: Database, app_connection: AppConnection) -> Connection:
    return app_connection(hotel)


def pick(editor: SeveralLookup, name: str, qtbot: QtBot) -> None:
    """Choose by keyboard."""
    editor.line.setFocus()
    editor.line.selectAll()
    QTest.keyClicks(editor.line, name)
    popup = editor.popup
    assert popup is not None
    qtbot.waitUntil(lambda: not popup.waiting and len(popup.candidates) == 1)
    QTest.keyClick(editor.line, Qt.Key.Key_Return)


def test_the_form_has_one_field_for_both(connection: Connection, qtbot: QtBot) -> None:
    form = RecordForm(connection, connection.database.table(STAYS))
    qtbot.addWidget(form)
    form.show_record(read_record(connection.database, STAYS, (1,)))
    form.show()
    editor = form.fields["room"].editor
    assert isinstance(editor, SeveralLookup)
    assert editor.line.text() == "Lily"
    assert not form.fields["house"].isVisible()
    pick(editor, "rose", qtbot)
    assert form.changes() == {"room": (1, 1), "house": (1, 2)}
    with qtbot.waitSignal(form.open_wanted) as opened:
        QTest.keyClick(
            editor.line,
            Qt.Key.Key_Return,
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
        )
    assert opened.args == [RecordRef(ROOMS, (2, 1))]
    QTest.keyClick(editor.line, Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    assert form.changes() == {"room": (1, None), "house": (1, None)}
    form.mark(("house",), "No.")
    assert editor.error == "No."


@pytest.mark.parametrize("column", ["house", "room"])
def test_either_cell_picks_both_in_one_step(column: str, connection: Connection, qtbot: QtBot) -> None:
    stage = show_window(qtbot, connection)
    tab, bench, ref = stage.open("stays"), connection.workbench, RecordRef(STAYS, (2,))
    qtbot.waitUntil(lambda: tab.model.row_at(1) is not None)
    tab.grid.setCurrentIndex(tab.model.index(1, tab.model.section_of(column)))
    tab.grid.editing.begin()
    delegate = tab.grid.itemDelegate()
    assert isinstance(delegate, EditDelegate)
    editor = delegate.editor
    assert isinstance(editor, SeveralLookup)
    pick(editor, "iris", qtbot)
    qtbot.waitUntil(lambda: bench.staging.dirty)
    assert bench.staging.field(ref, "house") == FieldChange(None, 2)
    assert bench.staging.field(ref, "room") == FieldChange(None, 2)
    shown = tab.model.index(1, tab.model.section_of("room"))
    assert tab.model.data(shown) == "Iris"
    bench.undo()
    assert not bench.staging.dirty


def test_the_first_record_again_is_no_change(connection: Connection, qtbot: QtBot) -> None:
    """Going back by hand to the record first shown is no change."""
    form = RecordForm(connection, connection.database.table(STAYS))
    qtbot.addWidget(form)
    form.show_record(read_record(connection.database, STAYS, (1,)))
    form.show()
    editor = form.fields["room"].editor
    assert isinstance(editor, SeveralLookup)
    pick(editor, "rose", qtbot)
    pick(editor, "lily", qtbot)
    assert not form.dirty


def test_alt_space_and_ctrl_click_open_what_a_cell_names(connection: Connection, qtbot: QtBot) -> None:
    stage = show_window(qtbot, connection)
    tab = stage.open("stays")
    qtbot.waitUntil(lambda: tab.model.row_at(1) is not None)
    index = tab.model.index(0, tab.model.section_of("room"))
    tab.grid.setCurrentIndex(index)
    stage.run("record.open_reference")
    assert stage.dialog().windowTitle() == "Edit Room"
    stage.dialog().close()
    with qtbot.waitSignal(tab.grid.reference_wanted) as opened:
        place = tab.grid.visualRect(index).center()
        viewport, control = tab.grid.viewport(), Qt.KeyboardModifier.ControlModifier
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, control, place)
    assert opened.args == [RecordRef(ROOMS, (1, 1))]
    stage.dialog().close()
    empty = tab.grid.visualRect(tab.model.index(1, tab.model.section_of("room"))).center()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, control, empty)
    assert tab.grid.selected.size == 2


def test_alt_space_and_ctrl_click_open_what_a_field_names(connection: Connection, qtbot: QtBot) -> None:
    form = RecordForm(connection, connection.database.table(STAYS))
    qtbot.addWidget(form)
    form.show_record(read_record(connection.database, STAYS, (1,)))
    form.show()
    line = form.fields["room"].editor.focus_target()
    opened: list[object] = []
    form.open_wanted.connect(opened.append)
    QTest.keyClick(line, Qt.Key.Key_Space, Qt.KeyboardModifier.AltModifier)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier)
    assert opened == [RecordRef(ROOMS, (1, 1))] * 2
