"""Owns what is said of the fields of a table that the person may not read; must not ask the database."""

from __future__ import annotations

from desktop.schema.describe import Table
from desktop.schema.words import heading

_FEW = 3


def hidden_words(table: Table) -> str:
    """A sentence about what is left out of a table everywhere; empty where it is whole."""
    names = [f"“{heading(name)}”" for name in table.unreadable]
    if not names:
        return ""
    if len(names) > _FEW:
        return f"Without {len(names)} fields, which you may not read."
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"Without {listed}, which you may not read."
