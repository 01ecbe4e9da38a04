"""Owns how wide the columns are: what the person set, else what a sample of loaded rows needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import nlargest

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontMetrics

from desktop.browse.rows import Row
from desktop.models.cells import Cell, CellForm
from desktop.models.record_model import RecordModel
from desktop.schema.describe import Column, Kind
from ui import look
from ui.grid.cell_delegate import CellDelegate
from ui.grid.header import GridHeader

_SAMPLE = 40
"""Rows looked at; measuring all would read all."""
_MEASURED = 10
"""Of their texts, those that seem to be the widest: to measure one takes as long as to paint it."""
_LEAST = 64
_MOST = 320
_HEAD = 44
"""Pixels a head needs beyond its words: paddings and room for the arrow."""
_LOOKED_AT = 80
"""Characters of a text: past these it is cut anyway."""

_SHORT, _WORDS = 10, 30
"""Characters a new table has room for in a column, of no or of some words."""


class ColumnWidths(QObject):
    """Sizes the heads when columns change and when the first rows arrive."""

    changed = Signal()
    """The person has resized a column."""

    def __init__(self, model: RecordModel, header: GridHeader, delegate: CellDelegate) -> None:
        super().__init__(header)
        self._model = model
        self._header = header
        self._delegate = delegate
        self._chosen: dict[str, int] = {}
        self._sizing = False
        self._sized: tuple[str, ...] = ()
        header.sectionResized.connect(self._on_resized)
        model.loaded.connect(self.fit)

    @property
    def chosen(self) -> dict[str, int]:
        """What the person set, in pixels by column."""
        return dict(self._chosen)

    def restore(self, widths: Mapping[str, int]) -> None:
        """What the person set at another time."""
        self._chosen = dict(widths)
        self._sized = ()
        self.fit()

    def fit(self) -> None:
        """Size the columns, once for each set of columns, when there are rows to measure."""
        names = tuple(map(self._header.name_at, range(self._model.columnCount())))
        if names == self._sized or self._header.count() != len(names):
            return
        rows = self._model.pages.cache.sample(_SAMPLE)
        if rows:
            self._sized = names
        self._sizing = True
        # Numbers at the far right of a wide window would stand apart from the rest of their record.
        self._header.setStretchLastSection(bool(names) and not self._model.columns.right(len(names) - 1))
        try:
            for section, name in enumerate(names):
                widest = self._needed(section, rows)
                self._header.resizeSection(section, self._chosen.get(name, min(widest, _MOST)))
        finally:
            self._sizing = False

    def widen(self, rows: Sequence[Row]) -> None:
        """Let columns grow for rows that came into sight: numbers always, as a cut number reads as another
        one; words as far as there is empty room at the right. What the person set stays."""
        if not self._sized or not rows:
            return
        header, last = self._header, len(self._sized) - 1
        needed = [self._needed(section, rows) for section in range(last + 1)]
        spare = header.width() - header.length()
        if header.stretchLastSection():
            spare += header.sectionSize(last) - needed[last]
        self._sizing = True
        try:
            for section, name in enumerate(self._sized):
                now = header.sectionSize(section)
                missing = min(needed[section], _MOST) - now
                room = missing if self._model.columns.right(section) else min(missing, spare)
                if room > 0 and name not in self._chosen:
                    header.resizeSection(section, now + room)
                    spare -= room
        finally:
            self._sizing = False

    def _needed(self, section: int, rows: Sequence[Row]) -> int:
        """Pixels the head and these cells need."""
        metrics = QFontMetrics(look.font(look.SMALL, bold=True))
        head = metrics.horizontalAdvance(self._model.columns.heading(section)) + _HEAD
        if not rows:
            return max(head, metrics.averageCharWidth() * self._likely(section), _LEAST)
        cells = [self._model.columns.cell(row, section) for row in rows]
        # The rows further down have longer dates than the first ones.
        slack = metrics.horizontalAdvance("0000") if CellForm.MOMENT in {c.form for c in cells} else 0
        if not self._model.columns.right(section):  # of numbers none may be cut, of words the longest will do
            cells = nlargest(_MEASURED, {(c.text, c.chips): c for c in cells}.values(), key=_breadth)
        return max(head, max(map(self._delegate.width_of, cells), default=0) + slack, _LEAST)

    def _likely(self, section: int) -> int:
        """Characters to have room for where there is no row to go by."""
        column = self._model.column_at(section)
        if not isinstance(column, Column) or column.kind not in (Kind.TEXT, Kind.LONG_TEXT):
            return _SHORT
        return min(column.length or _WORDS, _WORDS)

    def _on_resized(self, section: int, old: int, new: int) -> None:
        # The last column stretches with the window: that is not a choice of the person's.
        last = section == self._header.count() - 1 and self._header.stretchLastSection()
        if self._sizing or last or new <= 0:
            return
        name = self._header.name_at(section)
        if name:
            self._chosen[name] = new
            self.changed.emit()


def _breadth(cell: Cell) -> float:
    """About how wide it is, in small letters: capitals and digits take more, and signs of other scripts, as
    many bytes as they are, up to twice as much."""
    text = "".join((cell.text[:_LOOKED_AT], *cell.chips))
    return len(text.encode("utf-8", "replace")) + 0.5 * sum(not c.islower() for c in text) + len(cell.chips)
