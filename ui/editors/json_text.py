"""Owns laying out JSON text without touching its tokens: numbers, repeated keys and order stay as written."""

from __future__ import annotations

import re

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def format_json(text: str) -> str:
    """``text``, which must be valid JSON, with one entry per line and two spaces per level."""
    tokens: list[str] = _TOKEN.findall(text)
    out: list[str] = []
    depth = 0
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if token in "{[":
            depth += 1
            out.append(token)
            if following not in "}]":
                out.append(_line(depth))
        elif token in "}]":
            depth -= 1
            if tokens[index - 1] not in "{[":
                out.append(_line(depth))
            out.append(token)
        elif token == ",":
            out.append("," + _line(depth))
        elif token == ":":
            out.append(": ")
        else:
            out.append(token)
    return "".join(out)


def _line(depth: int) -> str:
    return "\n" + "  " * depth
