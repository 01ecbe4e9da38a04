"""A new record in its dialog: nothing shouts, defaults are told in words, the dialog fits what is in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.models.connection import Connection
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.windows import AppConnection
from ui.dialogs.record_dialog import RecordDialog

DDL = (
    "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL, live BOOLEAN DEFAULT TRUE,"
    " pages INTEGER DEFAULT 7, made TIMESTAMP DEFAULT CURRENT_TIMESTAMP, word VARCHAR(20) DEFAULT 'plain',"
    " none VARCHAR(20) DEFAULT '', odd INTEGER DEFAULT (1 + 1))"
)

DDL_WITH_ONE = (DDL, "INSERT INTO things (id, name) VALUES (1, 'One')")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def dialog_of(
    connection: Connection, table: str, key: int | None, window: QWidget, qtbot: QtBot
) -> RecordDialog:
    name = connection.database.find(table)
    dialog = RecordDialog(connection, name, None if key is None else (key,), parent=window)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.ready)
    return dialog


def test_nothing_was_anything_before(
    newsroom: Database, app_connection: AppConnection, window: QWidget, qtbot: QtBot
) -> None:
    dialog = dialog_of(app_connection(newsroom), "posts", None, window, qtbot)
    field = dialog.form.fields["title"]
    QTest.keyClicks(field.editor.focus_target(), "Fresh")
    assert field.editor.touched
    assert field.note.text() == ""
    assert field.editor.styled().property("state") == ""
    (links,) = dialog.form.links.values()
    links.add_key((1,), "sea")
    assert links.touched
    assert links.note.text() == ""
    dialog.form.mark(("title",), "Refused.")
    assert field.editor.styled().property("state") == "error"


def test_a_stored_record_says_what_was_there(
    newsroom: Database, app_connection: AppConnection, window: QWidget, qtbot: QtBot
) -> None:
    dialog = dialog_of(app_connection(newsroom), "posts", 1, window, qtbot)
    field = dialog.form.fields["title"]
    QTest.keyClicks(field.editor.focus_target(), "X")
    assert field.note.text().startswith("was ")
    assert field.editor.styled().property("state") == "changed"


def test_defaults_are_told_in_words(
    make_database: MakeDatabase, app_connection: AppConnection, window: QWidget, qtbot: QtBot
) -> None:
    dialog = dialog_of(app_connection(make_database(DDL)), "things", None, window, qtbot)
    editors = {name: field.editor for name, field in dialog.form.fields.items()}
    assert {
        name: editors[name].default_words for name in ("live", "pages", "made", "word", "none", "odd")
    } == {
        "live": "default (Yes)",
        "pages": "default (7)",
        "made": "default (now)",
        "word": "default (plain)",
        "none": "default (empty)",
        "odd": "default",
    }


@pytest.mark.parametrize(("table", "key"), [("tags", None), ("users", None), ("posts", 1)])
def test_the_dialog_fits_its_fields_and_stays_on_the_screen(
    newsroom: Database,
    app_connection: AppConnection,
    window: QWidget,
    qtbot: QtBot,
    table: str,
    key: int | None,
) -> None:
    screen = window.screen().availableGeometry()
    window.setGeometry(QRect(screen.right() - 200, screen.bottom() - 150, 200, 150))
    dialog = dialog_of(app_connection(newsroom), table, key, window, qtbot)
    form = dialog.form.widget()
    assert form is not None
    assert dialog.screen().availableGeometry().contains(dialog.geometry())
    room = dialog.form.viewport().height() - form.sizeHint().height()
    assert room <= 12  # no empty space under the last field


def test_a_name_without_end_does_not_widen_the_dialog(
    make_database: MakeDatabase, app_connection: AppConnection, window: QWidget, qtbot: QtBot
) -> None:
    fill = f"UPDATE things SET name = '{'W' * 4000}'"  # noqa: S608 - a constant
    dialog = dialog_of(app_connection(make_database(*DDL_WITH_ONE, fill)), "things", 1, window, qtbot)
    assert dialog.headline.text().endswith("W…")
    assert dialog.minimumSizeHint().width() < window.screen().availableGeometry().width()
