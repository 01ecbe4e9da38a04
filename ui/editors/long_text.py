"""Owns the editor of long text; the stored line ends survive, and what is not touched is not rewritten."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop.schema.describe import Column
from desktop.values.locale import Locale
from desktop.values.special import DIFFERS, is_blank
from ui.editors.base import TYPED, Editor, exact_text, holds_another
from ui.editors.line_ends import as_given, as_held, without_marks

_PARAGRAPH = "\u2029"  # how a text document marks the end of a line


class TextArea(QPlainTextEdit):
    """A plain text edit that asks its editor about special keys and leaves by Tab."""

    def __init__(self, editor: LongTextEditor, rows: int) -> None:
        super().__init__(editor)
        self._editor = editor
        self._rows = rows
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)

    def sizeHint(self) -> QSize:
        return QSize(320, QFontMetrics(self.font()).lineSpacing() * self._rows + 18)

    def minimumSizeHint(self) -> QSize:
        rows = max(2.0, self._rows / 2)
        return QSize(120, round(QFontMetrics(self.font()).lineSpacing() * rows) + 18)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        ):
            event.ignore()  # Ctrl+Enter saves the record
        elif not self._editor.key_pressed(event):
            super().keyPressEvent(event)


class LongTextEditor(Editor):
    """Several lines of text."""

    rows = 5
    empty_is_text = True

    def __init__(self, column: Column, locale: Locale, parent: QWidget | None = None) -> None:
        super().__init__(column, locale, parent)
        self._blank: object = None
        self._filling = False
        self._held: object = TYPED
        """The value put in last, exactly as it was, until somebody types."""
        self._given: str | None = None
        """The text last put in, for what the widget does not hold of it."""
        self.area = TextArea(self, self.rows)
        self.area.textChanged.connect(self._typed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.area)
        self.setFocusProxy(self.area)
        self._first = self._content()

    def focus_target(self) -> QWidget:
        return self.area

    @property
    def touched(self) -> bool:
        return self._content() != self._first or holds_another(self, self._held)

    @property
    def note(self) -> str:
        count = max(0, self.area.document().characterCount() - 1)
        return f"{count:,} character{'' if count == 1 else 's'}" if count else ""

    def put(self, value: object) -> None:
        self._fill(value)
        self._entered()

    def enter(self, text: str) -> None:
        """Show a text as if the person had typed it, a value or not."""
        self._given = text
        self.area.setPlainText(without_marks(text))  # which tells ``_typed``

    def set_read_only(self, read_only: bool) -> None:
        self.area.setReadOnly(read_only)
        super().set_read_only(read_only)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """True where the key meant something to the editor and must not reach the text."""
        if self.special_key(event):
            return True
        emptying = event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
        if emptying and self.empty_is_text and self._is_blank() and not self.read_only:
            self.put("")
            return True
        return False

    def text(self) -> str:
        """The text as it stands there, line ends as ``\\n``; no-break spaces are kept."""
        return self.area.document().toRawText().replace(_PARAGRAPH, "\n")

    def text_of(self, value: object) -> str:
        """The text to edit; only what a widget cannot hold (undecodable bytes) is shown as escapes."""
        return exact_text(value) or self.kind.edit_text(value, self.column, self.locale_)

    def _content(self) -> tuple[str, object]:
        text = as_given(self.text(), self._given)
        return (text, None if text else self._blank)

    def _show(self, value: object) -> None:
        self._fill(value)
        self._first = self._content()

    def _fill(self, value: object) -> None:
        blank = is_blank(value)
        self._blank = value if blank else ""
        self._held = value
        text = "" if blank else self.text_of(value)
        self._given = text if text == value else None
        if as_held(text) != self.text():  # else somebody may be in the middle of it, as after a save
            self._filling = True
            self.area.setPlainText(without_marks(text))
            self._filling = False
        self._mark_blank()

    def _typed(self) -> None:
        if self._filling:
            return
        self._held = TYPED
        if self._is_blank():
            self._blank = DIFFERS if self.base is DIFFERS else "" if self.empty_is_text else None
        self._mark_blank()
        self._entered()

    def _mark_blank(self) -> None:
        blank = self._is_blank()
        self.area.setPlaceholderText(self.placeholder(self._blank) if blank else "")
        if self.area.property("blank") != blank:
            self.area.setProperty("blank", blank)
            self._restyle()

    def _read(self) -> object:
        return self._held if self._held is not TYPED else self._typed_value()

    def _typed_value(self) -> object:
        """The value of the text that was typed; raises BadValue."""
        text = as_given(self.text(), self._given)
        if not text:
            return self._blank
        return self.kind.parse(text, self.column, self.locale_)

    def _is_blank(self) -> bool:
        return self.area.document().isEmpty()


class RawEditor(LongTextEditor):
    """A type only the database understands, as its own text; left alone unless somebody edits it."""

    rows = 2
    empty_is_text = False

    @property
    def note(self) -> str:
        return "as the database writes it"
