"""Owns how a cell to be replaced is painted: before, arrow, after, with what differs marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.models.replace_model import ReplaceModel
from desktop.staging.find_replace import Cell
from ui import look

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_BEFORE, _LENGTH = 8, 36
"""Characters shown in front of the first match, and in all."""
_COMPARED = 2_000
_ARROW = "  →  "
_LINE_ENDS = str.maketrans({"\n": "⏎", "\r": "⏎", "\u2028": "⏎", "\u2029": "⏎", "\t": " "})


class ReplaceList(QTableView):
    """What would be changed, line by line."""

    def __init__(self, model: ReplaceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName("Cells that match")
        self.setProperty("role", "boxed")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.setItemDelegateForColumn(2, _Delegate(model, self))
        heads = self.horizontalHeader()
        heads.setStretchLastSection(True)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setHighlightSections(False)
        heads.resizeSection(0, look.scaled(160))
        heads.resizeSection(1, look.scaled(90))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(look.scaled(28))


class _Delegate(QStyledItemDelegate):
    def __init__(self, model: ReplaceModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell, tokens = self._model.cells[index.row()], look.current()
        rect = QRect(option.rect)
        painter.save()
        try:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, tokens.selection)
            painter.setClipRect(rect)
            painter.setPen(tokens.error if cell.problem else tokens.text)
            text, marks = marked(cell)
            _draw(painter, rect.adjusted(8, 0, -4, 0), text, marks)
        finally:
            painter.restore()


def marked(cell: Cell) -> tuple[str, list[tuple[int, int, bool]]]:
    """One line about the cell, and what is marked in it: first, last, and whether it is new."""
    start = max(0, cell.spans[0][0] - _BEFORE) if cell.spans else 0
    lead = "…" if start else ""
    before, after = cell.before[start : start + _LENGTH], cell.after[start : start + _LENGTH]
    before += "…" if len(cell.before) > start + _LENGTH else ""
    after += "…" if len(cell.after) > start + _LENGTH else ""
    moved = len(lead) - start
    marks = [(low + moved, min(high, start + _LENGTH) + moved, False) for low, high in cell.spans]
    shown = [mark for mark in marks if mark[0] < mark[1]]
    ahead = len(lead) + len(before) + len(_ARROW) + len(lead)
    for low, high in _replaced(cell):
        low, high = max(low - start, 0), min(high - start, _LENGTH)
        if low < high:
            shown.append((ahead + low, ahead + high, True))
    text = f"{lead}{before}{_ARROW}{lead}{after}" + (f"   {cell.problem}" if cell.problem else "")
    return text.translate(_LINE_ENDS), shown


def _replaced(cell: Cell) -> list[tuple[int, int]]:
    """Where the text after it is new: every match where all became equally long, else all from the first
    difference to the last."""
    matches = len(cell.spans)
    new = len(cell.after) - len(cell.before) + sum(high - low for low, high in cell.spans)
    length, rest = divmod(new, matches) if matches else (0, 1)
    if rest or length < 0:
        return [_changed(cell.before, cell.after)]
    found: list[tuple[int, int]] = []
    at = moved = 0
    for low, high in cell.spans:
        if cell.before[at:low] != cell.after[at + moved : low + moved]:
            return [_changed(cell.before, cell.after)]
        found.append((low + moved, low + moved + length))
        at, moved = high, moved + length - (high - low)
    return found


def _changed(before: str, after: str) -> tuple[int, int]:
    """From where to where ``after`` is new; of very long texts only the start is compared."""
    before, after = before[:_COMPARED], after[:_COMPARED]
    head = _alike(before, after)
    tail = min(_alike(before[::-1], after[::-1]), len(after) - head, len(before) - head)
    return head, len(after) - tail


def _alike(one: str, other: str) -> int:
    """How many characters two texts share from the start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _draw(painter: QPainter, rect: QRect, text: str, marks: Sequence[tuple[int, int, bool]]) -> None:
    layout = QTextLayout(text, look.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    layout.setFormats([_format(text, low, high, new) for low, high, new in marks])
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(100_000)
    layout.endLayout()
    layout.draw(painter, QPointF(rect.left(), rect.top() + (rect.height() - line.height()) / 2))


def _format(text: str, low: int, high: int, new: bool) -> QTextLayout.FormatRange:
    """A mark; positions in a text layout count UTF-16 units."""
    tokens, form = look.current(), QTextCharFormat()
    form.setBackground(tokens.new_bg if new else tokens.changed_bg)
    form.setFontWeight(600)
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = _units(text[:low]), _units(text[low:high]), form
    return made


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
