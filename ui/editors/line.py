"""Owns the editor of one typed line: tells NULL, empty and default apart."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QToolTip, QWidget

from desktop.schema.describe import Column
from desktop.values.locale import Locale
from desktop.values.special import DIFFERS, is_blank
from ui.editors.base import TYPED, Editor, exact_text, holds_another
from ui.editors.line_ends import as_given, without_marks

_LONGEST = 2**31 - 1  # Qt's own limit of 32,767 would cut what is stored
_EDGE = 4  # pixels between the right border and what stands inside
_TIP = 1000
"""Most characters of a text that its tip repeats."""


class ValueLine(QLineEdit):
    """A line edit that asks its editor about the keys for NULL and DEFAULT first."""

    def __init__(self, editor: LineEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._inside: list[QWidget] = []
        self.setMaxLength(_LONGEST)

    def add_inside(self, widget: QWidget) -> None:
        """Put a small widget inside the line, at its right end."""
        widget.setParent(self)
        widget.setCursor(Qt.CursorShape.ArrowCursor)
        self._inside.append(widget)
        self.place_inside()

    def place_inside(self) -> None:
        """Set the widgets from the right and keep the text clear of them."""
        right = self.width() - _EDGE
        for widget in reversed(self._inside):
            if widget.isHidden():
                continue
            width = widget.sizeHint().width()
            right -= width
            widget.setGeometry(right, 2, width, self.height() - 4)
        self.setTextMargins(0, 0, max(0, self.width() - _EDGE - right), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place_inside()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._editor.key_pressed(event):
            super().keyPressEvent(event)

    @property
    def tip(self) -> str:
        """The hint; before it the whole text, where there is no room for it."""
        text, margins = self.text()[:_TIP], self.textMargins()
        room = self.contentsRect().width() - margins.left() - margins.right() - 2 * _EDGE
        cut = self.fontMetrics().horizontalAdvance(text) > room
        return "\n".join(part for part in (text if cut else "", self.toolTip()) if part)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip, self)
            return True
        return super().event(event)


class LineEditor(Editor):
    """A kind whose values are typed as one line; the kind parses, this keeps the states apart."""

    empty_is_text = False
    """True where an emptied line means the empty text, False where it means NULL."""

    def __init__(self, column: Column, locale: Locale, parent: QWidget | None = None) -> None:
        super().__init__(column, locale, parent)
        self._blank: object = None
        self._held: object = TYPED
        """The value put in last, exactly as it was, until somebody types."""
        self._given: str | None = None
        """The text last put in, for what the widget does not hold of it."""
        self.line = ValueLine(self)
        self.line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.line.setMinimumWidth(60)
        if self.kind.right_aligned:
            self.line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.line.textEdited.connect(self._typed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addWidget(self.line, 1)
        self.setFocusProxy(self.line)
        self._first = self._content()

    def focus_target(self) -> QWidget:
        return self.line

    @property
    def touched(self) -> bool:
        return self._content() != self._first or holds_another(self, self._held)

    def put(self, value: object) -> None:
        self._fill(value)
        self._entered()

    def enter(self, text: str) -> None:
        """Show a text as if the person had typed it, a value or not."""
        self._given = text
        self.line.setText(without_marks(text))
        self._typed(text)

    def set_read_only(self, read_only: bool) -> None:
        self.line.setReadOnly(read_only)
        super().set_read_only(read_only)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """True where the key meant something to the editor and must not reach the line."""
        if self.special_key(event):
            return True
        emptying = event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
        if emptying and self.empty_is_text and self._is_blank() and not self.read_only:
            self.put("")
            return True
        return False

    def text_of(self, value: object) -> str:
        """The text to edit, exact."""
        return exact_text(value) or self.kind.edit_text(value, self.column, self.locale_)

    def _content(self) -> tuple[str, object]:
        """What stands there: the text and, where there is none, which kind of nothing."""
        text = as_given(self.line.text(), self._given)
        return (text, None if text else self._blank)

    def _show(self, value: object) -> None:
        before = self.line.text()
        self._fill(value)
        if self.line.text() != before:  # else somebody may be in the middle of it
            self.line.setCursorPosition(0)
        self._first = self._content()

    def _fill(self, value: object) -> None:
        blank = is_blank(value)
        text = "" if blank else self.text_of(value)
        self._blank = value if blank else ""
        self._held = value
        self._given = text
        if (shown := without_marks(text)) != self.line.text():
            self.line.setText(shown)
        self._mark_blank()

    def _typed(self, text: str) -> None:
        self._held = TYPED
        if not text:  # where values differ, what was typed is taken off again: they stay as they are
            self._blank = DIFFERS if self.base is DIFFERS else "" if self.empty_is_text else None
        self._mark_blank()
        self._entered()

    def _mark_blank(self) -> None:
        text = self.line.text()
        self.line.setPlaceholderText(self.placeholder(self._blank))
        if self.line.property("blank") != (not text):
            self.line.setProperty("blank", not text)
            self._restyle()

    def _read(self) -> object:
        if self._held is not TYPED:
            return self._held
        text = as_given(self.line.text(), self._given)
        if not text:
            return self._blank
        return self.kind.parse(text, self.column, self.locale_)

    def _is_blank(self) -> bool:
        return not self.line.text()


class TextEditor(LineEditor):
    """One line of text, where NULL and the empty text are two different things."""

    empty_is_text = True

    def text_of(self, value: object) -> str:
        text = super().text_of(value)
        return text.rstrip(" ") if self.column.padded else text


class CheckedEditor(LineEditor):
    """One line of text that its kind checks: lengths of time, addresses; lists and ranges in a cell."""


class NumberEditor(LineEditor):
    """Whole, decimal and floating numbers, typed; never a spin box, which would round or cut them."""
