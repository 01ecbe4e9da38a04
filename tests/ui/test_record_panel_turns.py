"""A form of many fields is built while the window goes on: the record before stays in sight until then."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.models.connection import Connection
from desktop.staging.staging import Edit
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.windows import AppConnection
from tests.ui.panel_kit import text
from ui.forms.record_form import RecordForm
from ui.panels.form_page import FormPage
from ui.panels.record_panel import RecordPanel

FIELDS = 60
WIDE = TableName(None, "wide")
THIN = TableName(None, "thin")


@pytest.fixture
def connection(make_sqlite: MakeDatabase, app_connection: AppConnection) -> Connection:
    columns = ", ".join(f"c{number} TEXT" for number in range(FIELDS))
    values = ", ".join(f"'x{number}'" for number in range(FIELDS))
    return app_connection(
        make_sqlite(
            f"CREATE TABLE wide (id INTEGER PRIMARY KEY, {columns})",
            f"INSERT INTO wide VALUES (1, {values}), (2, {values})",  # noqa: S608 - constants
            "CREATE TABLE thin (id INTEGER PRIMARY KEY, name TEXT)",
            "INSERT INTO thin VALUES (1, 'one')",
        )
    )


@pytest.fixture
def panel(qtbot: QtBot) -> RecordPanel:
    made = RecordPanel()
    qtbot.addWidget(made)
    made.show()
    return made


def _follow(qtbot: QtBot, panel: RecordPanel, connection: Connection, table: TableName, key: int) -> None:
    ref = RecordRef(table, (key,))
    panel.follow(connection, ref)
    qtbot.waitUntil(lambda: panel.record is not None and panel.record.ref == ref and not panel.busy)


def test_the_window_goes_on_while_the_form_is_built(
    panel: RecordPanel, connection: Connection, qtbot: QtBot
) -> None:
    _follow(qtbot, panel, connection, THIN, 1)
    in_sight: list[RecordRef] = []
    other = QTimer(interval=0)

    def look() -> None:
        assert panel.isVisible() and panel.record is not None
        in_sight.append(panel.record.ref)

    def watch(record: object) -> None:
        in_sight.clear()
        other.start()

    other.timeout.connect(look)
    panel._loader.loaded.connect(watch)
    _follow(qtbot, panel, connection, WIDE, 1)
    other.stop()
    before = [ref for ref in in_sight if ref.table == THIN]
    assert len(before) >= 3  # the one before was there to be seen all the time
    assert panel.form_page is not None and text(panel.form_page, "c59") == "x59"
    panel.clear()


def test_of_what_is_no_longer_wanted_nothing_stays(
    panel: RecordPanel, connection: Connection, qtbot: QtBot
) -> None:
    _follow(qtbot, panel, connection, THIN, 1)
    panel.follow(connection, RecordRef(WIDE, (1,)))
    qtbot.waitUntil(lambda: panel._turns.working)
    assert len(panel.findChildren(FormPage)) == 2
    _follow(qtbot, panel, connection, THIN, 1)
    qtbot.waitUntil(lambda: len(panel.findChildren(FormPage)) == len(panel.findChildren(RecordForm)) == 1)
    panel.follow(connection, RecordRef(WIDE, (1,)))
    qtbot.waitUntil(lambda: panel._turns.working)
    panel.clear()
    qtbot.waitUntil(lambda: not panel.findChildren(FormPage))
    assert not panel.busy


def test_what_is_entered_elsewhere_meanwhile_is_shown(
    panel: RecordPanel, connection: Connection, qtbot: QtBot
) -> None:
    _follow(qtbot, panel, connection, WIDE, 1)
    page = panel.form_page
    assert page is not None
    panel.follow(connection, RecordRef(WIDE, (2,)))
    qtbot.waitUntil(lambda: panel._turns.working)
    connection.workbench.edit("Edit c7", [Edit(RecordRef(WIDE, (2,)), "c7", "x7", "new", "new")])
    qtbot.waitUntil(lambda: not panel.busy)
    assert page.record is not None and page.record.ref.key == (2,)
    assert text(page, "c7") == "new" and page.dirty


def test_typing_goes_to_the_record_in_sight(panel: RecordPanel, connection: Connection, qtbot: QtBot) -> None:
    """While the next form is built, the one before still takes what is typed, for its own record."""
    _follow(qtbot, panel, connection, WIDE, 1)
    page = panel.form_page
    assert page is not None and page.form is not None
    field = page.form.fields["c3"].editor.focus_target()
    field.setFocus()
    panel.follow(connection, RecordRef(WIDE, (2,)))
    qtbot.waitUntil(lambda: panel._turns.working)
    QTest.keyClicks(field, "!")
    qtbot.waitUntil(lambda: not panel.busy)
    staging = connection.workbench.staging
    assert "!" in str(staging.field(RecordRef(WIDE, (1,)), "c3"))
    assert staging.state(RecordRef(WIDE, (2,))) is None


def test_a_record_that_is_gone_meanwhile_is_not_shown(
    panel: RecordPanel, connection: Connection, qtbot: QtBot
) -> None:
    _follow(qtbot, panel, connection, THIN, 1)
    ref = RecordRef(WIDE, (2,))
    panel.follow(connection, ref)
    qtbot.waitUntil(lambda: panel._turns.working)
    panel._loader.gone.emit(ref)
    qtbot.wait(100)
    assert "no longer in the database" in panel.empty.sentence and panel.empty.isVisible()
    assert panel.record is None and not panel.busy


def test_what_was_saved_is_not_seen_as_it_was_before(
    panel: RecordPanel, connection: Connection, qtbot: QtBot
) -> None:
    """Between two turns somebody could type over it: the record in sight is built anew at once."""
    _follow(qtbot, panel, connection, WIDE, 1)
    assert panel.record is not None
    again = panel.record._replace(values={**panel.record.values, "c3": "saved"})
    panel._loader.loaded.emit(again)
    assert panel.form_page is not None and text(panel.form_page, "c3") == "saved" and not panel._turns.working
