"""Owns the editors that offer a fixed list: choices of an enum or CHECK, and yes/no with NULL."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from desktop.schema.describe import Column
from desktop.values.locale import Locale
from desktop.values.special import DEFAULT, DIFFERS, is_blank
from ui.editors.base import DIFFERENT, Editor


class CalmCombo(QComboBox):
    """A combo box that the wheel does not change, and that asks its editor about special keys."""

    def __init__(self, parent: QWidget | None = None, editor: Editor | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._editor is not None and self._editor.special_key(event):
            return
        if self._editor is not None and self._editor.read_only:
            event.ignore()
            return
        if event.matches(QKeySequence.StandardKey.SelectAll):
            return  # done before typing, from habit; Qt would search for the key itself and what follows it
        super().keyPressEvent(event)


class ComboEditor(Editor):
    """One value out of a list; a stored value outside the list is kept and shown."""

    def __init__(
        self, column: Column, locale: Locale, values: tuple[object, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(column, locale, parent)
        self._values: list[object] = []
        self._offered = values
        self.combo = CalmCombo(self, self)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.activated.connect(self._chosen)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.combo)
        self.setFocusProxy(self.combo)
        self._first: object = None

    def focus_target(self) -> QWidget:
        return self.combo

    @property
    def touched(self) -> bool:
        current = self._current()
        return current is not self._first and not (
            type(current) is type(self._first) and current == self._first
        )

    def put(self, value: object) -> None:
        self._select(value)
        self._entered()

    def set_read_only(self, read_only: bool) -> None:
        self.combo.setEnabled(not read_only)
        super().set_read_only(read_only)

    def _show(self, value: object) -> None:
        self._values = list(self._offered)
        if self.column.nullable:
            self._values.insert(0, None)
        self.combo.clear()
        self.combo.addItems([self._text(offered) for offered in self._values])
        self._first = value
        self._select(value)

    def _text(self, value: object) -> str:
        if value is None:
            return "NULL" if self.column.nullable else "Choose…"
        if value is DEFAULT:
            return self.default_words
        if value is DIFFERS:
            return DIFFERENT
        text = self.kind.show(value, self.column, self.locale_)
        return (
            text if any(_same(value, offered) for offered in self._offered) else f"{text} (not in the list)"
        )

    def _select(self, value: object) -> None:
        if not any(_same(value, offered) for offered in self._values):
            # DEFAULT, a required field that is still empty, or a stored value outside the list.
            self._values.insert(0, value)
            self.combo.insertItem(0, self._text(value))
        index = next(i for i, offered in enumerate(self._values) if _same(value, offered))
        self.combo.setCurrentIndex(index)
        self._mark_blank()

    def _chosen(self, index: int) -> None:
        self._mark_blank()
        self._entered()

    def _mark_blank(self) -> None:
        current = self._current()
        blank = is_blank(current)
        if self.combo.property("blank") != blank:
            self.combo.setProperty("blank", blank)
            self._restyle()

    def _current(self) -> object:
        index = self.combo.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def _read(self) -> object:
        return self._current()


class ChoiceEditor(ComboEditor):
    """An enum, or a column whose CHECK lists what is allowed."""

    def __init__(self, column: Column, locale: Locale, parent: QWidget | None = None) -> None:
        super().__init__(column, locale, column.choices, parent)


class BooleanEditor(ComboEditor):
    """Yes, No and, where the column allows it, NULL; the keys Y and N choose."""

    def __init__(self, column: Column, locale: Locale, parent: QWidget | None = None) -> None:
        super().__init__(column, locale, (True, False), parent)


def _same(a: object, b: object) -> bool:
    return a is b or (type(a) is type(b) and a == b)
