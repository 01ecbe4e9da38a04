"""Owns the stand-ins for values that are not plain Python objects; they are never written back."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.base.raw import RawText

__all__ = ["DEFAULT", "DIFFERS", "BlobSize", "Clipped", "RawText", "is_blank"]


@dataclass(frozen=True, slots=True)
class Clipped:
    """The first characters of a longer text; ``size`` is the whole length in characters."""

    text: str
    size: int


@dataclass(frozen=True, slots=True)
class BlobSize:
    """Bytes that were not fetched; ``size`` in bytes."""

    size: int


class _Default:
    """The database's own default: the column is left out of the INSERT."""

    def __repr__(self) -> str:
        return "DEFAULT"


DEFAULT = _Default()


class _Differs:
    """Stands for the values of several records that are not all the same; it is shown, never written."""

    def __repr__(self) -> str:
        return "DIFFERS"


DIFFERS = _Differs()


def is_blank(value: object) -> bool:
    """Whether an editor shows no text for it: NULL, the default, values that differ."""
    return value is None or value is DEFAULT or value is DIFFERS
