"""Owns text values: every string is a value, the empty one too; nothing is trimmed."""

from __future__ import annotations

from desktop.schema.describe import Column
from desktop.values.base import BaseKind
from desktop.values.locale import Locale


class TextKind(BaseKind):
    """Short and long text. Undecodable bytes are edited as backslash escapes and not turned back."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """The text itself."""
        return text
