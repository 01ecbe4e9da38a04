"""Owns how a filter in force is written on its chip; what it means is decided below."""

from __future__ import annotations

from desktop.schema.describe import Column, Kind

_SIGNS = ((">=", "≥"), ("<=", "≤"), ("<>", "is not"), ("!=", "is not"), (">", ">"), ("<", "<"), ("=", "is"))
_CONTAINS = (Kind.TEXT, Kind.LONG_TEXT, Kind.JSON, Kind.ARRAY, Kind.RANGE, Kind.OTHER)


def chip_text(heading: str, column: Column, text: str, *, named: bool = False) -> str:
    """A filter in a few words: ``Status  is any of 3``, ``Created  ≥ 2024-05``.

    ``named``: the column shows the names of other records, so that text is looked for in those.
    """
    return f"{heading}  {_condition(column, text.strip(), named)}"


def _condition(column: Column, text: str, named: bool) -> str:
    folded = text.casefold()
    if folded in ("empty", "not empty"):
        return f"is {folded}"
    for prefix in ("not ", "!"):
        if folded.startswith(prefix) and not folded.startswith("!="):
            return f"is not {text[len(prefix) :].strip()}"
    for sign, word in _SIGNS:
        if text.startswith(sign):
            return f"{word} {text[len(sign) :].strip()}"
    if ".." in text:
        return _range(text)
    if "," in text and '"' not in text:
        return f"is any of {sum(1 for part in text.split(',') if part.strip())}"
    if text.startswith('"'):
        return f"is {text}"
    contains = (named or column.kind in _CONTAINS) and not column.choices
    return f"contains {text}" if contains else f"is {text}"


def _range(text: str) -> str:
    low, _, high = (part.strip() for part in text.partition(".."))
    if not low:
        return f"up to {high}"
    return f"{low} – {high}" if high else f"from {low}"
