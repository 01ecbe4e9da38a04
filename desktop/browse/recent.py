"""Owns which records were chosen last, per foreign key; keeps their keys alone, in a file of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from desktop.base.folders import state_folder
from desktop.base.keys import Key
from desktop.schema.describe import ForeignKey

MOST = 5
"""Choices remembered per foreign key."""


def place_of(key: ForeignKey) -> str:
    """The name under which the choices of a foreign key are kept."""
    return f"{key.table} ({', '.join(key.columns)})"


def recent_keys(identity: str, place: str) -> list[Key]:
    """The keys chosen last in that place of a connection, the latest first."""
    places = _read().get(identity)
    kept = places.get(place) if isinstance(places, dict) else None
    found = [_key(parts) for parts in kept or () if isinstance(parts, list)]
    return [key for key in found if key][:MOST]


def remember(identity: str, place: str, key: Key) -> None:
    """Put a choice in front; OSError where the folder cannot be written. Odd keys are not remembered."""
    kept = _parts(key)
    if kept is None:
        return
    everything = _read()
    places = everything.setdefault(identity, {})
    if not isinstance(places, dict):
        places = everything[identity] = {}
    before = places.get(place)
    others = [one for one in before if one != kept] if isinstance(before, list) else []
    places[place] = [kept, *others][:MOST]
    path = _path()
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(everything, indent=1, ensure_ascii=False), encoding="utf-8")
    os.replace(unfinished, path)


def _parts(key: Sequence[object]) -> list[object] | None:
    """The key as JSON can hold it; None where it cannot."""
    parts = [{"uuid": str(part)} if isinstance(part, UUID) else part for part in key]
    plain = all(isinstance(part, int | str | dict) and not isinstance(part, bool) for part in parts)
    return parts if plain else None


def _key(parts: Sequence[Any]) -> Key:
    """Empty for what was never written by this module."""
    key: list[object] = []
    for part in parts:
        if isinstance(part, dict):
            try:
                key.append(UUID(str(part.get("uuid"))))
            except ValueError:
                return ()
        else:
            key.append(part)
    return tuple(key)


def _path() -> Path:
    return state_folder() / "choices.json"


def _read() -> dict[str, Any]:
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):  # damaged: nothing is remembered, and the next choice mends the file
        return {}
    return found if isinstance(found, dict) else {}
