"""Owns the page shown where there is nothing to show: one sentence and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui import look
from ui.window.icon_label import IconLabel


class EmptyState(QWidget):
    """An icon, a sentence, and buttons that run actions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel(40)
        self._sentence = QLabel()
        self._sentence.setProperty("role", "muted")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._said: tuple[str, str, tuple[QAction, ...], str] | None = None
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(2 * look.STEP)
        column = QVBoxLayout(self)
        column.setSpacing(3 * look.STEP)
        column.addStretch(2)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._sentence)
        column.addLayout(self._buttons)
        column.addStretch(3)

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    def say(self, icon: str, sentence: str, actions: Sequence[QAction] = (), *, role: str = "faint") -> None:
        """Show this sentence; the first action gets the primary button."""
        said = (icon, sentence, tuple(actions), role)
        if said == self._said:
            return  # new buttons under the pointer would swallow a click
        self._said = said
        self._icon.show_icon(icon, role)
        self._sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self._clear()
        self._buttons.addStretch(1)
        for position, action in enumerate(actions):
            self._buttons.addWidget(_button(action, primary=position == 0))
        self._buttons.addStretch(1)

    def _clear(self) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            button = item.widget()
            if button is not None:
                button.hide()
                button.deleteLater()


def _button(action: QAction, *, primary: bool) -> QPushButton:
    button = QPushButton(action.text().replace("&", "&&"))
    button.setToolTip(action.toolTip())
    button.setEnabled(action.isEnabled())
    if primary:
        button.setProperty("role", "primary")
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button
