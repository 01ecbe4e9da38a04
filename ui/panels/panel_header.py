"""Owns the head of the record panel: what the record is called, and the ways to its neighbours and out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ui import icons, look


class ShortLabel(QLabel):
    """One line that ends in "…" where it does not fit; the whole text is its tool tip."""

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.words = ""

    def say(self, words: str) -> None:
        """Show these words."""
        self.words = " ".join(words.split())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.ensurePolished()
        shown = self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, max(self.width(), 40))
        self.setText(shown)
        self.setToolTip(self.words if shown != self.words else "")


class PanelHeader(QWidget):
    """Title, "Post 4991", up, down, close."""

    previous_wanted = Signal()
    next_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ShortLabel("heading")
        self.place = ShortLabel("faint-small")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.place)
        self.up_button = _button("arrow-up", "Previous record", "Alt+Up")
        self.down_button = _button("arrow-down", "Next record", "Alt+Down")
        self.close_button = _button("close", "Close the record panel", "F4")
        self.up_button.clicked.connect(lambda: self.previous_wanted.emit())
        self.down_button.clicked.connect(lambda: self.next_wanted.emit())
        self.close_button.clicked.connect(lambda: self.close_wanted.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 4)
        row.setSpacing(0)
        row.addLayout(words, 1)
        row.addSpacing(2 * look.STEP)
        for button in (self.up_button, self.down_button, self.close_button):
            row.addWidget(button)

    def say(self, title: str, place: str) -> None:
        """Name the record."""
        self.title.say(title)
        self.place.say(place)
        for button in (self.up_button, self.down_button):
            button.setEnabled(bool(title))


def _button(icon: str, name: str, key: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icons.icon(icon, "muted"))
    button.setIconSize(QSize(look.scaled(16), look.scaled(16)))
    button.setAccessibleName(name)
    button.setToolTip(f"{name}  {key}")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
