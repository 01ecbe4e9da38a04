"""Owns values of every other type, which travel as the database's own text form."""

from __future__ import annotations

from desktop.schema.describe import Column
from desktop.values.base import BaseKind
from desktop.values.locale import Locale


class OtherKind(BaseKind):
    """Multiranges, geometry, search vectors, XML...: the database checks them."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """The text unchanged, or None for nothing: no such type has an empty text form."""
        return text if text.strip() else None
