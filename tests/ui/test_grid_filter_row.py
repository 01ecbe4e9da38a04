"""The filter row: applies while one types, says what it does not understand, moves with the heads."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.base.keys import TableName
from desktop.browse.view import ColumnFilter, View
from desktop.models.record_model import RecordModel
from desktop.schema.database import Database
from tests.fixtures.windows import AppConnection
from tests.models.helpers import column_texts, settled
from ui.grid.grid_view import GridView

POSTS_VIEW = View(
    TableName(None, "posts"), ("title", "author_id", "status", "view_count", "created_at"), links=("tags",)
)


@pytest.fixture
def grid(newsroom: Database, app_connection: AppConnection, qtbot: QtBot) -> GridView:
    connection = app_connection(newsroom)
    grid = GridView(RecordModel(connection, POSTS_VIEW, connection))
    qtbot.addWidget(grid)
    grid.resize(500, 300)
    grid.show_filters(True)
    grid.show()
    settled(qtbot, grid.record_model)
    return grid


def _field(grid: GridView, column: str) -> QLineEdit:
    field = grid.filter_row.field(column)
    assert field is not None
    return field


def test_there_is_a_named_field_under_every_column(grid: GridView) -> None:
    header = grid.horizontalHeader()
    for section, name in enumerate(POSTS_VIEW.columns):
        field = _field(grid, name)
        assert field.x() == header.sectionViewportPosition(section)
        assert field.width() == header.sectionSize(section) - 1
        assert field.accessibleName().startswith("Filter ")
    assert grid.filter_row.field("tags") is None
    assert header.height() == header.sizeHint().height() >= 60


def test_fields_follow_when_columns_are_resized_or_scrolled(grid: GridView) -> None:
    header = grid.horizontalHeader()
    header.resizeSection(0, 222)
    assert _field(grid, "author_id").x() == 222
    grid.horizontalScrollBar().setValue(100)
    assert header.offset() == 100
    assert _field(grid, "author_id").x() == 122


def test_typing_applies_after_a_rest(grid: GridView, qtbot: QtBot) -> None:
    field = _field(grid, "author_id")
    field.setFocus()
    QTest.keyClicks(field, "zo")
    assert grid.record_model.view.filters == ()
    qtbot.waitUntil(lambda: grid.record_model.shown_view.filters == (ColumnFilter("author_id", "zo"),))
    settled(qtbot, grid.record_model)
    assert grid.record_model.rowCount() == 2
    assert field.text() == "zo"


def test_enter_applies_at_once_and_esc_clears(grid: GridView, qtbot: QtBot) -> None:
    field = _field(grid, "view_count")
    field.setText(">= 10000")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settled(qtbot, grid.record_model)
    assert column_texts(grid.record_model, 3) == ["18,422", "90,211"]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    settled(qtbot, grid.record_model)
    assert (field.text(), grid.record_model.rowCount()) == ("", 6)
    with qtbot.waitSignal(grid.filter_row.left):
        QTest.keyClick(field, Qt.Key.Key_Escape)


def test_what_is_not_understood_is_marked_with_the_reason_until_mended(grid: GridView, qtbot: QtBot) -> None:
    field = _field(grid, "view_count")
    field.setText(">= abc")
    with qtbot.waitSignal(grid.record_model.refused):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.property("state") == "error"
    assert "abc" in field.toolTip()
    assert field.accessibleDescription() == field.toolTip()
    assert (field.text(), grid.record_model.rowCount()) == (">= abc", 6)
    field.setText(">= 10000")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settled(qtbot, grid.record_model)
    assert (field.property("state"), field.toolTip()) == ("", "")
    assert grid.record_model.rowCount() == 2


def test_filters_set_elsewhere_appear_in_the_fields(grid: GridView, qtbot: QtBot) -> None:
    view = View(POSTS_VIEW.table, ("title", "status"), filters=(ColumnFilter("status", "draft"),))
    grid.record_model.set_view(view)
    settled(qtbot, grid.record_model)
    assert _field(grid, "status").text() == "draft"
    assert grid.filter_row.field("view_count") is None


def test_filters_of_hidden_columns_stay(grid: GridView, qtbot: QtBot) -> None:
    hidden = ColumnFilter("view_count", ">= 300")
    grid.record_model.set_view(View(POSTS_VIEW.table, ("title", "status"), filters=(hidden,)))
    settled(qtbot, grid.record_model)
    field = _field(grid, "status")
    field.setText("draft")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settled(qtbot, grid.record_model)
    assert grid.record_model.view.filters == (hidden, ColumnFilter("status", "draft"))
    assert column_texts(grid.record_model) == ["What the harbour master saw"]


def test_no_field_is_made_before_the_row_is_shown(grid: GridView) -> None:
    assert grid.filter_row.findChildren(QLineEdit) != []
    other = GridView(grid.record_model)
    try:
        assert other.filter_row.findChildren(QLineEdit) == []
        other.show_filters(True)
        assert len(other.filter_row.findChildren(QLineEdit)) == len(grid.filter_row.findChildren(QLineEdit))
    finally:
        other.close()
        other.deleteLater()
