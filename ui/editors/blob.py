"""Owns the editor of binary values: what they are, a picture, the first bytes, and files; never typed."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontDatabase, QImage, QPixmap
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.base.raw import RawText
from desktop.models.connection import Connection
from desktop.schema.describe import Column
from desktop.values.base import size_text
from desktop.values.special import is_blank
from ui import look
from ui.editors.file_value import FileValueEditor
from ui.editors.image import Format, format_of, read_image

SHOWN_BYTES = 512
_PER_LINE = 16
_ROOM = QSize(480, 180)


class BlobEditor(FileValueEditor):
    """Size and kind, a picture where it is one, the first bytes on request."""

    def __init__(self, column: Column, connection: Connection, parent: QWidget | None = None) -> None:
        super().__init__(column, connection, parent)
        self.bytes_button = self.button("Bytes", self._tell_bytes, "Show the first bytes")
        self.bytes_button.setCheckable(True)
        self.picture = QLabel(self)
        self.picture.setProperty("role", "muted")
        self.picture.setAccessibleName("Picture")
        self.picture.hide()
        self.dump = QPlainTextEdit(self)
        self.dump.setAccessibleName("First bytes")
        self.dump.setReadOnly(True)
        self.dump.setTabChangesFocus(True)
        self.dump.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.dump.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.dump.setFixedHeight(look.scaled(150))
        self.dump.hide()
        self.column_.addWidget(self.picture)
        self.column_.addWidget(self.dump)

    def describe(self, value: object) -> str:
        return describe_blob(value)

    def to_file(self, value: object) -> bytes:
        return as_bytes(value)

    def from_file(self, content: bytes) -> object:
        return content

    def file_name(self, value: object) -> str:
        return f"{self.column.name}{format_of(as_bytes(value)).suffix}"

    def _take(self, value: object) -> None:
        super()._take(value)
        self.bytes_button.setEnabled(self.save_button.isEnabled())
        self.picture.hide()
        self._tell_bytes()
        if is_blank(value):
            return
        content = as_bytes(value)
        if format_of(content).image:
            self._draw(value, content)

    def _draw(self, value: object, content: bytes) -> None:
        room = QSize(look.scaled(_ROOM.width()), look.scaled(_ROOM.height()))

        def work(token: CancelToken, progress: Progress) -> QImage | str:
            return read_image(content, room)

        def done(image: QImage | str) -> None:
            if self._current is value:
                self._show_picture(image)

        self._connection.side.submit(work, done, self._failed, owner=self)

    def _show_picture(self, image: QImage | str) -> None:
        if isinstance(image, str):
            self.picture.setText(image)
        else:
            self.picture.setPixmap(QPixmap.fromImage(image))
        self.picture.show()

    def _tell_bytes(self) -> None:
        shown = self.bytes_button.isChecked() and self.bytes_button.isEnabled()
        if shown:
            self.dump.setPlainText(hex_dump(as_bytes(self._current)))
        self.dump.setVisible(shown)


def as_bytes(value: object) -> bytes:
    """What a file gets: bytes as they are, text in UTF-8."""
    if isinstance(value, RawText):
        value = value.bind
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    return str(value).encode("utf-8", "surrogateescape")


def describe_blob(value: object) -> str:
    """Its size and, where the first bytes tell, what it is."""
    content = as_bytes(value)
    known: Format = format_of(content)
    return f"{known.name} · {size_text(len(content))}" if known.name else size_text(len(content))


def hex_dump(content: bytes) -> str:
    """The first bytes in hexadecimal digits, sixteen a line, with the letters among them."""
    lines = []
    for start in range(0, min(len(content), SHOWN_BYTES), _PER_LINE):
        part = content[start : start + _PER_LINE]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
        lines.append(f"{start:06x}  {part.hex(' '):<{3 * _PER_LINE}} {letters}")
    left = len(content) - SHOWN_BYTES
    return "\n".join([*lines, f"… and {left:,} bytes more"] if left > 0 else lines)
