"""The benchmark finds a table in a picture, and its texts, in any font."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QStyleFactory, QTableView, QVBoxLayout, QWidget

from tests.bench.sight import bands, find_table, same_texts

COLUMNS = 6
ROWS = 12


@pytest.fixture
def view(qapp: QApplication, points: int) -> Iterator[QTableView]:
    """In a window, in a font of that size, and not in the look that an earlier test put on everything."""
    sheet, palette = qapp.styleSheet(), qapp.palette()
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    model = QStandardItemModel(ROWS, COLUMNS)
    for row in range(ROWS):
        for column in range(COLUMNS):
            model.setItem(row, column, QStandardItem(f"Text {row * column}"))
    window = QWidget()
    view = QTableView()
    QVBoxLayout(window).addWidget(view)
    view.setFont(QFont(view.font().family(), points))
    view.setStyle(style := QStyleFactory.create("Fusion"))
    view.verticalHeader().hide()
    view.setModel(model)
    view.resizeRowsToContents()
    window.resize(1200, 900)
    yield view
    window.close()
    window.deleteLater()
    del style
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)


def _picture(image: QImage) -> list[bytes]:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels, line = bytes(image.constBits()), image.bytesPerLine()
    return [pixels[y * line : (y + 1) * line : 4] for y in range(image.height())]


@pytest.mark.parametrize("points", [8, 11, 18])
def test_heads_and_columns_are_found(view: QTableView) -> None:
    found = find_table(_picture(view.window().grab().toImage()))
    assert found is not None
    heads = view.horizontalHeader()
    head = heads.mapTo(view.window(), QPoint(0, 0))
    assert [heads.logicalIndexAt(found.middle(column) - head.x()) for column in range(COLUMNS - 1)] == [
        *range(COLUMNS - 1)
    ]
    assert 0 < found.head - head.y() < heads.height()
    assert found.height == view.rowHeight(0)


@pytest.mark.parametrize("points", [11])
def test_every_row_is_a_band_of_text(view: QTableView) -> None:
    picture = _picture(view.window().grab().toImage())
    found = find_table(picture)
    assert found is not None
    assert bands(picture[found.rows[0] : found.rows[-1]]) == len(found.rows) - 1 >= ROWS - 1


@pytest.mark.parametrize("points", [11])
def test_a_row_marked_is_no_other_text(view: QTableView) -> None:
    image = view.window().grab().toImage()
    marked = QImage(image)
    painter = QPainter(marked)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Darken)
    painter.fillRect(0, 100, 600, 30, QColor(220, 230, 250))
    painter.end()
    before = _picture(image)
    assert _picture(marked) != before
    assert same_texts(before, _picture(marked))
    view.model().setData(view.model().index(2, 2), "Other")
    assert not same_texts(before, _picture(view.window().grab().toImage()))


def test_nothing_is_found_where_there_is_no_table() -> None:
    assert find_table([bytes([255]) * 400] * 400) is None
