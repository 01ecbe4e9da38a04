"""What is shown before the grid is there looks as the grid will, and takes nothing from a person's hands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.command.arguments import WindowOptions
from desktop.journal.glances import find_glance
from desktop.schema.database import Database
from tests.fixtures.databases import OpenSecond
from ui.app import Desk, application
from ui.grid.cell_painter import CellPainter
from ui.window.glance_page import GlancePage
from ui.window.main_window import MainWindow
from ui.window.table_tab import TableTab
from ui.window.window_state import WindowState

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
Start = Callable[[Path, str], Desk]


@pytest.fixture
def start(qtbot: QtBot) -> Start:
    """Starts the program's window as ``run`` does, and waits until all can be done in it."""

    def begin(path: Path, table: str) -> Desk:
        desk = Desk(application(), WindowOptions(str(path), table))
        qtbot.addWidget(desk.window)
        desk.window.resize(1_100, 700)
        desk.glance()
        desk.window.show()
        desk.start_soon()
        qtbot.waitUntil(lambda: desk.window.menuBar().isEnabled(), timeout=20_000)
        return desk

    return begin


@pytest.fixture
def glances(monkeypatch: pytest.MonkeyPatch) -> list[QImage]:
    """Pictures of the rows of each glance that is shown after this, as they were when it goes."""
    pictures: list[QImage] = []
    real = MainWindow.drop_glance

    def drop(window: MainWindow) -> None:
        for page in window.findChildren(GlancePage):
            pictures.append(_picture(page.rows))
        real(window)

    monkeypatch.setattr(MainWindow, "drop_glance", drop)
    return pictures


def _picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def _tab(desk: Desk) -> TableTab:
    tab = desk.workspace.tab
    assert tab is not None
    return tab


def _close(desk: Desk) -> None:
    desk.window.close()
    desk.deleteLater()


@pytest.mark.parametrize("filters", [False, True])
def test_the_second_start_shows_the_rows_as_the_grid_will(
    filters: bool, newsroom: Database, start: Start, glances: list[QImage], qtbot: QtBot
) -> None:
    path = Path(newsroom.profile.path)
    WindowState().filter_row = filters
    first = start(path, "comments")
    qtbot.waitUntil(lambda: _tab(first).model.exact)
    assert glances == []
    _close(first)
    second = start(path, "comments")
    assert len(glances) == 1
    assert second.window.findChildren(GlancePage, options=Qt.FindChildOption.FindDirectChildrenOnly) == []
    grid = _tab(second).grid
    qtbot.waitUntil(lambda: _tab(second).model.exact)
    grid.clearFocus()
    qtbot.wait(20)
    shown, expected = glances[0], _picture(grid)
    assert shown.size() == expected.size()
    fields = grid.filter_row.geometry() if filters else QRect()
    differ = [
        (x, y)
        for y in range(shown.height())
        if not fields.top() <= y <= fields.bottom()  # these alone are still to come
        for x in range(shown.width())
        if shown.pixel(x, y) != expected.pixel(x, y)
    ]
    assert differ == []
    _close(second)


def test_keys_are_held_while_nobody_can_serve_them(
    newsroom: Database, start: Start, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    path = Path(newsroom.profile.path)
    _close(start(path, "posts"))
    typed: list[str] = []
    real = MainWindow.drop_glance

    def drop(window: MainWindow) -> None:
        for page in window.findChildren(GlancePage):
            for box in page.findChildren(QLineEdit):
                QTest.keyClicks(box, "tram")
                typed.append(box.text())
        real(window)

    monkeypatch.setattr(MainWindow, "drop_glance", drop)
    desk = start(path, "posts")
    assert typed == [""]
    assert not _tab(desk).view.search
    _close(desk)


def test_nothing_else_is_loaded_before_the_rows_are_painted(
    newsroom: Database, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(newsroom.profile.path)
    _close(start(path, "posts"))
    order: list[str] = []

    def noting(word: str, real: Callable[..., None]) -> Callable[..., None]:
        def called(*given: object, **named: object) -> None:
            order.append(word)
            real(*given, **named)

        return called

    monkeypatch.setattr(Desk, "_load", noting("load", Desk._load))
    monkeypatch.setattr(CellPainter, "paint", noting("cell", CellPainter.paint))
    _close(start(path, "posts"))
    assert order.index("cell") < order.index("load")


def test_another_table_than_the_one_in_front_last_is_waited_for(
    newsroom: Database, start: Start, glances: list[QImage]
) -> None:
    path = Path(newsroom.profile.path)
    _close(start(path, "users"))
    desk = start(path, "tags")
    assert glances == []
    assert _tab(desk).table.name.name == "tags"
    _close(desk)


def test_a_table_that_is_gone_is_told_and_not_shown(
    newsroom: Database, start: Start, glances: list[QImage], second: OpenSecond
) -> None:
    path = Path(newsroom.profile.path)
    _close(start(path, "comments"))
    other = second(newsroom)
    other.execute(sa.text("DROP TABLE comments"))
    other.commit()
    desk = start(path, "comments")
    assert glances == []
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox) and "comments" in box.text()
    box.close()
    _close(desk)


def test_closing_without_a_tab_forgets_what_was_in_front(
    newsroom: Database, start: Start, glances: list[QImage]
) -> None:
    path = Path(newsroom.profile.path)
    desk = start(path, "users")
    desk.workspace.close_tab(_tab(desk))
    _close(desk)
    assert find_glance(newsroom.profile.identity) is None


def test_where_the_database_cannot_be_opened_after_all_the_rows_go_and_why_is_told(
    newsroom: Database, start: Start, glances: list[QImage], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(newsroom.profile.path)
    _close(start(path, "users"))

    def fail(*_: object, **__: object) -> Database:
        raise RefusedError(Refusal(Reason.FILE, "This file cannot be opened today."))

    monkeypatch.setattr("desktop.models.connection.open_database", fail)
    desk = start(path, "users")
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox) and "today" in box.text()
    box.close()
    assert len(glances) == 1
    assert desk.window.findChildren(GlancePage, options=Qt.FindChildOption.FindDirectChildrenOnly) == []
    assert desk.window.start.isVisible()
    shown = [label.text() for label in desk.window.navigator.findChildren(QLabel)]
    assert "No database" in shown
    _close(desk)
