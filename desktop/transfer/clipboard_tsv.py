"""Owns tab-separated text as spreadsheets put it on the clipboard and take it from there; pure text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_QUOTED = re.compile(r'"((?:[^"]|"")*+)"(?=[\t\r\n]|\Z)')
_PLAIN = re.compile(r"[^\t\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")


def tsv_of(lines: Iterable[Sequence[str]]) -> str:
    """The cells as one text. Those that hold a tab or a line end, or begin with a quote, are quoted."""
    texts = ["\t".join(map(_quoted, line)) for line in lines]
    if texts and not texts[-1]:
        texts.append("")  # else the last line could not be told from none
    return "\n".join(texts)


def read_tsv(text: str) -> list[list[str]]:
    """The cells of the text; one line end at its end, and the zero byte of old programs, mean nothing.

    A quote opens a quoted cell only where a closing one ends it: anywhere else it is a letter like others.
    """
    text = text.rstrip("\0")
    if not text:
        return []
    if '"' not in text:
        lines = _LINE_END.split(text)
        if not lines[-1]:
            lines.pop()
        return [line.split("\t") for line in lines]
    return _read_quoted(text)


def _read_quoted(text: str) -> list[list[str]]:
    lines: list[list[str]] = []
    line: list[str] = []
    at, end = 0, len(text)
    while at < end or line:
        match = _QUOTED.match(text, at)
        if match is not None:
            line.append(match[1].replace('""', '"'))
        else:
            match = _PLAIN.match(text, at)
            assert match is not None
            line.append(match[0])
        at = match.end()
        if at < end and text[at] == "\t":
            at += 1
            continue
        lines.append(line)
        line = []
        at += 2 if text.startswith("\r\n", at) else 1
    return lines


def _quoted(text: str) -> str:
    # A zero byte at the very end would be taken for one that old programs add.
    if any(sign in text for sign in "\t\r\n") or text.startswith('"') or text.endswith("\0"):
        return '"' + text.replace('"', '""') + '"'
    return text
