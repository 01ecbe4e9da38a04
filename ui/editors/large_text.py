"""Owns the editor of very long texts: only their beginning is shown, the whole is opened on demand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.models.connection import Connection
from desktop.schema.describe import Column, Kind
from desktop.values.kinds import BadValue
from desktop.values.special import is_blank
from ui import look
from ui.dialogs import message
from ui.dialogs.frame import DialogFrame, text_label
from ui.editors.base import exact_text
from ui.editors.file_value import FileValueEditor
from ui.editors.line_ends import as_given, without_marks
from ui.editors.long_lines import PIECE, in_pieces, whole

LARGE = 100_000
"""Characters from which a text is opened only on demand."""
_UNBROKEN = 10_000
"""Characters without a space that a field cannot lay out quickly: a picture in base64, a minified file."""
KINDS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.JSON, Kind.OTHER})
_BEGINNING = 240


def is_large(text: str) -> bool:
    """Whether a field would take long to show the text."""
    if len(text) <= _UNBROKEN:
        return False
    return len(text) > LARGE or max(map(len, text.split()), default=0) > _UNBROKEN


class LargeTextEditor(FileValueEditor):
    """The beginning of the text, and a window for all of it."""

    def __init__(self, column: Column, connection: Connection, parent: QWidget | None = None) -> None:
        super().__init__(column, connection, parent)
        self.open_button = self.button("Open…", self.open_text, "Show the whole text")
        self.buttons.to_front(self.open_button)
        self.beginning: QLabel = text_label("", "muted")
        self.column_.addWidget(self.beginning)

    def describe(self, value: object) -> str:
        return f"{len(_text(value)):,} characters"

    def to_file(self, value: object) -> bytes:
        return _text(value).encode("utf-8", "surrogateescape")

    def from_file(self, content: bytes) -> object:
        try:
            return self.kind.parse(content.decode(), self.column, self.locale_)
        except UnicodeDecodeError as error:
            told = Refusal(Reason.FILE, "This file is not text in UTF-8.", details=str(error))
            raise RefusedError(told) from error
        except BadValue as bad:
            raise RefusedError(Refusal(Reason.BAD_VALUE, bad.sentence)) from bad

    def file_name(self, value: object) -> str:
        return f"{self.column.name}{'.json' if self.column.kind is Kind.JSON else '.txt'}"

    def open_text(self) -> None:
        """Show the whole text in a window of its own, to be read or edited."""
        dialog = LargeTextDialog(self.column.name, _text(self._current), self)
        dialog.read_only = self.read_only
        dialog.check = self._says
        dialog.accepted.connect(lambda: self.put(dialog.text()))
        dialog.open()

    def _take(self, value: object) -> None:
        super()._take(value)
        self.open_button.setEnabled(value is None or not is_blank(value))
        text = _text(value)
        self.beginning.setText(" ".join(text[:_BEGINNING].split()) + ("…" if len(text) > _BEGINNING else ""))
        self.beginning.setVisible(bool(text))

    def _says(self, text: str) -> str | None:
        """A sentence where the text is not of the column's kind."""
        try:
            self.kind.parse(text, self.column, self.locale_)
        except BadValue as bad:
            return bad.sentence
        return None


class LargeTextDialog(DialogFrame):
    """A window full of text; what is done in it counts only when it is taken over."""

    fitted = False

    def __init__(self, name: str, text: str, parent: QWidget) -> None:
        super().__init__(parent, name, 560)
        self.check: Callable[[str], str | None] = lambda text: None
        """What is wrong with a text, as a sentence."""
        self._given = text
        self.area = QPlainTextEdit(self)
        self.area.setAccessibleName(name)
        self.area.setTabChangesFocus(True)
        shown, self._mark = in_pieces(
            without_marks(exact_text(text)) or text.encode("utf-8", "replace").decode()
        )
        self.area.setPlainText(shown)
        self.area.document().setModified(False)
        self.problem = text_label("", "error")
        self.problem.hide()
        self.body.addWidget(self.area, 1)
        if self._mark:
            hint = f"Lines of more than {PIECE:,} characters are shown in pieces that end in {self._mark}."
            self.body.addWidget(text_label(hint, "muted"))
        self.body.addWidget(self.problem)
        self.outer.setStretch(0, 1)
        self.buttons.addStretch(1)
        self.add_button("Cancel", self.reject)
        self.take_button = self.add_button("Take This Text", self.accept, role="primary")
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):
            QShortcut(QKeySequence(keys), self, self.accept)

    @property
    def read_only(self) -> bool:
        """Only to be read."""
        return self.area.isReadOnly()

    @read_only.setter
    def read_only(self, read_only: bool) -> None:
        self.area.setReadOnly(read_only)
        self.take_button.setVisible(not read_only)

    def sizeHint(self) -> QSize:
        return QSize(look.scaled(760), look.scaled(560))

    def text(self) -> str:
        """What stands there; exactly what was given where nothing was typed."""
        if not self.area.document().isModified():
            return self._given
        shown = self.area.document().toRawText().replace("\u2029", "\n")
        return as_given(whole(shown, self._mark), self._given)

    def accept(self) -> None:
        """Take the text over, unless it cannot be a value."""
        sentence = None if self.read_only else self.check(self.text())
        self.problem.setText(sentence or "")
        self.problem.setVisible(sentence is not None)
        if sentence is None:
            super().accept()

    def reject(self) -> None:
        """Leave everything as it was; asks first where something was typed."""
        if not self.area.document().isModified() or self.read_only:
            super().reject()
            return
        choices = (
            message.Choice("keep", "Keep Editing", message.Tone.SAFE),
            message.Choice("discard", "Discard Changes", message.Tone.DANGER),
        )
        sentence = "Discard what you typed in this text?"
        message.ask(self, self.windowTitle(), sentence, "", choices, self._answered)

    def _answered(self, choice: str) -> None:
        if choice == "discard":
            super().reject()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
