"""Owns UUID values."""

from __future__ import annotations

from uuid import UUID

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, quoted
from desktop.values.locale import Locale


class UuidKind(BaseKind):
    """Python UUIDs."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """A UUID in any usual writing, or None for nothing; BadValue for anything else."""
        if not text.strip():
            return None
        try:
            return UUID(text.strip())
        except ValueError as error:
            raise BadValue(f"{quoted(text)} is not a UUID.") from error
