"""Owns the icons: Material Design glyphs tinted by a token when painted; holds no colour of its own."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from ui import look


def icon(name: str, role: str = "muted") -> QIcon:
    """The icon of that Material Design name ("plus"), in the colour of a token; it follows the theme.

    Raises KeyError for a name the icon font does not have.
    """
    return QIcon(_Glyph(chr(int(_glyphs()[name], 16)), role))


def has_icon(name: str) -> bool:
    """Whether the icon font has that name."""
    return name in _glyphs()


class _Glyph(QIconEngine):
    """Paints one character of the icon font."""

    def __init__(self, character: str, role: str) -> None:
        super().__init__()
        self._character = character
        self._role = role

    def clone(self) -> QIconEngine:
        return _Glyph(self._character, self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        if rect.isEmpty():
            return
        disabled = mode is QIcon.Mode.Disabled
        colour = getattr(look.current(), "faint" if disabled else self._role)
        glyph_font = QFont(_family())
        glyph_font.setPixelSize(min(rect.width(), rect.height()))
        painter.save()
        painter.setFont(glyph_font)
        painter.setPen(colour)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._character)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():  # a place squeezed to nothing: no painter works there
            return QPixmap()
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        try:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        finally:
            painter.end()
        return pixmap


def _font_file(suffix: str) -> Path:
    # Read from where the package keeps it: importing the package would load eleven fonts at start-up.
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the icon package qtawesome is not installed")
    return next((Path(spec.origin).parent / "fonts").glob(f"materialdesignicons6-webfont*{suffix}"))


@cache
def _glyphs() -> dict[str, str]:
    """By name, the number of the character in hexadecimal."""
    charmap: dict[str, str] = json.loads(_font_file(".json").read_text(encoding="utf-8"))
    return charmap


@cache
def _family() -> str:
    font = QFontDatabase.addApplicationFont(str(_font_file(".ttf")))
    return QFontDatabase.applicationFontFamilies(font)[0]
