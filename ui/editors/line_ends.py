"""Owns giving an edited text what a text widget takes from it: its line ends, marks at its beginning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_END = re.compile("(\r\n|\r|\n|\u2029)")


_ORDER_MARKS = "\ufeff\ufffe"


def without_marks(text: str) -> str:
    """The text for a widget, which would take a byte order mark in front as an order and not as text."""
    return text.lstrip(_ORDER_MARKS)


def as_held(text: str) -> str:
    r"""The text as a widget of several lines holds it: without marks in front, every line end a ``\n``."""
    return _END.sub("\n", without_marks(text))


def as_given(text: str, given: str | None) -> str:
    r"""``text`` out of a widget, with the line ends of ``given`` where its lines are still the same.

    What ``without_marks`` took off is put back where anything is left of the text.
    """
    if given is None:
        return text
    plain = without_marks(given)
    if plain != given:
        return given[: len(given) - len(plain)] + as_given(text, plain) if text else text
    if "\r" not in given and "\u2029" not in given:
        return text
    parts = _END.split(given)
    old, ends = parts[::2], parts[1::2]
    lines = text.split("\n")
    if len(lines) != len(old):
        usual = Counter(ends).most_common(1)[0][0]
        wanted = len(lines) - 1
        head = _alike(lines, old, min(wanted, len(ends)))
        tail = _alike(lines[::-1], old[::-1], min(wanted, len(ends)) - head)
        ends = ends[:head] + [usual] * (wanted - head - tail) + ends[len(ends) - tail :]
    return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))


def _alike(lines: Sequence[str], others: Sequence[str], most: int) -> int:
    """How many at the beginning are the same."""
    count = 0
    while count < most and lines[count] == others[count]:
        count += 1
    return count
