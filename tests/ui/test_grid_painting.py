"""How much a grid works to paint itself, by counts; and that what is laid out beforehand looks the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop.models.cells import ColumnCells
from desktop.models.record_model import RecordModel
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.windows import AppConnection
from tests.models.helpers import BIG_VIEW, big_table, settled
from ui import look
from ui.grid.cell_delegate import CellDelegate
from ui.grid.cell_text import AT_LEFT, AT_RIGHT, CellText
from ui.grid.grid_view import GridView

ROWS = 1_345
TEXTS = (
    "Order number 12",
    " Köln, AVToé ",
    "1,234.50",
    "a long text that is cut somewhere in the middle of a word",
    "two\nlines\tand a tab",
    "مرحبا 12",
    "上海 abc",
    "e\u0301 fi \u00ad soft",
    "",
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a grid made after this asks and paints."""
    counts: Counter[str] = Counter()
    for owner, name in (
        (RecordModel, "data"),
        (RecordModel, "flags"),
        (RecordModel, "cell_at"),
        (ColumnCells, "cell"),
        (CellDelegate, "paint"),
        (CellDelegate, "width_of"),
    ):
        monkeypatch.setattr(owner, name, _counted(counts, name, getattr(owner, name)))
    return counts


def _counted(counts: Counter[str], name: str, real: Callable[..., object]) -> Callable[..., object]:
    def call(*arguments: object, **named: object) -> object:
        counts[name] += 1
        return real(*arguments, **named)

    return call


@pytest.fixture
def grid(
    asked: Counter[str], make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> GridView:
    connection = app_connection(make_database(*big_table(ROWS)))
    model = RecordModel(connection, BIG_VIEW, connection)
    view = GridView(model)
    qtbot.addWidget(view)
    view.resize(900, 400)
    view.show()
    settled(qtbot, model)
    qtbot.waitUntil(lambda: model.row_at(100) is not None)
    QApplication.processEvents()
    return view


def test_a_repaint_asks_for_one_ready_cell_each(grid: GridView, asked: Counter[str]) -> None:
    first, last = grid.visible_rows
    cells = (last - first + 1) * grid.record_model.columnCount()
    grid.viewport().repaint()
    asked.clear()
    grid.viewport().repaint()
    assert asked == {"paint": cells, "cell_at": cells, "flags": cells}


def test_one_row_further_paints_one_row(grid: GridView, asked: Counter[str]) -> None:
    columns, height = grid.record_model.columnCount(), look.scaled(look.ROW)
    grid.viewport().repaint()
    QApplication.processEvents()
    asked.clear()
    grid.verticalScrollBar().setValue(height)
    QApplication.processEvents()
    assert 0 < asked["paint"] <= 2 * columns
    moved = grid.grab().toImage()
    grid.viewport().update()
    QApplication.processEvents()
    assert grid.grab().toImage() == moved


def test_all_that_match_are_painted_like_any_others(grid: GridView, asked: Counter[str]) -> None:
    grid.viewport().repaint()
    asked.clear()
    grid.viewport().repaint()
    ordinary = asked.total()
    grid.selectAll()
    asked.clear()
    grid.viewport().repaint()
    assert grid.selected.size == ROWS and not grid.selected.ranges
    assert asked.total() <= 2 * ordinary


def test_widths_are_measured_on_a_sample(grid: GridView, asked: Counter[str]) -> None:
    asked.clear()
    grid.widths.restore({})
    sampled = asked["width_of"]
    assert 0 < sampled <= 40 * grid.record_model.columnCount()
    assert asked["data"] == 0


def test_of_words_only_the_longest_are_measured(grid: GridView, asked: Counter[str]) -> None:
    columns = grid.record_model.columns
    words = [n for n in range(grid.record_model.columnCount()) if not columns.right(n)]
    assert words
    asked.clear()
    grid.widths.restore({})
    numbers = grid.record_model.columnCount() - len(words)
    assert asked["width_of"] <= 40 * numbers + 10 * len(words)


def test_the_focus_and_the_window_in_front_are_told_by_one_cell(
    grid: GridView, asked: Counter[str], qtbot: QtBot
) -> None:
    """A dialog that opens must not have everything behind it painted anew."""
    grid.show_row(2, 1)
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    grid.viewport().repaint()
    with_focus = grid.grab().toImage()
    asked.clear()
    dialog = QDialog(grid)
    dialog.open()
    qtbot.waitUntil(lambda: not grid.hasFocus() and dialog.isActiveWindow())
    QApplication.processEvents()
    assert asked["paint"] <= 2
    asked.clear()
    dialog.close()
    grid.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    QApplication.processEvents()
    assert 0 < asked["paint"] <= 3
    assert grid.grab().toImage() == with_focus


@pytest.mark.parametrize("size", [look.TEXT, look.SMALL, 17])
@pytest.mark.parametrize("struck", [False, True])
def test_a_text_laid_out_beforehand_stands_where_it_would(
    qapp: QApplication, size: int, struck: bool
) -> None:
    font = look.font(size)
    font.setStrikeOut(struck)
    writer = CellText(font)
    for text in TEXTS:
        for width in (12, 61, 300):
            for right in (False, True):
                rect = QRect(103, 12, width, 29)
                for _ in range(2):
                    assert _written(writer, rect, text, right) == _drawn(writer, rect, text, right), text


def _picture() -> QImage:
    image = QImage(420, 50, QImage.Format.Format_RGB32)
    image.fill(look.LIGHT.bg)
    return image


def _written(writer: CellText, rect: QRect, text: str, right: bool) -> QImage:
    image = _picture()
    with QPainter(image) as painter:
        painter.setPen(look.LIGHT.text)
        writer.write(painter, rect, text, right=right)
    return image


def _drawn(writer: CellText, rect: QRect, text: str, right: bool) -> QImage:
    image = _picture()
    with QPainter(image) as painter:
        painter.setPen(look.LIGHT.text)
        painter.setFont(writer.font)
        shown = writer.metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, AT_RIGHT if right else AT_LEFT, shown)
    return image
