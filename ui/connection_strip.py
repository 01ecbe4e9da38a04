"""Owns the strip in a connection's colour, with its name; hidden where nothing is to be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import look

if TYPE_CHECKING:  # the frame must show before the database layers are loaded
    from desktop.connect.profile import Profile

TOKENS = {"green": "new", "blue": "accent", "orange": "changed", "red": "deleted"}
"""The colour a person gave a connection, as a token; each has a background of the same name."""
_LINE = 3
_ROOM = 6


class ConnectionStrip(QWidget):
    """A thin line, and under it who is being worked on and how it is saved."""

    def __init__(self, profile: Profile | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._token = ""
        self.text = ""
        """What is told, without the colour's own name."""
        self.show_profile(profile)

    def show_profile(self, profile: Profile | None) -> None:
        """Wear the colour of that connection; none, and the strip is gone."""
        self._token = TOKENS.get(profile.colour, "") if profile is not None else ""
        self.text = f"{profile.name}  ·  {saving_words(profile)}" if profile is not None else ""
        colour = f", {profile.colour}" if profile is not None and self._token else ""
        self.setAccessibleName(f"Connection {self.text.replace('  ·  ', ', ')}{colour}" if self.text else "")
        metrics = QFontMetrics(look.font())
        self.setFixedHeight(_LINE + metrics.height() + _ROOM)
        self.setVisible(bool(self._token))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = look.current()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), getattr(tokens, f"{self._token}_bg"))
            painter.fillRect(0, 0, self.width(), _LINE, getattr(tokens, self._token))
            painter.setFont(look.font())
            painter.setPen(tokens.text)
            place = self.rect().adjusted(20, _LINE, -20, 0)
            shown = painter.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def saving_words(profile: Profile) -> str:
    """How its records are saved: ``read-only``, ``saved after a review``, ``saved directly``."""
    if profile.read_only:
        return "read-only"
    return "saved after a review" if profile.review else "saved directly"
