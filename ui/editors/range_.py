"""Owns the editor of ranges: two bounds, each included or not or open, or a range with nothing in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QWidget

from desktop.schema.describe import Column
from desktop.values.kinds import BadValue
from desktop.values.locale import Locale
from desktop.values.range_ import EMPTY, Bounds, check_order, read_bounds, shown_bound, typed_bound
from desktop.values.special import DIFFERS, is_blank
from ui.editors.base import Editor
from ui.editors.combo import CalmCombo

_State: TypeAlias = tuple[object, str, str, bool, bool]


class _BoundLine(QLineEdit):
    """A bound; keys for NULL go to the editor."""

    def __init__(self, editor: RangeEditor, name: str) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setAccessibleName(name)
        self.setMinimumWidth(60)
        self.setMaxLength(2**31 - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._editor.special_key(event):
            super().keyPressEvent(event)


class RangeEditor(Editor):
    """From … to …; NULL, the empty range and a range without ends are three things."""

    def __init__(self, column: Column, locale: Locale, parent: QWidget | None = None) -> None:
        super().__init__(column, locale, parent)
        self._blank: object = None
        """NULL, DEFAULT or DIFFERS while there is no range, EMPTY, or "" for a range with bounds."""
        self._known: dict[tuple[int, str], str] = {}
        """The stored bounds by what is shown of them, which go back exactly as they were."""
        self.low, self.high = _BoundLine(self, "From"), _BoundLine(self, "To")
        self.low_included, self.high_included = self._choice("From"), self._choice("To")
        self.empty = QCheckBox("Nothing in it", self)
        self.empty.setToolTip("A range that no value lies in")
        for line in (self.low, self.high):
            line.textEdited.connect(self._typed)
        for combo in (self.low_included, self.high_included):
            combo.activated.connect(self._typed)
        self.empty.clicked.connect(self._emptied)
        self._lay_out()
        self.setFocusProxy(self.low)
        self._first = self._state()

    def focus_target(self) -> QWidget:
        return self.low

    @property
    def touched(self) -> bool:
        return self._state() != self._first

    @property
    def text(self) -> str:
        """What stands there, a range or not."""
        if self._blank is EMPTY:
            return EMPTY
        return self._bounds(self.low.text() or None, self.high.text() or None).text

    def enter(self, text: str) -> None:
        """Show a text as if the person had typed it, a range or not."""
        if text.strip().lower() == EMPTY:
            self._set(Bounds(None, None), EMPTY)
        else:
            self._set(read_bounds(text) or Bounds(text, None), "")
        self._entered()

    def put(self, value: object) -> None:
        self._fill(value)
        self._entered()

    def set_read_only(self, read_only: bool) -> None:
        for line in (self.low, self.high):
            line.setReadOnly(read_only)
        for widget in (self.low_included, self.high_included, self.empty):
            widget.setEnabled(not read_only)
        super().set_read_only(read_only)

    def _show(self, value: object) -> None:
        self._fill(value)
        self._first = self._state()

    def _fill(self, value: object) -> None:
        if is_blank(value) or value == EMPTY:
            self._set(Bounds(None, None), EMPTY if value == EMPTY else value)
            return
        bounds = read_bounds(value) if isinstance(value, str) else None
        if bounds is None:
            self._set(Bounds(self.kind.edit_text(value, self.column, self.locale_), None), "")
            return
        low = shown_bound(bounds.low, self.column, self.locale_)
        high = shown_bound(bounds.high, self.column, self.locale_)
        self._set(replace(bounds, low=low, high=high), "")
        stored = {(0, low): bounds.low, (1, high): bounds.high}
        self._known = {shown: bound for shown, bound in stored.items() if bound is not None}

    def _set(self, bounds: Bounds, blank: object) -> None:
        self._known = {}
        self._blank = blank
        self.low.setText(bounds.low or "")
        self.high.setText(bounds.high or "")
        self.low_included.setCurrentIndex(0 if bounds.low_included else 1)
        self.high_included.setCurrentIndex(0 if bounds.high_included else 1)
        self.empty.setChecked(blank is EMPTY)
        self._mark_blank()

    def _read(self) -> object:
        if self._blank != "":
            return self._blank
        made = self._bounds(self._bound(0, self.low, "From"), self._bound(1, self.high, "To"))
        check_order(made, self.column)
        return made.text

    def _bounds(self, low: str | None, high: str | None) -> Bounds:
        return Bounds(
            low, high, self.low_included.currentIndex() == 0, self.high_included.currentIndex() == 0
        )

    def _bound(self, place: int, line: QLineEdit, name: str) -> str | None:
        known = self._known.get((place, line.text()))
        if known is not None:
            return known
        try:
            return typed_bound(line.text(), self.column, self.locale_)
        except BadValue as bad:
            raise BadValue(f"{name}: {bad.sentence}") from bad

    def _state(self) -> _State:
        included = self.low_included.currentIndex() == 0, self.high_included.currentIndex() == 0
        if self._blank != "":
            return (self._blank, "", "", False, False)
        return ("", self.low.text(), self.high.text(), *included)

    def _typed(self, _: object) -> None:
        untyped = self.base is DIFFERS and self._is_blank()  # as they were
        self._blank = DIFFERS if untyped else ""
        self.empty.setChecked(False)
        self._mark_blank()
        self._entered()

    def _emptied(self, empty: bool) -> None:
        if empty:
            self._set(Bounds(None, None), EMPTY)
        else:
            self._blank = ""
            self._mark_blank()
        self._entered()

    def _mark_blank(self) -> None:
        nothing = is_blank(self._blank)
        words = self.placeholder(self._blank) if nothing else "" if self._blank is EMPTY else "no limit"
        for line in (self.low, self.high):
            line.setPlaceholderText(words)
            line.setProperty("blank", not line.text())
            line.style().unpolish(line)
            line.style().polish(line)

    def _is_blank(self) -> bool:
        return not self.low.text() and not self.high.text()

    def _choice(self, end: str) -> CalmCombo:
        combo = CalmCombo(self, self)
        for short, whole in (("incl.", "Included"), ("excl.", "Not included")):  # the bound needs the room
            combo.addItem(short)
            combo.setItemData(combo.count() - 1, whole, Qt.ItemDataRole.ToolTipRole)
            combo.setItemData(combo.count() - 1, whole, Qt.ItemDataRole.AccessibleTextRole)
        combo.setAccessibleName(f"{end}, included or not")
        return combo

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        rows = (("from", self.low, self.low_included), ("to", self.high, self.high_included))
        for row, (word, line, combo) in enumerate(rows):
            label = QLabel(word, self)
            label.setProperty("role", "muted")
            grid.addWidget(label, row, 0)
            grid.addWidget(line, row, 1)
            grid.addWidget(combo, row, 2)
        grid.addWidget(self.empty, 2, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
