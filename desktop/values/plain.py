"""Owns the neutral form of values for files: the same on every machine, exact, never localised."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from desktop.base.raw import RawText
from desktop.values.base import visible
from desktop.values.special import BlobSize, Clipped


def to_plain(value: object) -> object:
    r"""None, bool, int, float, Decimal or str.

    Dates and times become ISO text, bytes ``\x`` and hexadecimal digits, undecodable text is escaped.
    TypeError for a preview: a file must hold whole values.
    """
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return value
    if isinstance(value, str):
        return value if value.isprintable() else _encodable(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, RawText):
        return _encodable(value.text)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (Clipped, BlobSize)):
        raise TypeError("a preview cannot be exported: read the whole value")
    return _encodable(str(value))


def _encodable(text: str) -> str:
    """Text as it is, unless it holds bytes that no encoding can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return visible(text)
    return text
