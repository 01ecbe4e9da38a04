"""Owns the tour's hands and eyes: keys, clicks, waiting, pictures; knows no step of the tour."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget

T = TypeVar("T")
PATIENCE = 20.0
"""Seconds to wait for anything before the tour gives up."""
_SHADOW = 18


class TourFailedError(Exception):
    """A step of the tour was not as it should be."""


def expect(holds: bool, what: str) -> None:
    """Fail the step, saying what should have been."""
    if not holds:
        raise TourFailedError(what)


def until(check: Callable[[], T | None], what: str) -> T:
    """Let the window live until ``check`` answers with something true."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := check()):
        QApplication.processEvents()
        if time.monotonic() > deadline:
            raise TourFailedError(f"waited in vain for {what}")
        time.sleep(0.002)
    return answer


def settle(seconds: float = 0.15) -> None:
    """Let pending paints and queued calls happen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()


def press(widget: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """One key with modifiers, as the keyboard sends it."""
    combined = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        combined |= modifier
    QTest.keyClick(widget, key, combined)


def type_text(widget: QWidget, text: str) -> None:
    """Replace what is in the field by typing."""
    widget.setFocus()
    press(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(widget, text)


def click(widget: QWidget, place: QPoint | None = None) -> None:
    """The left mouse button, at the middle or at a place."""
    where = QPoint() if place is None else place
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)


def message_box() -> QMessageBox | None:
    """The message box that is open, if any."""
    box = QApplication.activeModalWidget()
    return box if isinstance(box, QMessageBox) else None


def open_dialogs() -> list[QWidget]:
    """The dialogs that are open over the window, the lowest first."""
    top = QApplication.activeModalWidget()
    chain: list[QWidget] = []
    while isinstance(top, QDialog):
        chain.insert(0, top)
        above = top.parentWidget()
        top = above.window() if above is not None else None
    return chain


class Camera:
    """Takes numbered pictures of the window with what is open over it."""

    def __init__(self, folder: Path, window: QWidget) -> None:
        self._folder = folder
        self._window = window
        self._number = 0

    def shoot(self, name: str, *over: QWidget) -> Path:
        """One picture; the dialogs are drawn over the window in the order given."""
        settle()
        self._number += 1
        picture = self._window.grab()
        with QPainter(picture) as painter:
            for dialog in over:
                painter.fillRect(self._window.rect(), QColor(15, 20, 30, 70))
                image = dialog.grab()
                size = image.deviceIndependentSize().toSize()
                corner = self._window.rect().center() - QPoint(size.width() // 2, size.height() // 2)
                self._shade(painter, corner, size.width(), size.height())
                painter.drawPixmap(corner, image)
        path = self._folder / f"{self._number:02}-{name}.png"
        if not picture.save(str(path)):
            raise TourFailedError(f"could not write {path}")
        return path

    @staticmethod
    def _shade(painter: QPainter, corner: QPoint, width: int, height: int) -> None:
        """A soft edge, as a desktop draws it around a dialog."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 6))
        for grow in range(_SHADOW, 0, -2):
            painter.drawRoundedRect(
                corner.x() - grow, corner.y() - grow + 4, width + 2 * grow, height + 2 * grow, 10, 10
            )
