"""Owns every colour and measure on the screen, light and dark; knows no widget of its own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
STYLE = ("-style", "Fusion")
"""For QApplication; ``setStyle`` would give the style back, for which PySide makes a dozen enums."""

TEXT = 13
SMALL = 12
SECTION = 11
TITLE = 15
ROW = 30
HEADER = 32
INPUT = 30
RADIUS = 6
CHIP_RADIUS = 10
STEP = 4
NAVIGATOR = 246
PANEL = 348
CHANGES = 230
"""Pixels at the usual system font size; ``scaled`` gives them for a larger one."""


class Theme(Enum):
    """What the person chose; SYSTEM follows the desktop where Qt can tell, and is light elsewhere."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, by what they mean."""

    bg: QColor
    side: QColor
    panel: QColor
    line: QColor
    text: QColor
    muted: QColor
    faint: QColor
    accent: QColor
    accent_bg: QColor
    on_accent: QColor
    selection: QColor
    hover: QColor
    chip: QColor
    new: QColor
    new_bg: QColor
    changed: QColor
    changed_bg: QColor
    deleted: QColor
    deleted_bg: QColor
    error: QColor

    @property
    def is_dark(self) -> bool:
        return self.bg.lightness() < 128


def _tokens(text: str) -> Tokens:
    return Tokens(*(QColor(f"#{value}") for value in text.split()))


LIGHT = _tokens(
    "FFFFFF F5F6F8 FAFBFC E3E6EA 1F2530 6B7482 9AA3AF 2563EB E8F0FE FFFFFF"
    " DCE8FD EEF1F5 EEF1F5 15803D E9F7EE B45309 FEF4E0 B91C1C FDECEC B91C1C"
)
DARK = _tokens(
    "1A1D22 15171B 1E2127 2E333B E4E7EC 97A0AE 6C7583 6EA0FF 1F2E4D 0E1420"
    " 24375C 252A32 2A2F38 4ADE80 17301F F5B44A 362A12 F87171 3A1C1E F87171"
)


class _State:
    """What is applied now: the one thing painting code may ask for at any time."""

    tokens = LIGHT
    theme = Theme.SYSTEM
    scale = 1.0
    follows = False
    """Whether a change of the desktop's colours already reaches us."""


def current() -> Tokens:
    """The tokens to paint with now; ask at every painting, never keep them."""
    return _State.tokens


def theme() -> Theme:
    """The theme the person chose."""
    return _State.theme


def scaled(pixels: int) -> int:
    """A measure at the person's font size."""
    return round(pixels * _State.scale)


def font(size: int = TEXT, *, bold: bool = False, italic: bool = False) -> QFont:
    """The application's font at one of the sizes of this module."""
    made = QFont(QApplication.font())
    made.setPixelSize(scaled(size))
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setItalic(italic)
    return made


def apply(app: QApplication, theme: Theme) -> None:
    """Put the theme on the whole application, now and whenever the desktop changes its own."""
    if not _State.follows:
        _State.follows = True
        _State.scale = max(1.0, QFontInfo(app.font()).pixelSize() / TEXT)
        app.styleHints().colorSchemeChanged.connect(lambda: _repaint(app))
    _State.theme = theme
    _put_on(app)


def _repaint(app: QApplication) -> None:
    if _State.theme is Theme.SYSTEM:
        _put_on(app)


def _put_on(app: QApplication) -> None:
    tokens = _wanted(app)
    if _State.tokens is tokens and app.property("look") == tokens.bg.name():
        return
    _State.tokens = tokens
    app.setProperty("look", tokens.bg.name())
    base = app.font()
    base.setPixelSize(scaled(TEXT))
    app.setFont(base)
    app.setPalette(palette(tokens))
    app.setStyleSheet(style_sheet(tokens))


def _wanted(app: QApplication) -> Tokens:
    if _State.theme is Theme.SYSTEM:
        return DARK if app.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT
    return DARK if _State.theme is Theme.DARK else LIGHT


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette of a theme."""
    role = QPalette.ColorRole
    made = QPalette()
    for which, colour in {
        role.Window: tokens.bg,
        role.Base: tokens.bg,
        role.AlternateBase: tokens.panel,
        role.Button: tokens.bg,
        role.ToolTipBase: tokens.panel,
        role.WindowText: tokens.text,
        role.Text: tokens.text,
        role.ButtonText: tokens.text,
        role.ToolTipText: tokens.text,
        role.BrightText: tokens.error,
        role.PlaceholderText: tokens.faint,
        role.Highlight: tokens.selection,
        role.HighlightedText: tokens.text,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Light: tokens.panel,
        role.Midlight: tokens.panel,
        role.Mid: tokens.line,
        role.Dark: tokens.line,
        role.Shadow: tokens.line,
    }.items():
        made.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, tokens.faint)
    return made


def style_sheet(tokens: Tokens) -> str:
    """The style sheet of a theme: resources/style.qss with its names filled in."""
    colours = {field.name: getattr(tokens, field.name).name() for field in fields(tokens)}
    measures = {
        "text_size": TEXT,
        "small_size": SMALL,
        "section_size": SECTION,
        "title_size": TITLE,
        "radius": RADIUS,
        "chip_radius": CHIP_RADIUS,
        "field": INPUT - 2,
        "button": INPUT - 4,
        "button_in": INPUT - 6,
        "tab": HEADER,
    }
    template = Template((RESOURCES / "style.qss").read_text(encoding="utf-8"))
    return template.substitute(
        colours,
        **{name: str(scaled(pixels)) for name, pixels in measures.items()},
        accent_strong=_towards(tokens.accent, tokens.text, 0.18).name(),
        on_danger=tokens.on_accent.name(),
        scroll=_towards(tokens.line, tokens.faint, 0.35).name(),
        marks=(RESOURCES / "marks").as_posix(),
        theme="dark" if tokens.is_dark else "light",
    )


def _towards(start: QColor, end: QColor, share: float) -> QColor:
    """A colour between two others."""
    return QColor.fromRgbF(
        start.redF() + (end.redF() - start.redF()) * share,
        start.greenF() + (end.greenF() - start.greenF()) * share,
        start.blueF() + (end.blueF() - start.blueF()) * share,
    )
