"""Owns RawText, the stand-in for a stored value that its type cannot represent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawText:
    """A stored value its type cannot represent (infinity, text in a date column...), as raw text.

    It is shown with a mark and never written back unless the person replaces it.
    """

    text: str
