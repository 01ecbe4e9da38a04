"""The smaller dialogs: connecting, table settings, columns, shortcuts, about."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.browse.default_view import default_view
from desktop.connect.profile import parse_url
from desktop.models.connection import Connection
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.postgres import Server
from tests.fixtures.windows import AppConnection
from ui.dialogs.about import show_about
from ui.dialogs.columns_dialog import ColumnsDialog
from ui.dialogs.connect_dialog import ConnectDialog
from ui.dialogs.frame import DialogFrame
from ui.dialogs.shortcuts_dialog import ShortcutRow, ShortcutsDialog
from ui.dialogs.table_settings_dialog import TableSettingsDialog

DDL = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, code TEXT, gone BOOLEAN, note TEXT)"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def connection(make_sqlite: MakeDatabase, app_connection: AppConnection) -> Connection:
    return app_connection(make_sqlite(DDL))


def test_a_pasted_url_fills_the_fields(window: QWidget) -> None:
    dialog = ConnectDialog(window)
    dialog.open()
    QTest.keyClicks(dialog.url, "postgresql://ada:secret@db1.example:5433/newsroom?sslmode=require")
    fields = (dialog.host, dialog.port, dialog.database, dialog.user, dialog.password)
    assert [f.text() for f in fields] == ["db1.example", "5433", "newsroom", "ada", "secret"]
    assert dialog.tls.currentText() == "require"
    profile = dialog.profile()
    assert profile is not None
    assert profile.sslmode == "require"
    dialog.reject()


def test_no_protection_that_gives_way_is_offered(window: QWidget) -> None:
    dialog = ConnectDialog(window)
    dialog.open()
    offered = [dialog.tls.itemText(at) for at in range(dialog.tls.count())]
    assert offered == ["automatic", "verify-full", "verify-ca", "require", "disable"]
    assert dialog.tls.words.isHidden()
    dialog.tls.setCurrentText("disable")
    assert dialog.tls.words.isVisible() and dialog.tls.words.text().startswith("Not encrypted")
    dialog.tls.setCurrentText("verify-full")
    assert dialog.tls.words.isHidden()
    dialog.reject()


@pytest.mark.parametrize("mode", ["prefer", "allow"])
def test_an_older_connection_keeps_what_it_has_and_says_what_that_is(window: QWidget, mode: str) -> None:
    profile, _ = parse_url(f"postgresql://ada@db1.example/newsroom?sslmode={mode}")
    dialog = ConnectDialog(window, profile=profile)
    dialog.open()
    assert dialog.tls.currentText() == mode and "no protection" in dialog.tls.words.text()
    kept = dialog.profile()
    assert kept is not None and kept.sslmode == mode
    dialog.reject()


def test_several_hosts_and_rarer_settings_are_kept_and_can_be_edited(window: QWidget) -> None:
    dialog = ConnectDialog(window)
    dialog.open()
    assert dialog.more.isHidden()
    QTest.keyClicks(dialog.url, "postgresql://ada@db1:5432,db2:5433/newsroom?target_session_attrs=read-write")
    assert (dialog.host.text(), dialog.port.text()) == ("db1,db2", "5432,5433")
    assert dialog.more.isVisible()
    dialog.more.lines["sslrootcert"].setText("/etc/ca.pem")
    dialog.more.lines["target_session_attrs"].clear()
    dialog.saving.setCurrentText("Read only")
    profile = dialog.profile()
    assert profile is not None and profile.read_only
    assert (profile.host, profile.port) == ("db1,db2", None)
    assert profile.options == {"port": "5432,5433", "sslrootcert": "/etc/ca.pem"}
    dialog.more_button.click()
    assert dialog.more.isHidden()
    dialog.port.setText("5432,x")
    assert dialog.profile() is None
    dialog.reject()


def test_a_password_does_not_stay_readable_in_the_url(window: QWidget) -> None:
    dialog = ConnectDialog(window)
    dialog.open()
    QTest.keyClicks(dialog.url, "postgresql://ada:p%40ss@db1.example/newsroom")
    dialog.url.editingFinished.emit()
    assert (dialog.url.text(), dialog.password.text(), dialog.host.text()) == ("", "p@ss", "db1.example")
    QTest.keyClicks(dialog.url, "postgresql://ada@db1.example/newsroom")
    dialog.url.editingFinished.emit()
    assert dialog.url.text() == "postgresql://ada@db1.example/newsroom"
    dialog.reject()


def test_a_wrong_port_is_told_in_place(window: QWidget) -> None:
    dialog = ConnectDialog(window)
    dialog.open()
    dialog.port.setText("x")
    assert dialog.profile() is None
    assert "Port" in dialog.outcome.text()
    dialog.reject()


def test_a_connection_is_tested_and_opened(window: QWidget, postgres_server: Server, qtbot: QtBot) -> None:
    profile, password = parse_url(postgres_server.url)
    dialog = ConnectDialog(window)
    dialog.open()
    dialog.fill(profile, password)
    dialog.test_button.click()
    qtbot.waitUntil(lambda: "may read and write" in dialog.outcome.text())
    with qtbot.waitSignal(dialog.connected) as done:
        dialog.connect_button.click()
    assert done.args is not None
    assert done.args[0].close()


def test_a_server_that_does_not_answer_is_told_in_place(window: QWidget, qtbot: QtBot) -> None:
    dialog = ConnectDialog(window)
    dialog.open()
    dialog.fill(parse_url("postgresql://ada@127.0.0.1:1/newsroom")[0], None)
    dialog.test()
    qtbot.waitUntil(lambda: "127.0.0.1" in dialog.outcome.text())
    assert dialog.test_button.isEnabled()
    dialog.reject()


def test_table_settings_name_and_mark(connection: Connection, window: QWidget, qtbot: QtBot) -> None:
    people = connection.database.find("people")
    dialog = TableSettingsDialog(connection, people, window)
    dialog.open()
    dialog.first.setCurrentText("Code")
    dialog.second.setCurrentText("Name")
    dialog.marker.setCurrentText("Gone")
    with qtbot.waitSignals([dialog.applied, connection.changed]):
        dialog.save_button.click()
    table = connection.database.table(people)
    assert table.label.columns == ("code", "name")
    assert table.marker is not None
    assert table.marker.column == "gone"
    again = TableSettingsDialog(connection, people, window)
    assert again.first.currentText() == "Code"
    assert again.marker.currentText() == "Gone"


def test_columns_are_chosen_and_ordered_by_keyboard(
    connection: Connection, window: QWidget, qtbot: QtBot
) -> None:
    table = connection.database.table(connection.database.find("people"))
    view = default_view(table)
    dialog = ColumnsDialog(table, view, window)
    dialog.open()
    first, second = view.columns[:2]
    QTest.keyClick(dialog.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    with qtbot.waitSignal(dialog.chosen) as done:
        dialog.go_button.click()
    assert done.args is not None
    assert done.args[0].columns[0] == first
    assert second not in done.args[0].columns


def test_shortcuts_are_found_by_action_and_by_key(window: QWidget) -> None:
    rows = [ShortcutRow("Record", "New Record", "Ctrl+N"), ShortcutRow("Data", "Save", "Ctrl+S")]
    dialog = ShortcutsDialog(rows, window)
    dialog.open()
    QTest.keyClicks(dialog.search, "ctrl+s")
    assert dialog.shown() == ["Save"]
    dialog.reject()


def test_about_is_a_message_box(window: QWidget) -> None:
    box = show_about(window, "1.2.3")
    assert box.text() == "Rowkeeper 1.2.3"
    assert "Python" in box.detailedText()
    box.close()


def test_enter_presses_the_button_that_has_the_focus(window: QWidget, qtbot: QtBot) -> None:
    pressed: list[str] = []
    dialog = DialogFrame(window, "Delete?")
    cancel = dialog.add_button("Cancel", lambda: pressed.append("cancel"))
    dialog.add_button("Delete", lambda: pressed.append("delete"), role="danger", default=True)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    cancel.setFocus()
    QTest.keyClick(cancel, Qt.Key.Key_Return)
    assert pressed == ["cancel"]
    dialog.reject()
