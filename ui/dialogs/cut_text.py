"""Owns how long values are cut to one short line, so that what differs between them stays in sight."""

from __future__ import annotations

from collections.abc import Sequence


def cut(text: str, longest: int) -> str:
    """One line of at most so many characters, with "…" where something is left out."""
    return cut_apart((text,), longest)[0]


def cut_apart(texts: Sequence[str], longest: int) -> list[str]:
    """The same for values to be compared: what one of them has in common with another gives way first."""
    lines = [" ".join(text.split()) for text in texts]
    return [_window(line, max(_parting(line, lines) - longest // 2, 0), longest) for line in lines]


def _parting(line: str, others: Sequence[str]) -> int:
    """How far this line is like another one, at most; 0 where it is like none."""
    return max((_alike(line, other) for other in others if other != line), default=0)


def _alike(one: str, other: str) -> int:
    """How many characters they begin with alike."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _window(line: str, start: int, longest: int) -> str:
    if len(line) <= longest:
        return line
    start = min(start, len(line) - longest + 1)  # no less than there is room for
    shown = line if start == 0 else "…" + line[start:].lstrip()
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
