"""Owns the plain rows and records that leave the database; no ORM object ever does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from desktop.base.keys import Key, NewKey, RecordRef


class Row(NamedTuple):
    """One line of a grid; a tuple, because hundreds are made for every page."""

    key: Key
    """Empty where the table has no key."""
    values: tuple[object, ...]
    """One per ``View.columns``."""
    labels: tuple[str | None, ...]
    """One per ``View.columns``: the name of the record a foreign key points to, else None."""
    links: tuple[tuple[str, ...], ...] = ()
    """One per ``View.links``: the names of the linked records, of very many the first."""
    deleted: bool = False
    """Soft-deleted."""
    more_links: tuple[int, ...] = ()
    """One per ``View.links``: how many linked records there are beyond those named."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A record at the other end of a many-to-many relation."""

    key: Key
    label: str


class Record(NamedTuple):
    """One whole record as the form needs it: no previews, every column."""

    ref: RecordRef
    label: str
    values: Mapping[str, object]
    labels: Mapping[str, str] = MappingProxyType({})
    """For each foreign key, by the column that shows it: the name of the record it points to."""
    links: Mapping[str, tuple[Linked, ...]] = MappingProxyType({})
    """For each many-to-many relation, by its name; of very many the first."""
    more_links: Mapping[str, int] = MappingProxyType({})
    """For each many-to-many relation of which not all were read: how many more there are."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One offer of a foreign-key or many-to-many picker."""

    key: Key | NewKey
    """The target record's key; a NewKey where it is staged and not saved yet."""
    value: object
    """What the foreign-key column will hold (the referenced column's value; the key's first for links)."""
    label: str
    extra: tuple[str, ...] = ()
    """More columns to tell namesakes apart, already as text; empty where the record has nothing there."""
    values: tuple[object, ...] = ()
    """All that a foreign key of several columns will hold; ``value`` is the first."""
