"""Owns the list of changes on the screen: how its lines are painted and what its keys ask for."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.base.keys import RecordRef
from desktop.edit.changes import Action
from desktop.models.changes_model import ChangesModel, Line, LineKind
from ui import icons, look

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROW = 26
_HEADING = 170
"""Pixels for the name of a field."""
_SIGNS = {
    Action.INSERT: ("plus", "new"),
    Action.UPDATE: ("pencil-outline", "changed"),
    Action.DELETE: ("trash-can-outline", "deleted"),
}
"""Icon and colour; the word beside it says the same."""


class ChangesList(QTableView):
    """One line each, whatever their number: only those in sight are asked for."""

    go_wanted = Signal()
    back_wanted = Signal()
    left = Signal()
    """Esc."""
    current_changed = Signal()
    """Another line is the current one."""

    def __init__(self, model: ChangesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._changes = model
        self._chosen: tuple[RecordRef, str] | None = None
        self._scrolled = 0
        self._row = 1
        self.setModel(model)
        self.setItemDelegate(_LineDelegate(model, self))
        self.setAccessibleName("Changes")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(look.scaled(_ROW))
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._return)
        self.doubleClicked.connect(lambda: self.go_wanted.emit())

    @property
    def line(self) -> Line | None:
        """The current line."""
        index = self.currentIndex()
        return self._changes.line_at(index.row()) if index.isValid() else None

    def choose(self, row: int) -> None:
        """Make a line the current one; the nearest where there is none so far down."""
        if self._changes.rowCount():
            self.setCurrentIndex(self._changes.index(max(0, min(row, self._changes.rowCount() - 1))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        wanted = {
            Qt.Key.Key_Return: self.go_wanted,
            Qt.Key.Key_Enter: self.go_wanted,
            Qt.Key.Key_Delete: self.back_wanted,
            Qt.Key.Key_Escape: self.left,
        }.get(Qt.Key(event.key()))
        if wanted is not None and plain:
            wanted.emit()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and plain:
            self.choose(0 if event.key() == Qt.Key.Key_Home else self._changes.rowCount())
        else:
            super().keyPressEvent(event)

    def _remember(self) -> None:
        """Before the lines are made anew: which one is current, and where it stands."""
        self._scrolled = self.verticalScrollBar().value()
        self._row = max(self.currentIndex().row(), 1)

    def _return(self) -> None:
        """To the same record and field, where it is still there; else to what stands in its place."""
        row = self._changes.row_of(*self._chosen) if self._chosen is not None else None
        self.choose(row if row is not None else self._row)
        self.verticalScrollBar().setValue(self._scrolled)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        line = self._changes.line_at(current.row()) if current.isValid() else None
        if line is not None:
            self._chosen = (line.ref, line.column) if line.ref is not None else None
        self.current_changed.emit()


class _LineDelegate(QStyledItemDelegate):
    """Tables as captions, records in bold with a sign, fields below them."""

    def __init__(self, model: ChangesModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._changes = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, look.scaled(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = self._changes.line_at(index.row())
        painter.save()
        try:
            rect, state = QRect(option.rect), option.state
            if state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, look.current().selection)
            _PAINTERS[line.kind](painter, rect.adjusted(look.scaled(14), 0, -look.scaled(10), 0), line)
        finally:
            painter.restore()


def _paint_table(painter: QPainter, rect: QRect, line: Line) -> None:
    font = look.font(look.SECTION, bold=True)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
    tokens = look.current()
    used = _write(painter, rect, line.heading.upper(), font, tokens.muted)
    _write(painter, rect.adjusted(used + 10, 0, 0, 0), line.text, look.font(look.SMALL), tokens.faint)


def _paint_record(painter: QPainter, rect: QRect, line: Line) -> None:
    icon, colour = _SIGNS[line.action]
    side = look.scaled(14)
    place = QRect(rect.left(), rect.center().y() - side // 2 + 1, side, side)
    icons.icon(icon, colour).paint(painter, place)
    tokens = look.current()
    font = look.font(bold=True)
    font.setStrikeOut(line.action is Action.DELETE)
    inner = rect.adjusted(side + 8, 0, 0, 0)
    word = look.font(look.SMALL)
    room = QFontMetrics(word).horizontalAdvance(line.text) + 14
    used = _write(painter, inner.adjusted(0, 0, -room, 0), line.heading, font, tokens.text)
    signal: QColor = getattr(tokens, colour)
    _write(painter, inner.adjusted(used + 10, 0, 0, 0), line.text, word, signal)


def _paint_field(painter: QPainter, rect: QRect, line: Line) -> None:
    tokens, side = look.current(), look.scaled(14)
    inner = rect.adjusted(side + 8, 0, 0, 0)
    head = QRect(inner)
    head.setWidth(min(look.scaled(_HEADING), inner.width() // 2))
    _write(painter, head, line.heading, look.font(), tokens.error if line.invalid else tokens.muted)
    if line.invalid:
        icon = QRect(rect.left(), rect.center().y() - side // 2 + 1, side, side)
        icons.icon("alert-circle-outline", "error").paint(painter, icon)
    rest = inner.adjusted(head.width() + 10, 0, 0, 0)
    _write(painter, rest, line.text, look.font(), tokens.error if line.invalid else tokens.text)


_PAINTERS = {
    LineKind.TABLE: _paint_table,
    LineKind.RECORD: _paint_record,
    LineKind.REFUSED: _paint_field,
    LineKind.FIELD: _paint_field,
}


def _write(painter: QPainter, rect: QRect, text: str, font: QFont, colour: QColor) -> int:
    """One line of text, cut where it does not fit; the pixels it took."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.horizontalAdvance(shown)
