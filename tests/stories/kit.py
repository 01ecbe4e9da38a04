"""Owns a person at Rowkeeper's window: tables, records, and what is really stored behind them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from desktop.models.connection import Connection
from desktop.schema.database import Database
from tests.fixtures.boxes import Boxes
from tests.stories.hands import Hands
from ui.app import Desk
from ui.dialogs.bulk_dialog import BulkDialog
from ui.dialogs.record_dialog import RecordDialog
from ui.editors.lookup import LookupEditor
from ui.window.main_window import MainWindow
from ui.window.table_tab import TableTab

B = TypeVar("B", bound=BulkDialog)


@dataclass
class Person(Hands):
    """Someone at the window of a desk, with a second connection to look behind it."""

    desk: Desk
    behind: sa.Connection
    _testers: list[QAbstractItemModelTester] = field(default_factory=list)

    # what is there

    @property
    def thread(self) -> int:
        """The GUI thread."""
        return threading.get_ident()

    @property
    def window(self) -> MainWindow:
        return self.desk.window

    @property
    def connection(self) -> Connection:
        found = self.desk.workspace.connection
        assert found is not None
        return found

    @property
    def database(self) -> Database:
        return self.connection.database

    @property
    def tab(self) -> TableTab:
        found = self.desk.workspace.tab
        assert found is not None
        return found

    @property
    def foot(self) -> str:
        """What the foot line of the tab in front says."""
        return self.tab.foot.text

    def stored(self, sql: str) -> object:
        """One value, read by the second connection."""
        return self.behind.scalar(sa.text(sql))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Rows, read by the second connection."""
        return [tuple(row) for row in self.behind.execute(sa.text(sql))]

    def elsewhere(self, sql: str) -> None:
        """Somebody else changes something, and commits."""
        self.behind.execute(sa.text(sql))

    def counts(self) -> dict[str, int]:
        """How many rows every table has."""
        names = (str(name) for name in self.database.schema.tables)
        return {name: int(str(self.stored(f"SELECT count(*) FROM {name}"))) for name in names}  # noqa: S608

    def act(self, action: str) -> None:
        """Use a menu action that can be used."""
        assert self.can(action)
        self.window.actions_[action].trigger()

    def can(self, action: str) -> bool:
        return self.window.actions_[action].isEnabled()

    # tables

    def open(self, table: str) -> TableTab:
        """Open a table from the navigator with the keyboard; its model is watched from now on."""
        self.press("Ctrl+P")
        self.wait(self.window.navigator.search.hasFocus)
        self.write(table)
        self.press("Return")
        self.wait(lambda: self.desk.workspace.tab is not None)
        tab = self.tab
        assert tab.table.name.name == table
        self.settled(tab)
        reporting = QAbstractItemModelTester.FailureReportingMode.Warning
        self._testers.append(QAbstractItemModelTester(tab.model, reporting, tab.model))
        self.wait(tab.grid.hasFocus)
        return tab

    def settled(self, tab: TableTab | None = None) -> None:
        """Wait until the grid shows its rows and has counted them."""
        shown = tab or self.tab
        self.wait(
            lambda: (
                "loading" not in shown.foot.text
                and shown.model.exact
                and shown.model.view == shown.model.shown_view
                and all(shown.model.row_at(row) for row in range(min(shown.model.count, 20)))
            )
        )

    def filter(self, column: str, text: str, count: int) -> None:
        """Type into the filter row and wait for that many records."""
        if not self.window.actions_["edit.filter_row"].isChecked():
            self.press("Ctrl+Shift+F")
        entry = self.tab.grid.filter_row.field(column)
        assert entry is not None
        self.wait(entry.isVisible)
        self.click(entry)
        self.press("Ctrl+A")
        self.write(text)
        self.press("Return")
        self.wait(lambda: self.tab.model.exact and self.tab.model.count == count)
        self.settled()

    def go_to(self, key: object) -> int:
        """Make the record with this key the current one; its row."""
        model = self.tab.model
        row = next(row for row in range(model.count) if model.key_at(row) == (key,))
        self.tab.go_to(row)
        self.tab.grid.setFocus()
        return row

    def select(self, *keys: object) -> None:
        """Click the rows with these keys, holding Ctrl."""
        model, grid = self.tab.model, self.tab.grid
        grid.setFocus()
        held = Qt.KeyboardModifier.NoModifier
        for key in keys:
            row = next(row for row in range(model.count) if model.key_at(row) == (key,))
            place = grid.visualRect(model.index(row, 0)).center()
            QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, held, place)
            held = Qt.KeyboardModifier.ControlModifier

    def cell(self, key: object, column: str) -> str:
        """What the grid shows in one cell."""
        model = self.tab.model
        row = next(row for row in range(model.count) if model.key_at(row) == (key,))
        return str(model.data(model.index(row, model.section_of(column))))

    # records

    def record(self) -> RecordDialog:
        """The record dialog in front, once it shows its record."""
        dialog = self.dialog(RecordDialog)
        self.wait(lambda: dialog.ready)
        return dialog

    def bulk(self, kind: type[B]) -> B:
        """A dialog over a selection, once it has counted."""
        dialog = self.dialog(kind)
        self.wait(lambda: dialog.expected is not None)
        return dialog

    def fill(self, dialog: RecordDialog, column: str, text: str) -> None:
        """Replace what stands in a field by typing."""
        target = dialog.form.fields[column].editor.focus_target()
        if isinstance(target, QComboBox):
            target.setFocus()
            self.write(text)
            return
        self.click(target)
        self.press("Ctrl+A")
        self.write(text)

    def pick(self, dialog: RecordDialog, column: str, text: str) -> None:
        """Choose a record in a field's picker: type a part of its name, press Enter."""
        editor = dialog.form.fields[column].editor
        assert isinstance(editor, LookupEditor)
        self.fill(dialog, column, text)
        self.press("Return")
        self.wait(lambda: QApplication.activePopupWidget() is None and editor.text_is_valid() is None)

    def save(self, dialog: RecordDialog) -> None:
        """Ctrl+S, and the dialog closes."""
        self.press("Ctrl+S")
        self.gone(dialog)


def sit_down(qtbot: QtBot, boxes: Boxes, desk: Desk, behind: sa.Connection) -> Iterator[Person]:
    """A person at that desk until the end of the test; then nothing of it may be left."""
    person = Person(qtbot, boxes, desk, behind)
    yield person
    connection = desk.workspace.connection if desk.window.menuBar().isEnabled() else None
    lanes = connection.lanes if connection is not None else ()
    desk.window.close()
    assert all(lane.closed for lane in lanes)
    desk.window.deleteLater()
    desk.deleteLater()
