"""Owns the project's own source, read and parsed once for all guards; judges nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One Python file."""

    file: str
    """Its path from the project's folder."""
    text: str
    tree: ast.Module


def sources(*folders: str) -> Iterator[Source]:
    """Every Python file of these folders, in the order of their paths."""
    for folder in folders:
        yield from _read(folder)


@cache
def _read(folder: str) -> list[Source]:
    found = []
    for file in sorted((ROOT / folder).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        found.append(Source(str(file.relative_to(ROOT)), text, ast.parse(text)))
    return found


def forget() -> None:
    """Let go of what was read."""
    _read.cache_clear()
