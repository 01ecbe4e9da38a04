"""Owns what a line of the list of tables is; apart from its model because it needs no database layer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from PySide6.QtCore import Qt

from desktop.base.keys import TableName


class EntryKind(Enum):
    SECTION = "section"
    TABLE = "table"
    VIEW = "view"
    BROKEN = "broken"


class TableRole(IntEnum):
    """The list's own roles."""

    KIND = Qt.ItemDataRole.UserRole + 1
    """An EntryKind."""
    NAME = Qt.ItemDataRole.UserRole + 2
    """The TableName, None for a section."""
    COUNT = Qt.ItemDataRole.UserRole + 3
    """How many rows, as text (``48,210`` or ``≈ 220 M``); empty while unknown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    kind: EntryKind
    text: str
    name: TableName | None = None
    reason: str = ""
    """Why it cannot be opened, or only read."""
