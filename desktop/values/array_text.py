"""Owns the text form of arrays, ``{a,"b c",NULL}``: taken apart and put together as the database does."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPACE = " \t\n\r\v\f"
"""What the database takes for white space; a no-break space is text."""
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"\s*|((?:[^"\\,{}]|\\.)*))([,}])', re.DOTALL | re.ASCII)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = re.compile(r'[^\s"\\{},]+\Z')
_NESTED = re.compile(r"(?:\[[+-]?\d+:[+-]?\d+\])+\s*=\s*\{|\{\s*\{")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[{}]|[^"\\{}]+', re.DOTALL)


def entries(text: str) -> list[str | None] | None:
    """The entries of a plain list, None for NULL; None where it is nested, numbered otherwise, or no list."""
    text = text.strip(_SPACE)
    if not text.startswith("{"):
        return None
    if text[1:].strip(_SPACE) == "}":
        return []
    found: list[str | None] = []
    at = 1
    while match := _TOKEN.match(text, at):
        entry = _entry(match)
        if entry == "":
            return None
        found.append(None if entry is None else entry[1:])
        if match[3] == "}":
            return found if match.end() == len(text) else None
        at = match.end()
    return None


def _entry(match: re.Match[str]) -> str | None:
    """The entry after one character in front of it; None for NULL, nothing where there is no entry."""
    if match[1] is not None:
        return "=" + _ESCAPED.sub(r"\1", match[1])
    bare = match[2].strip(_SPACE)
    if bare.upper() == "NULL":
        return None
    return "=" + _ESCAPED.sub(r"\1", bare) if bare else ""


def is_nested(text: str) -> bool:
    """Whether the text is a list of lists, or one not numbered from 1, with all its braces."""
    text = text.strip(_SPACE)
    if not _NESTED.match(text):
        return False
    text = text[text.index("{") :]
    depth, at = 0, 0
    while at < len(text):
        match = _PIECE.match(text, at)
        if match is None:
            return False
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        at = match.end()
        if depth == 0:
            return at == len(text)
    return False


def compose(found: Sequence[str | None]) -> str:
    """The text of a plain list, in the form the database itself gives it."""
    return "{" + ",".join(map(_quoted, found)) + "}"


def _quoted(entry: str | None) -> str:
    if entry is None:
        return "NULL"
    if _PLAIN.match(entry) and entry.upper() != "NULL":
        return entry
    return '"' + entry.replace("\\", "\\\\").replace('"', '\\"') + '"'
