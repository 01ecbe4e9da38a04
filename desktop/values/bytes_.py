"""Owns binary values: shown by their size, edited as hexadecimal digits."""

from __future__ import annotations

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, quoted
from desktop.values.locale import Locale


class BytesKind(BaseKind):
    """Python bytes."""

    right_aligned = True

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        r"""Bytes from digits such as ``\x00ff``, ``0x00ff`` or ``00 ff``; None for nothing; else BadValue."""
        digits = text.strip()
        if not digits:
            return None
        if digits[:2].lower() in ("\\x", "0x"):
            digits = digits[2:]
        try:
            return bytes.fromhex(digits)
        except ValueError as error:
            raise BadValue(f"{quoted(text)} is not binary data in hexadecimal digits.") from error

    def _edit_text(self, value: object, column: Column, locale: Locale) -> str:
        if isinstance(value, (bytes, bytearray, memoryview)):
            return "\\x" + bytes(value).hex()
        return str(value)
