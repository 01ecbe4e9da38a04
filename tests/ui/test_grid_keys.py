"""A grid that no action of the window reaches answers the same keys by itself, and the mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.base.keys import TableName
from desktop.base.refusal import Refusal
from desktop.browse.view import View
from desktop.models.cells import CellRole, CellState
from desktop.models.record_model import RecordModel
from desktop.schema.database import Database
from tests.fixtures.windows import AppConnection
from tests.models.helpers import settled
from ui.grid.grid_view import GridView

POSTS = TableName(None, "posts")
VIEW = View(
    POSTS, ("title", "author_id", "status", "deleted_by"), links=("tags",), pinned=(("author_id", 1),)
)


@pytest.fixture
def grid(newsroom: Database, app_connection: AppConnection, qtbot: QtBot) -> Iterator[GridView]:
    """The posts of one author, as beside a record."""
    connection = app_connection(newsroom)
    model = RecordModel(connection, VIEW, connection)
    grid = GridView(model)
    qtbot.addWidget(grid)
    grid.resize(900, 400)
    grid.show()
    qtbot.waitUntil(grid.isActiveWindow)
    grid.setFocus()
    settled(qtbot, model)
    yield grid
    connection.workbench.discard()


def press(grid: GridView, *keys: str) -> None:
    for key in keys:
        QTest.keySequence(grid, QKeySequence(key))


def place(grid: GridView, column: str, row: int = 0) -> None:
    model = grid.record_model
    grid.setCurrentIndex(model.index(row, model.section_of(column)))


def cell(grid: GridView, column: str, row: int = 0) -> tuple[str, object]:
    model = grid.record_model
    index = model.index(row, model.section_of(column))
    return str(model.data(index)), model.data(index, int(CellRole.STATE))


def double_click(grid: GridView, at: QPoint) -> None:
    none = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, none, at)
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, none, at)


def test_a_double_click_edits_where_it_can_and_opens_the_form_elsewhere(grid: GridView) -> None:
    opened: list[object] = []
    grid.activated_record.connect(opened.append)
    double_click(grid, QPoint(50, 390))
    states = [grid.editing.open]
    model = grid.record_model
    double_click(grid, grid.visualRect(model.index(1, 0)).center())
    states.append(grid.editing.open)
    grid.editing.commit()
    assert (states, opened) == ([False, True], [])
    double_click(grid, grid.visualRect(model.index(1, model.section_of("tags"))).center())
    assert opened == [model.key_at(1)]


@pytest.mark.parametrize("key", ["F2", "Return", "Enter"])
def test_keys_that_edit_in_place(grid: GridView, key: str, qtbot: QtBot) -> None:
    place(grid, "title")
    press(grid, key)
    assert grid.editing.open
    field = grid.focusWidget()
    assert field is not None
    qtbot.waitUntil(lambda: field.height() == grid.rowHeight(0))  # it covers its cell
    grid.editing.commit()


def test_enter_on_what_cannot_be_edited_in_place_opens_the_form(grid: GridView) -> None:
    opened: list[object] = []
    grid.activated_record.connect(opened.append)
    place(grid, "tags")
    press(grid, "Return")
    assert opened == [grid.record_model.key_at(0)]


def test_values_by_one_key(grid: GridView) -> None:
    place(grid, "deleted_by")
    press(grid, "Ctrl+Alt+Backspace")
    assert cell(grid, "deleted_by") == ("", CellState.CHANGED)
    press(grid, "Alt+Del")
    assert cell(grid, "deleted_by") == ("NULL", CellState.NORMAL)
    place(grid, "status")
    press(grid, "Ctrl+Backspace")
    assert cell(grid, "status") == ("default", CellState.CHANGED)
    place(grid, "title", 1)
    press(grid, "Ctrl+'")
    assert cell(grid, "title", 1) == (cell(grid, "title")[0], CellState.CHANGED)


def test_records_by_one_key(grid: GridView, qtbot: QtBot) -> None:
    rows = grid.record_model.rowCount()
    press(grid, "Ctrl+N")
    assert cell(grid, "author_id", rows)[0] == "1"  # what the grid is about is given
    assert grid.currentIndex().row() == rows
    press(grid, "Ctrl+Del")
    assert grid.record_model.rowCount() == rows
    place(grid, "title")
    press(grid, "Ctrl+Shift+D")
    qtbot.waitUntil(lambda: grid.record_model.rowCount() == rows + 1)
    assert cell(grid, "title", rows) == (cell(grid, "title")[0], CellState.INSERTED)
    place(grid, "title")
    press(grid, "Ctrl+Del")
    qtbot.waitUntil(lambda: cell(grid, "title")[1] is CellState.TO_DELETE)


def test_one_escape_too_many_leaves_the_record_above_a_new_one_alone(grid: GridView) -> None:
    model = grid.record_model
    bench, last = model.connection.workbench, model.rowCount() - 1
    assert model.setData(model.index(last, 0), "Kept")
    bench.insert(POSTS, {"author_id": 1})
    place(grid, "title", last + 1)
    press(grid, "Esc")
    assert (model.rowCount(), grid.currentIndex().row()) == (last + 1, last)
    press(grid, "Esc", "Esc")
    assert cell(grid, "title", last) == ("Kept", CellState.CHANGED)
    press(grid, "Left", "Esc")  # who moves and then says Esc means this record
    assert not bench.staging.dirty


def test_tab_goes_on_while_somebody_enters_and_else_leaves_as_in_a_form(grid: GridView, qtbot: QtBot) -> None:
    form, field = QWidget(), QLineEdit()
    qtbot.addWidget(form)
    column = QVBoxLayout(form)
    column.addWidget(grid)
    column.addWidget(field)
    form.show()
    qtbot.waitUntil(form.isActiveWindow)

    def left() -> bool:
        """Whether Tab leaves the grid; the person comes back to it."""
        press(grid, "Tab")
        gone = field.hasFocus()
        grid.setFocus()
        return gone

    place(grid, "title")
    assert left()
    press(grid, "F2")
    target = form.focusWidget()
    assert target is not None
    QTest.keyClicks(target, "x")
    QTest.keyClick(target, Qt.Key.Key_Return)
    assert cell(grid, "title")[0] == "x"
    place(grid, "title")
    press(grid, "Tab")
    assert grid.currentIndex().column() == grid.record_model.section_of("author_id")
    press(grid, "Left")
    assert left()
    press(grid, "Ctrl+N")
    assert not left()
    grid.setParent(None)  # it goes by itself


def test_too_many_records_are_not_filled_one_by_one(grid: GridView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.grid.editing._MOST", 1)
    said: list[Refusal] = []
    grid.refused.connect(said.append)
    place(grid, "deleted_by", 1)
    grid.selectAll()
    press(grid, "Ctrl+D", "Alt+Del", "Shift+Up", "Ctrl+D", "Alt+Del")
    assert [one.sentence for one in said] == ["These are too many records to edit cell by cell."] * 4
    assert not grid.record_model.connection.workbench.staging.dirty
