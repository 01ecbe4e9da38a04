"""Owns the news of something committed, for everybody who shows it; plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.base.keys import RecordRef, TableName
from desktop.browse.rows import Record


@dataclass(frozen=True, slots=True)
class Changed:
    """What a save, a bulk action or an import has changed, for everybody who shows it."""

    tables: frozenset[TableName]
    refs: tuple[RecordRef, ...] = ()
    """The records, where they are few and known."""
    source: object = field(default=None, compare=False)
    """Who did it, so that it can ignore its own news."""
    records: Mapping[RecordRef, Record] = field(default_factory=dict, compare=False)
    """Those of them whose values are known, as they are stored now."""
    final: Mapping[RecordRef, RecordRef] = field(default_factory=dict, compare=False)
    """What new records, and those whose key was changed, are called now."""
