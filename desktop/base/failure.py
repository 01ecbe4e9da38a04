"""Owns telling where a failure came from without what it says; logs nothing itself."""

from __future__ import annotations

import traceback


def without_values(error: BaseException) -> str:
    """Kinds and places of a failure and its causes; its own words may hold a record's values."""
    parts: list[str] = []
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        parts.append("".join((*traceback.format_tb(found.__traceback__), type(found).__name__)))
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return "\ncaused by\n".join(parts)
