"""Pictures are shown within limits; hostile ones get a sentence and nothing else."""

from __future__ import annotations

import struct
import zlib

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter

from ui.editors.blob import hex_dump
from ui.editors.image import read_image

ROOM = QSize(100, 80)


def encoded(form: bytes, width: int = 400, height: int = 200) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(form)).write(image)
    return bytes(buffer.data().data())


def png_header(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize("form", [b"PNG", b"JPEG", b"BMP", b"WEBP"])
def test_a_picture_is_made_to_fit(qapp: object, form: bytes) -> None:
    image = read_image(encoded(form), ROOM)
    assert isinstance(image, QImage)
    assert (image.width(), image.height()) == (100, 50)


def test_a_plain_drawing_is_shown(qapp: object) -> None:
    shape = b'<rect width="9" height="9"/>'
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">' + shape + b"</svg>"
    image = read_image(drawing, ROOM)
    assert isinstance(image, QImage)
    assert image.width() == 40


_LAUGHS = b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (png_header(60_000, 60_000), "shown"),
        (encoded(b"PNG")[:60], "damaged"),
        (encoded(b"JPEG")[:20], "shown"),
        (b"GIF89a" + b"\xff" * 40, "shown"),
        (b"BM" + b"\xff" * 60, "shown"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\xff" * 30, "damaged"),
        (b"<svg>" + b"<g>" * 40_000, "too involved"),
        (_LAUGHS + b"<svg>&b;</svg>", "too involved"),
        (b'<svg><g id="a"/><use href="#a"/></svg>', "too involved"),
        (b"%PDF-1.7", "cannot be shown"),
    ],
    ids=range(10),
)
@pytest.mark.qt_log_ignore("JPEG datastream")
def test_a_hostile_picture_gets_a_sentence(qapp: object, content: bytes, says: str) -> None:
    told = read_image(content, ROOM)
    assert isinstance(told, str)
    assert says in told


def test_the_first_bytes_are_bounded() -> None:
    text = hex_dump(bytes(range(256)) * 1000)
    assert text.startswith("000000  00 01 02")
    assert text.endswith("… and 255,488 bytes more")
    assert len(text.splitlines()) == 33
