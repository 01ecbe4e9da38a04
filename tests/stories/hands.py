"""Owns a person's hands at any window: keys go where the focus is, clicks where they are aimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.fixtures.boxes import Boxes

D = TypeVar("D", bound=QDialog)


@dataclass
class Hands:
    """Keyboard, mouse and patience."""

    qtbot: QtBot
    boxes: Boxes

    def press(self, *sequences: str) -> None:
        """Keys, one after the other, to whatever has the focus."""
        for sequence in sequences:
            self.wait(_listening)
            widget = _listening()
            assert widget is not None
            QTest.keySequence(widget, QKeySequence(sequence))

    def write(self, text: str) -> None:
        """Text to whatever has the focus, in place of what is selected there."""
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, text)

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """The left button, in the middle or at a place."""
        none = Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, none, QPoint() if place is None else place)

    def wait(self, check: Callable[[], object]) -> None:
        """Let the window live until something holds."""
        self.qtbot.waitUntil(lambda: bool(check()), timeout=15_000)

    def double_click(self, widget: QWidget, place: QPoint) -> None:
        """Twice the left button, as fast as people do."""
        self.click(widget, place)
        QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def menu_key(self) -> QMenu:
        """The menu key, as the desktop delivers it: the menu that opens."""
        focused = QApplication.focusWidget()
        assert focused is not None
        middle = focused.rect().center()
        wanted = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, focused.mapToGlobal(middle))
        QApplication.sendEvent(focused, wanted)
        self.wait(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
        found = QApplication.activePopupWidget()
        assert isinstance(found, QMenu)
        return found

    def dialog(self, kind: type[D]) -> D:
        """The dialog of that kind that is open and in front."""
        self.wait(lambda: isinstance(QApplication.activeModalWidget(), kind))
        found = QApplication.activeModalWidget()
        assert isinstance(found, kind)
        self.wait(found.isActiveWindow)
        return found

    def gone(self, dialog: QDialog) -> None:
        """Wait until a dialog has closed, and for what follows at once: nobody's hand is quicker."""
        self.wait(lambda: dialog not in QApplication.topLevelWidgets() or not dialog.isVisible())
        QApplication.processEvents()


def _listening() -> QWidget | None:
    """The widget that gets the keys, chosen as Qt chooses: in a pop-up, else in the active window."""
    top = QApplication.activePopupWidget() or QApplication.activeWindow()
    return (top.focusWidget() or top) if top is not None else None
