"""Owns RawText, the stand-in for a stored value that its type cannot represent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawText:
    """A stored value its type cannot represent (infinity, text in a date column...), as raw text.

    It is shown with a mark and never written back unless the person replaces it.
    """

    text: str
    stored: bytes | int | float | None = None
    """The stored value itself where it is not text (a blob in a text column, 2 in a yes/no column)."""

    @property
    def bind(self) -> bytes | int | float | str:
        """What to send so that the very same value is stored again."""
        return self.text if self.stored is None else self.stored
