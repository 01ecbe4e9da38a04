r"""Owns the text of exported cells: made encodable, and harmless to a spreadsheet; reversible on import.

A spreadsheet runs a cell that starts with one of ``= + - @`` or a tab or line end as a formula. Such a text
gets an apostrophe in front. So that importing can take it off again without touching anything else, a text
that already has apostrophes in front of such a character gets one more.
"""

from __future__ import annotations

import re

STARTERS = "=+-@\t\r\n＝＋－＠"
_DANGEROUS = re.compile(f"'*[{re.escape(STARTERS)}]")
_PROTECTED = re.compile(f"'+[{re.escape(STARTERS)}]")
_LONE = re.compile("[\ud800-\udfff]")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run the text."""
    return text[:1] in STARTERS and text != ""


def protect(text: str) -> str:
    """The text with an apostrophe in front where it needs one."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unprotect(text: str) -> str:
    """Undoes ``protect``."""
    return text[1:] if _PROTECTED.match(text) else text


def encode(text: str) -> bytes:
    r"""UTF-8; bytes that were not valid text in the database are written as ``\x80``."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return encodable(text).encode()


def encodable(text: str) -> str:
    """The text with every lone surrogate as a backslash escape."""
    return _LONE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"
