"""Owns how one cell is painted; knows no model and decides nothing about values."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from desktop.models.cells import Cell, CellForm, CellState
from desktop.schema.describe import Column
from ui import icons, look
from ui.grid.cell_text import AT_LEFT, CellText
from ui.grid.dots import dot_colour

LEFT = 10
RIGHT = 10
_DOT = 8
_BOX = 14
_BAR = 3
_CHIP_HEIGHT = 22
_CHIP_PAD = 8
_CHIP_GAP = 5
_MORE = 24
"""Pixels kept for the ``+2`` behind chips that do not all fit."""
_PLAIN = (CellState.NORMAL, CellState.LOADING)
"""States without a ground or a mark of their own."""
_GOING = (CellState.DELETED, CellState.TO_DELETE)
_SIGN = 14
"""Pixels of the mark of a record that the filter does not let through."""
_CORNER = 8
"""Pixels of the mark on a changed cell."""


class _Pens:
    """Fonts and what is known about texts in them, made once: making them anew costs more than painting."""

    def __init__(self) -> None:
        self.plain = CellText(look.font())
        struck = QFont(self.plain.font)
        struck.setStrikeOut(True)
        self.struck = CellText(struck)
        self.small = CellText(look.font(look.SMALL, italic=True))
        self.chip = look.font(look.SMALL)
        self.chip_metrics = QFontMetrics(self.chip)


class _Stroke(NamedTuple):
    """One cell being painted."""

    painter: QPainter
    rect: QRect
    """Inside the paddings."""
    cell: Cell
    column: Column | str
    tokens: look.Tokens
    selected: bool

    @property
    def deleted(self) -> bool:
        return self.cell.state in _GOING


class CellPainter:
    """Paints ready cells, and knows how wide they are."""

    def __init__(self) -> None:
        self._kept: _Pens | None = None
        self._forms: dict[CellForm, Callable[[_Stroke], None]] = {
            CellForm.BOOLEAN: self._box,
            CellForm.CHIPS: self._chips,
            CellForm.CHOICE: self._choice,
            CellForm.NULL: self._null,
            CellForm.DEFAULT: self._null,
            CellForm.RAW: self._raw,
        }

    def forget(self) -> None:
        """The font or the theme has changed."""
        self._kept = None

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        cell: Cell,
        column: Column | str,
        *,
        first: bool,
        selected: bool = False,
        focused: bool = False,
    ) -> None:
        """The cell of a column or relation; ``first`` in its row, it bears the marks of the record."""
        tokens = look.current()
        # A text leaves nothing behind that the next cell would not set anew.
        plain = cell.state is CellState.NORMAL and cell.form not in self._forms and not focused
        if not plain:
            painter.save()
        try:
            self._ground(painter, rect, cell, tokens, selected, first)
            inner = rect.adjusted(LEFT, 0, -RIGHT, -1)
            if cell.aside and first:
                inner.setLeft(self._sign(painter, inner))
            stroke = _Stroke(painter, inner, cell, column, tokens, selected)
            if cell.state is CellState.LOADING:
                self._loading(stroke)
            else:
                self._forms.get(cell.form, self._text)(stroke)
            if cell.state not in _PLAIN:
                _mark(stroke, rect)
            if focused:
                self._frame(painter, rect, tokens)
        finally:
            if not plain:
                painter.restore()

    def width_of(self, cell: Cell) -> int:
        """Pixels the cell needs, paddings included."""
        pens = self._pens
        if cell.form is CellForm.CHIPS:
            chips = [pens.chip_metrics.horizontalAdvance(name) + 2 * _CHIP_PAD for name in cell.chips]
            return LEFT + RIGHT + sum(chips) + _CHIP_GAP * max(0, len(chips) - 1)
        if cell.form is CellForm.BOOLEAN:
            return LEFT + RIGHT + _BOX
        dot = _DOT + 6 if cell.form is CellForm.CHOICE else 0
        # Nobody wants a column as wide as its longest text; past this it is cut anyway.
        return LEFT + RIGHT + dot + pens.plain.metrics.horizontalAdvance(cell.text[:80]) + 2

    @property
    def _pens(self) -> _Pens:
        if self._kept is None:
            self._kept = _Pens()
        return self._kept

    def _ground(
        self, painter: QPainter, rect: QRect, cell: Cell, tokens: look.Tokens, selected: bool, first: bool
    ) -> None:
        marked = cell.state in (CellState.CHANGED, CellState.INVALID)
        if selected and not marked:  # a changed field is to be seen in a selected row too
            painter.fillRect(rect, tokens.selection)
        elif cell.state not in _PLAIN:
            painter.fillRect(rect, _ground_of(cell.state, tokens))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, tokens.line)
        if first and (cell.state in _GOING or cell.state is CellState.INSERTED):
            bar = tokens.new if cell.state is CellState.INSERTED else tokens.deleted
            painter.fillRect(rect.left(), rect.top(), _BAR, rect.height() - 1, bar)

    def _sign(self, painter: QPainter, rect: QRect) -> int:
        """The filter that does not hold for this record; returns where the cell's own content begins."""
        size = look.scaled(_SIGN)
        place = QRect(rect.left() - 2, rect.center().y() - size // 2, size, size)
        icons.icon("filter-off-outline", "muted").paint(painter, place)
        return place.right() + 5

    def _frame(self, painter: QPainter, rect: QRect, tokens: look.Tokens) -> None:
        painter.setPen(QPen(tokens.accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(1, 1, -1, -2))

    def _text(self, stroke: _Stroke) -> None:
        # A sign besides the colour: this cannot be saved as it is.
        sign = "! " if stroke.cell.state is CellState.INVALID else ""
        self._write(stroke, stroke.rect, f"{sign}{stroke.cell.text}", self._ink(stroke))

    def _ink(self, stroke: _Stroke) -> QColor:
        tokens, form = stroke.tokens, stroke.cell.form
        if stroke.cell.state is CellState.INVALID:
            return tokens.error
        if stroke.deleted and form in (CellForm.TEXT, CellForm.REFERENCE):
            return tokens.deleted
        if form is CellForm.REFERENCE:
            return tokens.accent
        if form is CellForm.MOMENT:
            return tokens.muted
        return tokens.text

    def _write(self, stroke: _Stroke, rect: QRect, text: str, ink: QColor) -> None:
        stroke.painter.setPen(ink)
        writer = self._pens.struck if stroke.deleted else self._pens.plain
        writer.write(stroke.painter, rect, text, right=stroke.cell.right)

    def _null(self, stroke: _Stroke) -> None:
        # Faint on the selection colour is too little contrast to read.
        stroke.painter.setPen(stroke.tokens.muted if stroke.selected else stroke.tokens.faint)
        text, right = stroke.cell.text, stroke.cell.right
        self._pens.small.write(stroke.painter, stroke.rect, text, right=right, cut=False)

    def _raw(self, stroke: _Stroke) -> None:
        # A sign besides the colour: this text is not a value of the column's type.
        self._write(stroke, stroke.rect, f"≠ {stroke.cell.text}", stroke.tokens.changed)

    def _loading(self, stroke: _Stroke) -> None:
        rect = stroke.rect
        bar = QRect(rect.left(), rect.center().y() - 3, max(12, rect.width() * 45 // 100), 7)
        if stroke.cell.right:
            bar.moveRight(rect.right())
        stroke.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stroke.painter.setPen(Qt.PenStyle.NoPen)
        stroke.painter.setBrush(stroke.tokens.hover)
        stroke.painter.drawRoundedRect(bar, 3, 3)

    def _choice(self, stroke: _Stroke) -> None:
        painter, rect = stroke.painter, stroke.rect
        if isinstance(stroke.column, Column):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(dot_colour(stroke.column, stroke.cell.value, stroke.tokens))
            painter.drawEllipse(QRect(rect.left(), rect.center().y() - _DOT // 2 + 1, _DOT, _DOT))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._write(stroke, rect.adjusted(_DOT + 6, 0, 0, 0), stroke.cell.text, stroke.tokens.text)

    def _box(self, stroke: _Stroke) -> None:
        painter, tokens = stroke.painter, stroke.tokens
        checked = stroke.cell.value is True
        box = QRect(stroke.rect.left(), stroke.rect.center().y() - _BOX // 2 + 1, _BOX, _BOX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.accent if checked else tokens.faint, 1))
        painter.setBrush(tokens.accent if checked else tokens.bg)
        painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if checked:
            painter.setPen(QPen(tokens.on_accent, 2, c=Qt.PenCapStyle.RoundCap))
            corner = QPointF(box.left(), box.top())
            tick = [QPointF(3.5, 7.5), QPointF(6, 10), QPointF(10.5, 4.5)]
            painter.drawPolyline(QPolygonF([corner + point for point in tick]))

    def _chips(self, stroke: _Stroke) -> None:
        painter, tokens, metrics = stroke.painter, stroke.tokens, self._pens.chip_metrics
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._pens.chip)
        left, right = stroke.rect.left() - 2, stroke.rect.right() + RIGHT - 4
        names = stroke.cell.chips
        for position, name in enumerate(names):
            width = metrics.horizontalAdvance(name) + 2 * _CHIP_PAD
            rest = len(names) - position - 1 + stroke.cell.more_chips
            room = right - left - (_MORE if rest else 0)
            if width > room and position:
                painter.setPen(tokens.muted)
                area = QRect(left, stroke.rect.top(), right - left, stroke.rect.height())
                painter.drawText(area, AT_LEFT, f"+{rest + 1}")
                return
            width = min(width, max(room, 0))
            chip = QRect(left, stroke.rect.center().y() - _CHIP_HEIGHT // 2 + 1, width, _CHIP_HEIGHT)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.chip)
            painter.drawRoundedRect(chip, look.CHIP_RADIUS, look.CHIP_RADIUS)
            painter.setPen(tokens.text)
            inner = chip.adjusted(_CHIP_PAD, 0, -_CHIP_PAD + 1, 0)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, AT_LEFT, shown)
            left += width + _CHIP_GAP


def _mark(stroke: _Stroke, rect: QRect) -> None:
    """The corner of a changed cell, or of one that cannot be saved."""
    colours = {
        CellState.CHANGED: stroke.tokens.changed,
        CellState.INVALID: stroke.tokens.error,
        CellState.ADJUSTED: stroke.tokens.accent,
    }
    colour = colours.get(stroke.cell.state)
    if colour is not None:
        painter, size = stroke.painter, look.scaled(_CORNER)
        corner = QPointF(rect.right() + 1, rect.top())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([corner, corner - QPointF(size, 0), corner + QPointF(0, size)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _ground_of(state: CellState, tokens: look.Tokens) -> QColor:
    """The colour behind a cell of a record or value that is not as it was read."""
    return {
        CellState.CHANGED: tokens.changed_bg,
        CellState.ADJUSTED: tokens.accent_bg,
        CellState.INVALID: tokens.deleted_bg,
        CellState.INSERTED: tokens.new_bg,
        CellState.TO_DELETE: tokens.deleted_bg,
        CellState.DELETED: tokens.deleted_bg,
    }[state]
