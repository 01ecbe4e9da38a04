"""Owns showing endless lines in pieces, as no text widget could lay them out; changes no text."""

from __future__ import annotations

import re

PIECE = 5_000
"""Characters of one line as it is shown."""
_MARKS = "⤶↲⏎\ue000\ue001\ue002\ue003"
_LONG = re.compile(f"[^\n\r\u2029]{{{PIECE}}}(?=[^\n\r\u2029])")


def in_pieces(text: str) -> tuple[str, str]:
    """The text with long lines broken, and the mark that stands at each break (none: nothing is broken)."""
    mark = next((mark for mark in _MARKS if mark not in text), "")
    if not mark or not _LONG.search(text):
        return text, ""
    return _LONG.sub(lambda match: f"{match[0]}{mark}\n", text), mark


def whole(shown: str, mark: str) -> str:
    """The text without its breaks."""
    return shown.replace(f"{mark}\n", "").replace(mark, "") if mark else shown
