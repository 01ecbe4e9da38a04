"""Owns the match of a file's column to a table's column; plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """Where one column of the file goes."""

    header: str
    """As the file has it."""
    index: int
    """Its place in the file, from 0."""
    column: str | None
    """The table's column; None where the file's is left out."""
    reason: str = ""
    """Why it is left out, a sentence."""
    computed: bool = False
    """Left out because the database computes it: nothing is lost."""
