"""The record dialog over every type of a server: opening writes nothing, emptying empties."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog
from tests.fixtures.windows import AppConnection
from tests.ui.test_dialog_record import save
from ui.dialogs.record_dialog import RecordDialog

PG_TYPES = (
    "CREATE TYPE mood AS ENUM ('calm', 'wild')",
    "CREATE TABLE things (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, a_text text, a_code varchar(20),"
    " a_num numeric(20, 6), a_real double precision, a_flag boolean, a_day date, a_time time,"
    " a_moment timestamp, a_zoned timestamptz, a_mood mood, a_json jsonb, a_uuid uuid, a_blob bytea,"
    " a_list int[], a_span interval, a_range int4range, a_double int GENERATED ALWAYS AS (2) STORED)",
    "INSERT INTO things (a_text, a_code, a_num, a_real, a_flag, a_day, a_time, a_moment, a_zoned, a_mood,"
    " a_json, a_uuid, a_blob, a_list, a_span, a_range) VALUES (E'a\\r\\nb', ' x ', 1.5, 'NaN', true,"
    " 'infinity', '24:00', '2024-05-01 10:00:00.000001', '0044-03-15 BC', 'wild', '{\"a\": 1.00}',"
    " gen_random_uuid(), '\\x00ff', '{1,NULL}', '1 mon -2 days', '[1,5)')",
)


def test_every_type_of_a_server_opens_unchanged_and_can_be_emptied(
    make_postgres: MakeDatabase,
    app_connection: AppConnection,
    second: OpenSecond,
    sql_log: Callable[[Database], SqlLog],
    qtbot: QtBot,
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    database = make_postgres(*PG_TYPES)
    connection = app_connection(database)
    for empty in (False, True):
        dialog = RecordDialog(connection, database.find("things"), (1,), parent=window)
        dialog.open()
        qtbot.waitUntil(lambda: dialog.ready)  # noqa: B023
        log = sql_log(database)
        for field in dialog.form.fields.values():
            QTest.keyClick(field.editor.focus_target(), Qt.Key.Key_Tab)
            if empty:
                QTest.keyClick(
                    field.editor.focus_target(), Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier
                )
        if empty:
            save(dialog, qtbot)
        else:
            dialog.save_button.click()
            assert not log.statements
    left = second(database).execute(sa.text("SELECT * FROM things")).mappings().one()
    assert {name for name, value in left.items() if value is not None} == {"id", "a_double"}
