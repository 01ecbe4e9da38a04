"""Owns what all kinds of values share: the bad-value error, stand-ins, and making odd text visible."""

from __future__ import annotations

import re
from typing import Protocol

from desktop.base.raw import RawText
from desktop.schema.describe import Column
from desktop.values.locale import Locale
from desktop.values.special import BlobSize, Clipped

SHOWN = 300
"""Most characters of one value in a grid: painting longer texts makes scrolling slow."""
ELLIPSIS = "…"
_LINE_END = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_VISIBLE = re.compile(r"\S")
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class BadValue(ValueError):
    """What the person typed cannot be a value of this kind; the text is one sentence for them."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ValueKind(Protocol):
    """Shows, edits, reads and compares the values of one kind; stateless."""

    @property
    def right_aligned(self) -> bool:
        """Whether a grid sets it right, as amounts are."""
        ...

    def show(self, value: object, column: Column, locale: Locale) -> str:
        """One line for a grid; empty for NULL, which the caller shows its own way."""
        ...

    def edit_text(self, value: object, column: Column, locale: Locale) -> str:
        """Exact text that parses back to the same value; empty for NULL; TypeError for a preview."""
        ...

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """The value meant; None for nothing typed (text kinds: the empty text). Raises BadValue."""
        ...

    def same(self, a: object, b: object) -> bool:
        """Whether two values are the same stored value (NULL equals NULL, NaN equals NaN)."""
        ...


class BaseKind:
    """Shows stand-ins and values of a foreign type; a kind adds what is its own in ``_show``."""

    right_aligned = False

    def show(self, value: object, column: Column, locale: Locale) -> str:
        """One line for a grid; NULL is the caller's matter and comes back empty."""
        special = show_special(value)
        return self._show(value, column, locale) if special is None else special

    def edit_text(self, value: object, column: Column, locale: Locale) -> str:
        """Exact text to edit; NULL comes back empty. TypeError for a preview, which must never be edited."""
        if isinstance(value, (Clipped, BlobSize)):
            raise TypeError("a preview cannot be edited: read the whole value first")
        if value is None:
            return ""
        if isinstance(value, RawText):
            return visible(value.text)
        return visible(self._edit_text(value, column, locale))

    def same(self, a: object, b: object) -> bool:
        """Whether two values of this kind are the same stored value."""
        if isinstance(a, (RawText, Clipped, BlobSize)) or isinstance(b, (RawText, Clipped, BlobSize)):
            return type(a) is type(b) and a == b
        if a is None or b is None:
            return a is b
        return self._same(a, b)

    def _show(self, value: object, column: Column, locale: Locale) -> str:
        return one_line(str(value))

    def _edit_text(self, value: object, column: Column, locale: Locale) -> str:
        return str(value)

    def _same(self, a: object, b: object) -> bool:
        return a == b


def show_special(value: object) -> str | None:
    """The grid text of NULL, a stand-in or bytes in a column of another kind; None for all others."""
    if value is None:
        return ""
    if isinstance(value, RawText):
        return one_line(value.text)
    if isinstance(value, Clipped):
        line = one_line(value.text)
        return line if line.endswith(ELLIPSIS) or value.size <= len(value.text) else line + ELLIPSIS
    if isinstance(value, BlobSize):
        return size_text(value.size)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return size_text(len(value))
    return None


def one_line(text: str) -> str:
    """The first line, made visible, cut at SHOWN characters; a mark tells that there is more."""
    end = _LINE_END.search(text, 0, SHOWN + 1)
    cut = min(end.start() if end else len(text), SHOWN)
    more = _VISIBLE.search(text, cut) is not None  # not strip(): that would copy ten million characters
    return visible(text[:cut]) + (ELLIPSIS if more else "")


def visible(text: str) -> str:
    """The text with control characters and undecodable bytes as backslash escapes (tabs, line ends stay)."""
    return _ODD.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not valid UTF-8, kept by surrogateescape
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def size_text(size: int) -> str:
    """A number of bytes for people: ``812 B``, ``12.3 KB``, ``4.0 MB``."""
    if size < 1000:
        return f"{size} B"
    amount = float(size)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount:.1f} TB"


def quoted(text: str) -> str:
    """What the person typed, short enough for a sentence."""
    text = one_line(text.strip())
    return f"“{text if len(text) <= 40 else text[:40] + ELLIPSIS}”"
