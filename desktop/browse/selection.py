"""Owns what "the selected records" means: keys, or all that match a view; never positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from desktop.base.keys import Key, TableName
from desktop.browse.view import View


@dataclass(frozen=True, slots=True)
class ChosenKeys:
    """These records, by key."""

    table: TableName
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class AllMatching:
    """Every record the view's filter and search let through, whether it was ever on screen or not."""

    view: View

    @property
    def table(self) -> TableName:
        return self.view.table


Selection: TypeAlias = ChosenKeys | AllMatching
