"""Between the first rows and the commands nothing can be typed that nobody could keep."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from ui.hold import Hold


def test_keys_and_clicks_are_held_back_and_a_dialog_in_front_is_not(qtbot: QtBot) -> None:
    window, other = QMainWindow(), QLineEdit()
    field, done = QLineEdit(window), []
    button = QPushButton("Do", field)
    button.clicked.connect(lambda: done.append("clicked"))
    action = QAction("Save", window)
    action.setShortcut("Ctrl+S")
    action.triggered.connect(lambda: done.append("saved"))
    window.addAction(action)
    window.setCentralWidget(field)
    for one in (window, other):
        qtbot.addWidget(one)
        one.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field.setFocus()

    def press_all() -> None:
        QTest.keyClicks(field, "a")
        QTest.keyClick(field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    hold = Hold(window)
    press_all()
    QTest.keyClicks(other, "b")
    assert (field.text(), done, other.text()) == ("", [], "b")
    hold.end()
    press_all()
    assert (field.text(), done) == ("a", ["saved", "clicked"])
    assert window.close()
