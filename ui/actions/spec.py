"""Owns what describes one action as data; lists none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Needs(Enum):
    """What must be there for an action to be enabled."""

    NOTHING = "nothing"
    CONNECTION = "connection"
    TABLE = "table"
    WRITABLE = "writable table"
    RECORD = "current record"
    WRITABLE_RECORD = "current record that may be changed"
    SELECTION = "selection that may be changed"
    MARKED = "selection in a table with a deletion mark"
    MARKER = "table with a deletion mark"
    REFERENCE = "current cell that names another record"
    NARROWED = "filter or search in force"
    CELL = "cell that can be edited in place"
    STAGED = "changes not saved"
    UNDO = "change to undo"
    REDO = "change to redo"


FILE, EDIT, RECORD, VIEW, DATA, HELP = MENUS = ("File", "Edit", "Record", "View", "Data", "Help")
RECENT, SAVED, THEME = "Recent", "Saved Connections", "Theme"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: where it stands, how it is called, what it needs."""

    id: str
    text: str
    menu: str
    """One of MENUS, or "File > Recent" for a submenu."""
    keys: tuple[str, ...] = ()
    """Shortcuts, the one to show first."""
    icon: str = ""
    tip: str = ""
    needs: Needs = Needs.NOTHING
    separator: bool = False
    """A line above it in the menu."""
    in_grid: bool = False
    """Its keys work only while the grid has the focus: in a text field they mean something else."""
    checkable: bool = False
    group: str = ""
    """Checkable actions of one group exclude each other."""
    context: bool = False
    """Also in the context menu of the grid."""


@dataclass(frozen=True, slots=True)
class SubmenuSpec:
    """A menu whose entries are made at run time (recent files...), placed before an action."""

    text: str
    menu: str
    before: str
