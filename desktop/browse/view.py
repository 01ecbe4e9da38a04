"""Owns the frozen view: one way to look at one table; plain data that can be saved and compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from desktop.base.keys import NewKey, TableName


class Deleted(Enum):
    """What to do with soft-deleted records."""

    HIDDEN = "hidden"
    SHOWN = "shown"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort term; the key is always appended as the last term by the compiler."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """What a person typed into the filter field of a column (``paris``, ``>= 10``, ``empty``...)."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """Columns, filter, search, sort over one table."""

    table: TableName
    columns: tuple[str, ...]
    """Column names, in the order shown."""
    links: tuple[str, ...] = ()
    """Names of many-to-many relations shown as a column of names, after the columns."""
    filters: tuple[ColumnFilter, ...] = ()
    """All must hold."""
    search: str = ""
    """Every word must occur in some text column (or the name of a foreign key's record)."""
    sort: tuple[Sort, ...] = ()
    deleted: Deleted = Deleted.HIDDEN
    pinned: tuple[tuple[str, object], ...] = ()
    """Columns that hold exactly this value (not None), such as the foreign key of a record's children; no
    filter a person typed. A NewKey stands for a record that is only staged."""

    @property
    def is_filtered(self) -> bool:
        """Whether a person (or the record the rows belong to) lets only some records through."""
        return bool(self.filters or self.search or self.pinned)

    @property
    def only_staged(self) -> bool:
        """Pinned to a record that is not saved yet: nothing that is stored can be in this view."""
        return any(isinstance(value, NewKey) for _, value in self.pinned)
