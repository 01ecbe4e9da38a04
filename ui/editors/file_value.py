"""Owns what the editors of values kept in files have in common: size, load, save in one step, clear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.models.connection import Connection
from desktop.schema.describe import Column
from desktop.transfer.atomic import replacing
from desktop.values.base import size_text
from desktop.values.special import is_blank
from ui.dialogs import files, message
from ui.editors.base import Editor
from ui.editors.flow_layout import FlowLayout


class _Summary(QLineEdit):
    """Says what is held, and is read out; keys for NULL go to the editor."""

    def __init__(self, editor: FileValueEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setReadOnly(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._editor.special_key(event):
            super().keyPressEvent(event)


class FileValueEditor(Editor):
    """A value too large to be typed: saved to a file, loaded from one, or cleared."""

    def __init__(self, column: Column, connection: Connection, parent: QWidget | None = None) -> None:
        super().__init__(column, connection.locale, parent)
        self._connection = connection
        self._current: object = None
        self._changed = False
        self.line = _Summary(self)
        buttons = QWidget(self)
        self.buttons = FlowLayout(buttons)
        self.save_button = self.button("Save As…", self._choose_target, "Save the value to a file")
        self.load_button = self.button("Load…", self._choose_source, "Take the content of a file")
        self.clear_button = self.button("Clear", self._clear, "Leave nothing in the field")
        self.column_ = QVBoxLayout(self)
        self.column_.setContentsMargins(0, 0, 0, 0)
        self.column_.setSpacing(6)
        self.column_.addWidget(self.line)
        self.column_.addWidget(buttons)
        self.setFocusProxy(self.line)

    # What a kind of value must say.

    def describe(self, value: object) -> str:
        """What is held, in a few words."""
        raise NotImplementedError

    def to_file(self, value: object) -> bytes:
        """What a file gets."""
        raise NotImplementedError

    def from_file(self, content: bytes) -> object:
        """The value a file's bytes stand for; raises RefusedError. Runs outside the GUI thread."""
        raise NotImplementedError

    def file_name(self, value: object) -> str:
        """A name to begin with."""
        raise NotImplementedError

    # What editors do.

    def focus_target(self) -> QWidget:
        return self.line

    @property
    def touched(self) -> bool:
        return self._changed

    def put(self, value: object) -> None:
        self._take(value)
        self._changed = value is not self._base and not self.kind.same(value, self._base)
        self._entered()

    def set_read_only(self, read_only: bool) -> None:
        self.load_button.setVisible(not read_only)
        self.clear_button.setVisible(not read_only)
        super().set_read_only(read_only)

    def button(self, text: str, slot: Callable[[], None], tip: str) -> QPushButton:
        """One more button below the line."""
        made = QPushButton(text, self)
        made.setToolTip(tip)
        self.buttons.addWidget(made)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(slot)
        return made

    def save_to(self, path: Path) -> None:
        """Write the value to a file, in the background: the whole of it or nothing."""
        value = self._current

        def write(token: CancelToken, progress: Progress) -> int:
            content = self.to_file(value)
            with replacing(path) as file:
                file.write(content)
            return len(content)

        self._connection.side.submit(write, self._written, self._failed, owner=self)

    def load_from(self, path: Path) -> None:
        """Take a file's content as the new value."""

        def read(token: CancelToken, progress: Progress) -> object:
            return self.from_file(path.read_bytes())

        self._connection.side.submit(read, self.put, self._failed, owner=self)

    def _show(self, value: object) -> None:
        self._take(value)
        self._changed = False

    def _read(self) -> object:
        return self._current

    def _take(self, value: object) -> None:
        self._current = value
        blank = is_blank(value)
        self.line.setText("" if blank else self.describe(value))
        self.line.setPlaceholderText(self.placeholder(value))
        self.line.setProperty("blank", blank)
        self.save_button.setEnabled(not blank)
        self.clear_button.setEnabled(not blank)
        self._restyle()

    def _clear(self) -> None:
        self.put(None if self.column.nullable else self.from_file(b""))

    def _choose_target(self) -> None:
        files.choose_target(self, "Save to File", self.file_name(self._current), self.save_to)

    def _choose_source(self) -> None:
        files.choose_file(self, "Load File", self.load_from)

    def _written(self, size: int) -> None:
        self.save_button.setToolTip(f"{size_text(size)} written")

    def _failed(self, error: Exception) -> None:
        message.show_error(self, error, title=self.column.name)
