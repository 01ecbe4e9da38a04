"""The look: tokens as drawn, readable in both themes, a style sheet without gaps."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from ui import icons, look
from ui.look import DARK, LIGHT, Theme, Tokens


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    return qapp


def _luminance(colour: QColor) -> float:
    def part(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * part(colour.redF()) + 0.7152 * part(colour.greenF()) + 0.0722 * part(colour.blueF())


def _contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("text", "bg"),
        ("text", "side"),
        ("text", "panel"),
        ("text", "selection"),
        ("text", "chip"),
        ("muted", "bg"),
        ("accent", "bg"),
        ("on_accent", "accent"),
        ("new", "bg"),
        ("changed", "bg"),
        ("deleted", "bg"),
        ("error", "bg"),
        ("text", "changed_bg"),
        ("text", "deleted_bg"),
    ],
)
def test_text_can_be_read(tokens: Tokens, front: str, back: str) -> None:
    assert _contrast(getattr(tokens, front), getattr(tokens, back)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_has_no_gap(app: QApplication, tokens: Tokens) -> None:
    sheet = look.style_sheet(tokens)
    assert "$" not in sheet
    assert tokens.accent.name() in sheet
    marks = [part.split('"')[0] for part in sheet.split('url("')[1:]]
    assert marks and all(Path(mark).is_file() for mark in marks)


def test_each_theme_has_every_token() -> None:
    assert len(fields(Tokens)) == 20
    assert LIGHT.bg == QColor("#FFFFFF") and DARK.accent == QColor("#6EA0FF")
    assert DARK.is_dark and not LIGHT.is_dark


def test_switching_the_theme_reaches_palette_and_icons(app: QApplication) -> None:
    icon = icons.icon("plus", "accent")
    look.apply(app, Theme.DARK)
    dark = icon.pixmap(QSize(32, 32)).toImage()
    assert look.current() is DARK
    assert app.palette().color(QPalette.ColorRole.Window) == DARK.bg
    look.apply(app, Theme.LIGHT)
    assert look.current() is LIGHT
    assert icon.pixmap(QSize(32, 32)).toImage() != dark
    look.apply(app, Theme.SYSTEM)
    assert look.theme() is Theme.SYSTEM


def test_an_icon_is_painted_in_the_colour_of_its_token(app: QApplication) -> None:
    image = icons.icon("square", "deleted").pixmap(QSize(32, 32)).toImage()
    assert image.pixelColor(16, 16) == look.current().deleted


@pytest.mark.parametrize("size", [QSize(0, 0), QSize(16, 0), QSize(-1, 16)])
def test_an_icon_squeezed_to_nothing_is_nothing(app: QApplication, size: QSize) -> None:
    picture = QPixmap(4, 4)
    with QPainter(picture) as painter:
        icons.icon("plus").paint(painter, QRect(QPoint(0, 0), size))
    assert icons.icon("plus").pixmap(size).isNull()  # and Qt has nothing to complain about


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(KeyError):
        icons.icon("no-such-icon")
