"""Owns what a person decided about tables (marker, label); kept per connection, never any data."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from desktop.base.folders import config_folder
from desktop.base.keys import TableName
from desktop.connect.profile import Profile
from desktop.schema import markers
from desktop.schema.describe import Label, Schema, Table

LabelParts: TypeAlias = tuple[str | tuple[str, ...], ...]
"""As in ``Label``: columns, or ways over foreign keys to a column elsewhere."""


@dataclass(frozen=True)
class TablePreference:
    """One table's settings; None means "as guessed"."""

    marker: str | None = None
    """Column name, or empty for "records here are really deleted"."""
    label: LabelParts | None = None


@dataclass(frozen=True)
class Preferences:
    """The settings of one connection's tables."""

    identity: str
    tables: Mapping[str, TablePreference] = field(default_factory=dict)

    @classmethod
    def load(cls, profile: Profile) -> Preferences:
        """As saved; empty where nothing was, or where the file is damaged."""
        saved = _read_file().get(profile.identity)
        tables = saved if isinstance(saved, dict) else {}
        return cls(profile.identity, {name: _preference(value) for name, value in tables.items()})

    def of(self, table: TableName) -> TablePreference:
        return self.tables.get(str(table), TablePreference())

    def with_marker(self, table: TableName, column: str | None) -> Preferences:
        """``column`` marks deleted records; empty: none does; None: guess again."""
        return self._with(table, replace(self.of(table), marker=column))

    def with_label(self, table: TableName, columns: LabelParts | None) -> Preferences:
        """Records are named by these columns; None: guess again."""
        return self._with(table, replace(self.of(table), label=columns))

    def _with(self, table: TableName, preference: TablePreference) -> Preferences:
        return replace(self, tables={**self.tables, str(table): preference})

    def save(self) -> None:
        """Write beside the other connections' settings; OSError where the folder cannot be written."""
        everything = _read_file()
        everything[self.identity] = {
            name: {"marker": p.marker, "label": p.label}
            for name, p in self.tables.items()
            if p != TablePreference()
        }
        path = _path()
        unfinished = path.with_suffix(".new")
        unfinished.write_text(json.dumps(everything, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(unfinished, path)

    def apply(self, schema: Schema) -> Schema:
        """The schema with these decisions in place of the guesses; what no longer exists is ignored."""
        return replace(schema, tables={name: self._apply(t, schema) for name, t in schema.tables.items()})

    def _apply(self, table: Table, schema: Schema) -> Table:
        preference = self.of(table.name)
        names = {column.name for column in table.columns}
        if preference.marker == "":
            table = replace(table, marker=None)
        elif preference.marker in names and markers.can_mark(table.column(preference.marker)):
            table = replace(table, marker=markers.marker_on(table, preference.marker))
        if preference.label and all(_leads(part, table, schema) for part in preference.label):
            table = replace(table, label=Label(preference.label))
        return table


def _leads(part: str | tuple[str, ...], table: Table, schema: Schema) -> bool:
    """Whether the column, or the way to one, is still there."""
    *way, last = (part,) if isinstance(part, str) else part
    at: Table | None = table
    for step in way:
        key = at.foreign_key_on(step) if at is not None else None
        at = schema.tables.get(key.target) if key is not None else None
    return at is not None and any(column.name == last for column in at.columns)


def _path() -> Path:
    return config_folder() / "tables.json"


def _read_file() -> dict[str, Any]:
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):  # damaged: the guesses serve again, and the next save mends the file
        return {}
    return found if isinstance(found, dict) else {}


def _preference(saved: object) -> TablePreference:
    if not isinstance(saved, dict):
        return TablePreference()
    marker, label = saved.get("marker"), saved.get("label")
    return TablePreference(
        marker if isinstance(marker, str) else None,
        tuple(map(_part, label)) if isinstance(label, list) and label else None,
    )


def _part(saved: object) -> str | tuple[str, ...]:
    return tuple(map(str, saved)) if isinstance(saved, list) and saved else str(saved)
