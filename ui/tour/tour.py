"""Owns what the steps of the tour share: the desk, who else looks on, the ways to a table and a cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.base.keys import TableName
from desktop.sample.colleague import Colleague
from desktop.sample.witness import Witness
from ui.app import Desk
from ui.dialogs.record_dialog import RecordDialog
from ui.panels.record_panel import RecordPanel
from ui.tour.driver import Camera, expect, press, settle, type_text, until
from ui.window.table_tab import TableTab

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass
class Tour:
    """What the steps share."""

    desk: Desk
    witness: Witness
    colleague: Colleague
    camera: Camera
    out: Path

    def table(self, name: str) -> TableTab:
        """Open a table by its name in the navigator and wait for its records."""
        tab = until(lambda: self.desk.workspace.open_table(TableName(None, name)), f"the tab of {name}")
        self.loaded(tab)
        return tab

    def loaded(self, tab: TableTab) -> None:
        """Wait until the tab shows its records and has counted them."""
        until(lambda: tab.model.exact and (tab.model.count == 0 or tab.model.row_at(0)), "the records")
        settle()

    def follows(self, tab: TableTab) -> None:
        """Wait until the panel at the right shows the current record, and what belongs to it."""
        panel = self.desk.window.panel
        assert isinstance(panel, RecordPanel)
        row = tab.grid.currentIndex().row()

        def settled() -> bool:
            shown = panel.record
            return shown is not None and shown.ref.key == tab.model.key_at(row) and not panel.busy

        until(settled, "the panel to follow")

    def act(self, action: str) -> None:
        """Use a menu action."""
        chosen = self.desk.window.actions_[action]
        expect(chosen.isEnabled(), f"“{chosen.text()}” can be used")
        chosen.trigger()

    def dialog(self) -> RecordDialog:
        """The record dialog that is open, once it shows its record."""

        def ready() -> RecordDialog | None:
            dialog = QApplication.activeWindow()
            return dialog if isinstance(dialog, RecordDialog) and dialog.ready else None

        return until(ready, "the record dialog")


def first_post(tour: Tour, tab: TableTab) -> tuple[int, str]:
    """Make the title of the first post the current cell; its number and title."""
    tour.loaded(tab)
    tab.go_to(0)
    tab.grid.setCurrentIndex(tab.model.index(0, tab.model.section_of("title")))
    tab.grid.setFocus()
    key = tab.model.key_at(0)
    assert key is not None
    number = int(str(key[0]))
    return number, str(tour.witness.post(number)["title"])


def type_in_cell(tab: TableTab, column: str, text: str) -> None:
    press(tab.grid, Qt.Key.Key_F2)
    editor = until(lambda: _cell_editor(tab), f"the editor of {column}")
    type_text(editor, text)
    press(editor, Qt.Key.Key_Return)


def _cell_editor(tab: TableTab) -> QWidget | None:
    focused = QApplication.focusWidget()
    return focused if focused is not None and focused is not tab.grid and tab.grid.editing.open else None
