"""Owns the line that says why the database is out of reach, with the way back; reconnects nothing itself."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from desktop.base.refusal import Refusal
from ui import look
from ui.dialogs.frame import text_label
from ui.window.icon_label import IconLabel


class LostBar(QFrame):
    """Hidden while the database can be reached."""

    def __init__(self, reconnect: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "lost")
        sign = IconLabel(18)
        sign.show_icon("connection", "changed")
        self._words = text_label("", "warning")  # it wraps: what is said last is what people want to know
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

    @property
    def whole(self) -> bool:
        """There is room for all that is told."""
        return self._words.heightForWidth(self._words.width()) <= self._words.height()

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
