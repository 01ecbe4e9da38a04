"""What is known to be wrong is told while somebody types, in the form and in a cell; it asks nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.browse.records import read_record
from desktop.models.connection import Connection
from desktop.schema.database import Database
from desktop.staging.staging import Edit
from tests.fixtures.databases import MakeDatabase, SqlLog
from tests.fixtures.windows import AppConnection
from tests.ui.window_kit import show_window
from ui.forms.record_form import RecordForm
from ui.grid.edit_delegate import EditDelegate

ROOMS = TableName(None, "rooms")


@pytest.fixture
def rooms(make_database: MakeDatabase) -> Database:
    return make_database(
        "CREATE TABLE rooms (id integer PRIMARY KEY, name varchar(30) NOT NULL, code varchar(10) UNIQUE,"
        " low integer, high integer, CHECK (length(code) >= 2), CHECK (low <= high), CHECK (low >= 0))",
        "INSERT INTO rooms VALUES (1, 'Hall', 'HA', 1, 5), (2, 'Attic', 'AT', 1, 5)",
    )


@pytest.fixture
def connection(rooms: Database, app_connection: AppConnection) -> Connection:
    return app_connection(rooms)


@pytest.fixture
def form(connection: Connection, qtbot: QtBot) -> RecordForm:
    made = RecordForm(connection, connection.database.table(ROOMS))
    qtbot.addWidget(made)
    made.show_record(read_record(connection.database, ROOMS, (1,)))
    made.show()
    return made


def write(form: RecordForm, column: str, text: str) -> str | None:
    line = form.fields[column].editor.focus_target()
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)
    return form.fields[column].editor.error


def test_a_check_is_told_and_forgiven(
    form: RecordForm, rooms: Database, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(rooms)
    assert write(form, "code", "H") == "Code must have at least 2 characters."
    assert form.fields["code"].problem.isVisible()
    assert write(form, "code", "HX") is None
    assert write(form, "low", "-1") == "Low must be at least 0."
    assert log.statements == []


def test_two_fields_are_told_at_the_one_changed(form: RecordForm) -> None:
    assert write(form, "low", "9") == "Low must not be greater than High."
    assert write(form, "high", "10") is None
    assert form.fields["low"].editor.error is None


def test_a_twin_is_told_and_does_not_block(form: RecordForm, connection: Connection) -> None:
    other = RecordRef(ROOMS, (2,))
    connection.workbench.staging.titles[other] = "Attic"
    connection.workbench.edit("set Code", [Edit(other, "code", "AT", "XX")])
    assert write(form, "code", "XX") == "Another unsaved record, “Attic”, has this value already."
    assert form.check(new=False)
    assert write(form, "code", "XY") is None


def test_the_cell_says_it_too(connection: Connection, qtbot: QtBot) -> None:
    stage = show_window(qtbot, connection)
    tab, bench = stage.open("rooms"), connection.workbench
    qtbot.waitUntil(lambda: tab.model.row_at(1) is not None)
    section = tab.model.section_of("code")
    bench.edit("set Code", [Edit(RecordRef(ROOMS, (2,)), "code", "AT", "XX")])
    tab.grid.setCurrentIndex(tab.model.index(0, section))
    tab.grid.editing.begin()
    delegate = tab.grid.itemDelegate()
    assert isinstance(delegate, EditDelegate) and delegate.editor is not None
    editor, line = delegate.editor, delegate.editor.focus_target()
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, "X")
    assert editor.error == "Code must have at least 2 characters."
    QTest.keyClicks(line, "X")
    assert "Another unsaved record" in (editor.error or "")
    assert line.toolTip() == editor.error
    tab.grid.editing.commit()
    notes = [tab.model.cell_at(row, section).note for row in (0, 1)]
    assert all("Another unsaved record" in note for note in notes)
    assert bench.staging.blocked() == []
    bench.discard()
