"""Owns the editor of binary values: their size, and the way to and from a file; bytes are never shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.models.connection import Connection
from desktop.schema.describe import Column
from desktop.values.base import size_text
from desktop.values.special import is_blank
from ui.dialogs import files, message
from ui.editors.base import Editor

_SIGNS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "PNG image", ".png"),
    (b"\xff\xd8\xff", "JPEG image", ".jpg"),
    (b"GIF8", "GIF image", ".gif"),
    (b"BM", "bitmap", ".bmp"),
    (b"%PDF", "PDF", ".pdf"),
    (b"PK\x03\x04", "ZIP archive", ".zip"),
    (b"\x1f\x8b", "gzip archive", ".gz"),
)


class _SizeLine(QLineEdit):
    """Speaks what is held; keys for NULL go to the editor."""

    def __init__(self, editor: BlobEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.setReadOnly(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._editor.special_key(event):
            super().keyPressEvent(event)


class BlobEditor(Editor):
    """Save to a file, load from a file, or clear."""

    def __init__(self, column: Column, connection: Connection, parent: QWidget | None = None) -> None:
        super().__init__(column, connection.locale, parent)
        self._connection = connection
        self._current: object = None
        self._changed = False
        self.line = _SizeLine(self)
        self.save_button = self._button("Save to File…", self._choose_target)
        self.load_button = self._button("Load File…", self._choose_source)
        self.clear_button = self._button("Clear", self._clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.line, 1)
        for button in (self.save_button, self.load_button, self.clear_button):
            layout.addWidget(button)
        self.setFocusProxy(self.line)

    def focus_target(self) -> QWidget:
        return self.line

    @property
    def touched(self) -> bool:
        return self._changed

    def put(self, value: object) -> None:
        self._current = value
        self._changed = value is not self._base
        self._tell()
        self._entered()

    def set_read_only(self, read_only: bool) -> None:
        self.load_button.setVisible(not read_only)
        self.clear_button.setVisible(not read_only)
        super().set_read_only(read_only)

    def _show(self, value: object) -> None:
        self._current = value
        self._changed = False
        self._tell()

    def _read(self) -> object:
        return self._current

    def _tell(self) -> None:
        blank = is_blank(self._current)
        self.line.setText("" if blank else describe_blob(self._current))
        self.line.setPlaceholderText(self.placeholder(self._current))
        self.line.setProperty("blank", blank)
        self.save_button.setEnabled(not blank)
        self.clear_button.setEnabled(not blank)
        self._restyle()

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(slot)
        return button

    def _clear(self) -> None:
        if self.column.nullable:
            self.put(None)
        else:
            self.put(b"")

    def _choose_target(self) -> None:
        suffix = _sign_of(self._current)[1] if isinstance(self._current, bytes) else ".bin"
        files.choose_target(self, "Save to File", f"{self.column.name}{suffix}", self.save_to)

    def _choose_source(self) -> None:
        files.choose_file(self, "Load File", self.load_from)

    def save_to(self, path: Path) -> None:
        """Write the bytes to a file, in the background."""
        content = as_bytes(self._current)

        def write(token: CancelToken, progress: Progress) -> int:
            return path.write_bytes(content)

        self._connection.side.submit(write, self._written, self._failed, owner=self)

    def load_from(self, path: Path) -> None:
        """Take a file's bytes as the new value."""

        def read(token: CancelToken, progress: Progress) -> bytes:
            return path.read_bytes()

        self._connection.side.submit(read, self.put, self._failed, owner=self)

    def _written(self, size: int) -> None:
        self.save_button.setToolTip(f"{size_text(size)} written")

    def _failed(self, error: Exception) -> None:
        message.show_error(self, error, title=self.column.name)


def as_bytes(value: object) -> bytes:
    """What a file gets: bytes as they are, text in UTF-8."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return str(value).encode("utf-8", "surrogateescape")


def describe_blob(value: object) -> str:
    """Its size and, where the first bytes tell, what it is."""
    content = as_bytes(value)
    what = _sign_of(content)[0]
    return f"{what} · {size_text(len(content))}" if what else size_text(len(content))


def _sign_of(content: bytes) -> tuple[str, str]:
    for start, what, suffix in _SIGNS:
        if content.startswith(start):
            return what, suffix
    return "", ".bin"
