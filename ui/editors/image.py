"""Owns the small picture of an image value: decoded within limits, whatever the bytes say; shows nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QXmlStreamReader
from PySide6.QtGui import QImage, QImageReader

MOST_BYTES = 64_000_000
MOST_PIXELS = 40_000_000
_MEGABYTES = 256
"""What one decoding may allocate."""
_MOST_SVG = 256_000
_MOST_ELEMENTS = 5_000
_DEEPEST = 64
_REFERS = re.compile(
    rb"<!ENTITY|<(?:\w+:)?(?:use|image|filter|animate\w*|set|script|foreignObject)\b", re.IGNORECASE
)
"""What can make a small drawing endless, or look elsewhere."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file by its first bytes."""

    name: str
    suffix: str
    image: bytes = b""
    """How Qt calls it, where it can be shown."""


_SIGNS: tuple[tuple[bytes, Format], ...] = (
    (b"\x89PNG\r\n\x1a\n", Format("PNG image", ".png", b"png")),
    (b"\xff\xd8\xff", Format("JPEG image", ".jpg", b"jpeg")),
    (b"GIF8", Format("GIF image", ".gif", b"gif")),
    (b"BM", Format("bitmap", ".bmp", b"bmp")),
    (b"%PDF", Format("PDF", ".pdf")),
    (b"PK\x03\x04", Format("ZIP archive", ".zip")),
    (b"\x1f\x8b", Format("gzip archive", ".gz")),
)
_UNKNOWN = Format("", ".bin")


def format_of(content: bytes) -> Format:
    """What the first bytes say it is."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Format("WebP image", ".webp", b"webp")
    if b"<svg" in content[:1000].lower():
        return Format("SVG drawing", ".svg", b"svg")
    return next((known for sign, known in _SIGNS if content.startswith(sign)), _UNKNOWN)


def read_image(content: bytes, room: QSize) -> QImage | str:
    """The image no larger than ``room``, or why it is not shown, a sentence; safe outside the GUI thread."""
    kind = format_of(content)
    known = {bytes(name.data()) for name in QImageReader.supportedImageFormats()}
    if kind.image not in known:
        return "This kind of file cannot be shown here."
    if len(content) > MOST_BYTES or (kind.image == b"svg" and not _is_tame(content)):
        return f"This {kind.name} is too large or too involved to be shown here."
    buffer = _device(content)
    QImageReader.setAllocationLimit(_MEGABYTES)
    reader = QImageReader(buffer, QByteArray(kind.image))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and size.width() * size.height() > MOST_PIXELS:
        return (
            f"This {kind.name} of {size.width():,} × {size.height():,} pixels is too large to be shown here."
        )
    if size.isValid() and (size.width() > room.width() or size.height() > room.height()):
        reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    image = reader.read()
    return f"This {kind.name} is damaged and cannot be shown." if image.isNull() else image


def _device(content: bytes) -> QBuffer:
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return buffer


def _is_tame(content: bytes) -> bool:
    """A drawing that is small, flat and refers to nothing, so that drawing it comes to an end."""
    if len(content) > _MOST_SVG or _REFERS.search(content):
        return False
    device = _device(content)
    reader = QXmlStreamReader(device)
    depth = count = 0
    while not reader.atEnd():
        token = reader.readNext()
        depth += {_START: 1, _END: -1}.get(token, 0)
        count += token is _START
        if depth > _DEEPEST or count > _MOST_ELEMENTS:
            return False
    return not reader.hasError()


_START = QXmlStreamReader.TokenType.StartElement
_END = QXmlStreamReader.TokenType.EndElement
