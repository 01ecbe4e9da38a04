"""Owns what the window remembers between runs, in one INI file of the state folder; never any data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from desktop.base.folders import state_folder
from ui.look import Theme


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a person arranged the columns of one table."""

    columns: tuple[str, ...] = ()
    """Columns and relations shown, in order; empty: as guessed."""
    widths: Mapping[str, int] = field(default_factory=dict)
    """Pixels by name."""


@dataclass(frozen=True, slots=True)
class OpenTabs:
    """The tables that were open, by name, and the one in front."""

    tables: tuple[str, ...] = ()
    current: str = ""


class WindowState:
    """Reads and writes the file; a damaged entry counts as missing."""

    def __init__(self, file: Path | None = None) -> None:
        self._settings = QSettings(str(file or state_folder() / "window.ini"), QSettings.Format.IniFormat)

    def sync(self) -> None:
        """Write to the disk now."""
        self._settings.sync()

    # the window

    @property
    def geometry(self) -> QByteArray:
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("window/geometry", value)

    @property
    def navigator_width(self) -> int:
        """Pixels; 0 where it was hidden, -1 where nothing was remembered."""
        return self._int("window/navigator", -1)

    @navigator_width.setter
    def navigator_width(self, value: int) -> None:
        self._settings.setValue("window/navigator", value)

    @property
    def panel_width(self) -> int:
        """Pixels of the record panel; 0 where it was hidden, -1 where nothing was remembered."""
        return self._int("window/panel", -1)

    @panel_width.setter
    def panel_width(self, value: int) -> None:
        self._settings.setValue("window/panel", value)

    @property
    def changes_height(self) -> int:
        """Pixels of the changes panel; 0 where it was hidden, -1 where nothing was remembered."""
        return self._int("window/changes", -1)

    @changes_height.setter
    def changes_height(self, value: int) -> None:
        self._settings.setValue("window/changes", value)

    @property
    def theme(self) -> Theme:
        try:
            return Theme(self._text("window/theme"))
        except ValueError:
            return Theme.SYSTEM

    @theme.setter
    def theme(self, value: Theme) -> None:
        self._settings.setValue("window/theme", value.value)

    @property
    def filter_row(self) -> bool:
        return self._text("window/filter_row") == "shown"

    @filter_row.setter
    def filter_row(self, shown: bool) -> None:
        self._settings.setValue("window/filter_row", "shown" if shown else "hidden")

    @property
    def last_connection(self) -> str:
        """The identity of the database opened last."""
        return self._text("connection/last")

    @last_connection.setter
    def last_connection(self, identity: str) -> None:
        self._settings.setValue("connection/last", identity)

    # per connection and table

    def tabs(self, identity: str) -> OpenTabs:
        saved = self._json(_path("tabs", identity))
        tables = saved.get("tables")
        if not isinstance(tables, list):
            return OpenTabs()
        return OpenTabs(tuple(str(name) for name in tables), str(saved.get("current", "")))

    def keep_tabs(self, identity: str, tabs: OpenTabs) -> None:
        self._keep(_path("tabs", identity), {"tables": list(tabs.tables), "current": tabs.current})

    def layout(self, identity: str, table: str) -> TableLayout:
        saved = self._json(_path("columns", identity, table))
        columns, widths = saved.get("columns"), saved.get("widths")
        return TableLayout(
            tuple(str(name) for name in columns) if isinstance(columns, list) else (),
            {str(k): v for k, v in widths.items() if isinstance(v, int)} if isinstance(widths, dict) else {},
        )

    def keep_layout(self, identity: str, table: str, layout: TableLayout) -> None:
        content = {"columns": list(layout.columns), "widths": dict(layout.widths)}
        self._keep(_path("columns", identity, table), content)

    def _bytes(self, name: str) -> QByteArray:
        found = self._settings.value(name)
        return found if isinstance(found, QByteArray) else QByteArray()

    def _text(self, name: str) -> str:
        found = self._settings.value(name, "")
        return found if isinstance(found, str) else ""

    def _int(self, name: str, missing: int) -> int:
        try:
            return int(self._text(name) or str(self._settings.value(name, missing)))
        except ValueError:
            return missing

    def _json(self, name: str) -> dict[str, object]:
        try:
            found = json.loads(self._text(name) or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _keep(self, name: str, content: Mapping[str, object]) -> None:
        self._settings.setValue(name, json.dumps(content, ensure_ascii=True))


def _path(*parts: str) -> str:
    """A settings name; a slash within a part would make a group of it."""
    return "/".join(part.replace("/", "|").replace("\\", "|") for part in parts)
