"""Pop-ups of fields stay on the screen: at the right edge they open further left, at the foot above."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.fixtures.databases import MakeDatabase
from tests.fixtures.windows import AppConnection
from ui.editors.below import corner_in
from ui.editors.factory import make_editor
from ui.editors.lookup import LookupEditor
from ui.editors.moment import MomentEditor

ROOM = QRect(0, 0, 1000, 700)


@pytest.mark.parametrize(
    ("field", "corner"),
    [
        (QRect(100, 100, 150, 30), QPoint(100, 132)),
        (QRect(800, 100, 150, 30), QPoint(600, 132)),
        (QRect(100, 600, 150, 30), QPoint(100, 298)),
        (QRect(-50, 100, 150, 30), QPoint(0, 132)),
    ],
)
def test_where_a_popup_opens(field: QRect, corner: QPoint) -> None:
    assert corner_in(ROOM, field, 400, 300) == corner


def test_too_high_for_both_sides_it_opens_below() -> None:
    assert corner_in(QRect(0, 0, 500, 300), QRect(10, 150, 100, 30), 200, 250) == QPoint(10, 182)


def test_the_list_and_the_calendar_of_a_field_in_the_last_corner(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    database = make_database(
        "CREATE TABLE people (id integer PRIMARY KEY, name text)",
        "CREATE TABLE calls (id integer PRIMARY KEY, day date, person_id integer REFERENCES people (id))",
        "INSERT INTO people VALUES (1, 'Somebody with a long name')",
    )
    connection, table = app_connection(database), database.table(database.find("calls"))
    window = QWidget()
    qtbot.addWidget(window)
    room = window.screen().availableGeometry()
    window.setGeometry(room.adjusted(2, 2, -2, -2))
    key = table.foreign_key_on("person_id")
    lookup = make_editor(table.column("person_id"), connection, window, foreign_key=key)
    moment = make_editor(table.column("day"), connection, window)
    assert isinstance(lookup, LookupEditor) and isinstance(moment, MomentEditor)
    for editor in (lookup, moment):
        editor.setGeometry(window.width() - 120, window.height() - 32, 110, 30)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClicks(lookup.line, "some")
    popup = lookup.popup
    assert popup is not None
    qtbot.waitUntil(lambda: not popup.waiting)
    assert room.contains(popup.geometry())
    assert popup.geometry().bottom() < lookup.line.mapToGlobal(QPoint(0, 0)).y()
    popup.hide()
    moment.pick()
    calendar = moment._popup
    assert calendar is not None and room.contains(calendar.geometry())
    calendar.hide()
