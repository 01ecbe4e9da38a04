"""Owns what the tests of the record panel share: finding it, its fields, and typing into them."""

from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.base.keys import RecordRef
from desktop.models.workbench import Workbench
from tests.ui.window_kit import Stage
from ui.panels.form_page import FormPage
from ui.panels.record_panel import RecordPanel


def panel_of(stage: Stage) -> RecordPanel:
    found = stage.commands.panel.panel
    stage.qtbot.waitUntil(lambda: not found.busy)
    return found


def bench_of(stage: Stage) -> Workbench:
    assert stage.workspace.connection is not None
    return stage.workspace.connection.workbench


def go(stage: Stage, table: str, key: object) -> FormPage:
    """Make a record the current one and wait for its form."""
    tab = stage.open(table)
    row = next(row for row in range(tab.model.rowCount()) if tab.model.key_at(row) == (key,))
    tab.go_to(row)
    panel = stage.commands.panel.panel
    wanted = RecordRef(tab.table.name, (key,))
    stage.qtbot.waitUntil(lambda: panel.record is not None and panel.record.ref == wanted and not panel.busy)
    assert panel.form_page is not None
    return panel.form_page


def target(page: FormPage, column: str) -> QWidget:
    assert page.form is not None
    return page.form.fields[column].editor.focus_target()


def text(page: FormPage, column: str) -> str:
    found = target(page, column)
    assert isinstance(found, QLineEdit)
    return found.text()


def type_into(page: FormPage, column: str, words: str) -> None:
    found = target(page, column)
    found.setFocus()
    assert isinstance(found, QLineEdit)
    found.selectAll()
    QTest.keyClicks(found, words)


def tabs(panel: RecordPanel) -> list[str]:
    return [panel.tabs.tabText(place) for place in range(panel.tabs.count())]
