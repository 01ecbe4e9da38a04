"""Owns the line that says why the database is out of reach, with the way back; reconnects nothing itself."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from desktop.base.refusal import Refusal
from ui import look
from ui.window.elided_label import ElidedLabel
from ui.window.icon_label import IconLabel


class LostBar(QFrame):
    """Hidden while the database can be reached."""

    def __init__(self, reconnect: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "lost")
        sign = IconLabel(18)
        sign.show_icon("connection", "changed")
        self._words = ElidedLabel("", "warning", least=look.scaled(200))
        self.button = QPushButton("Reconnect")
        self.button.setToolTip(reconnect.toolTip())
        self.button.clicked.connect(reconnect.trigger)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 12, 6)
        row.setSpacing(2 * look.STEP)
        row.addWidget(sign)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self.hide()

    @property
    def text(self) -> str:
        """What is told; empty while nothing is wrong."""
        return "" if self.isHidden() else self._words.text()

    def tell(self, refusal: Refusal | None, kept: bool) -> None:
        """Say why it is out of reach, and that nothing is lost where something is not saved."""
        self.setVisible(refusal is not None)
        if refusal is not None:
            kept_words = "What you changed is still here, not saved." if kept else ""
            words = f"{refusal.sentence} {kept_words}".strip()
            self._words.setText(words)
            self.setAccessibleName(words)

    def working(self, busy: bool) -> None:
        """The way back is being tried."""
        self.button.setEnabled(not busy)
        self.button.setText("Reconnecting…" if busy else "Reconnect")
