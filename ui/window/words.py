"""Owns how the window writes numbers and names; plain functions, no widget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.values.locale import Locale

if TYPE_CHECKING:  # the frame must show before the database layers are loaded
    from desktop.connect.profile import Profile


def number(value: int, locale: Locale) -> str:
    """A whole number with the person's digit groups."""
    return f"{value:,}".replace(",", locale.group)


def approximately(value: int, locale: Locale) -> str:
    """An estimate, short: ≈ 950, ≈ 48 k, ≈ 220 M."""
    if value < 10_000:
        return f"≈ {number(value, locale)}"
    for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if value >= size:
            short = value / size
            return f"≈ {short:.1f} {unit}" if short < 10 else f"≈ {short:.0f} {unit}"
    return f"≈ {number(value, locale)}"


def database_name(profile: Profile) -> str:
    """What a database is called on the screen: the name a person gave it, else its file's name in words."""
    if profile.backend != "sqlite" or profile.name != Path(profile.path).stem:
        return profile.name
    words = " ".join(profile.name.replace("_", " ").split()) or profile.name
    return words[:1].upper() + words[1:]


def short(text: str, most: int = 40) -> str:
    """A text cut to a length that fits a title or a button."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
