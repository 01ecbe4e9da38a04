"""Owns "Table Settings…": what names a record, and what marks it as deleted; kept per connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.base.keys import TableName
from desktop.models.connection import Changed, Connection
from desktop.schema.describe import Column, Kind, Schema, Table
from desktop.schema.labels import column_heading, guess_label, heading, record_word
from desktop.schema.markers import can_mark, guess_marker
from desktop.schema.preferences import LabelParts
from ui import icons
from ui.dialogs import message
from ui.dialogs.frame import DialogFrame, heading_row, labelled, pair
from ui.editors.combo import CalmCombo

_NONE = "None: records are really deleted"
_UNTOLD = (Kind.LONG_TEXT, Kind.JSON, Kind.BYTES)
"""Too long for a name."""


class TableSettingsDialog(DialogFrame):
    """Changes how Rowkeeper reads one table; never the table itself."""

    applied = Signal(object)
    """The TableName, after the settings were kept."""

    def __init__(self, connection: Connection, table: TableName, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Table Settings", 440)
        self._connection = connection
        self._table = connection.database.table(table)
        self.setWindowTitle(f"{heading(table.name)} Settings")
        self._names: list[str | tuple[str, ...]] = [column.name for column in self._table.columns]
        self._names += _elsewhere(self._table, connection.database.schema)
        self._markers: list[Column] = [column for column in self._table.columns if can_mark(column)]
        self._build()
        self._fill()

    def _build(self) -> None:
        word = record_word(self._table)
        row, _, _ = heading_row(
            icons.icon("table-cog", "accent"),
            f"How {heading(self._table.name.name)} is read",
            "Only Rowkeeper remembers this; nothing in the database changes.",
        )
        self.body.addLayout(row)
        self.first, self.second, self.marker = CalmCombo(self), CalmCombo(self), CalmCombo(self)
        schema = self._connection.database.schema
        headings = [_heading(name, self._table, schema) for name in self._names]
        guess = guess_label(self._table, self._connection.database.schema)
        self.first.addItems(
            [_guessed(column_heading(self._table, name) for name in guess.columns), *headings]
        )
        self.second.addItems(["Nothing more", *headings])
        mark = guess_marker(self._table)
        marked = _guessed([heading(mark.column)] if mark is not None else ["none"])
        self.marker.addItems([marked, _NONE, *(heading(column.name) for column in self._markers)])
        names = labelled(f"A {word} is called by", self.first)
        self.body.addLayout(pair((names, 1), (labelled("and by", self.second), 1)))
        self.body.addLayout(labelled("Deleted records are marked by", self.marker))
        self.body.addStretch(1)
        self.buttons.addStretch(1)
        self.cancel_button = self.add_button("Cancel", self.reject)
        self.save_button = self.add_button("Save Settings", self._save, role="primary", default=True)

    def _fill(self) -> None:
        kept = self._connection.database.preferences.of(self._table.name)
        for combo, name in zip((self.first, self.second), kept.label or (), strict=False):
            if name in self._names:
                combo.setCurrentIndex(1 + self._names.index(name))
        markers = [column.name for column in self._markers]
        if kept.marker == "":
            self.marker.setCurrentIndex(1)
        elif kept.marker in markers:
            self.marker.setCurrentIndex(2 + markers.index(kept.marker))

    def _save(self) -> None:
        database, table = self._connection.database, self._table.name
        preferences = database.preferences.with_marker(table, self._marker()).with_label(table, self._label())
        try:
            preferences.save()
        except OSError as error:
            message.show_error(self, error, title=self.windowTitle())
            return
        self._connection.database = database.with_preferences(preferences)
        self.accept()
        self.applied.emit(table)
        self._connection.changed.emit(Changed(frozenset(database.schema.tables), (), self))

    def _marker(self) -> str | None:
        index = self.marker.currentIndex()
        return (None, "")[index] if index < 2 else self._markers[index - 2].name

    def _label(self) -> LabelParts | None:
        if self.first.currentIndex() == 0:
            return None
        chosen = [self._names[self.first.currentIndex() - 1]]
        if self.second.currentIndex() > 0:
            chosen.append(self._names[self.second.currentIndex() - 1])
        return tuple(dict.fromkeys(chosen))


def _elsewhere(table: Table, schema: Schema) -> Iterator[tuple[str, ...]]:
    """The ways over one foreign key to a column of what it points to."""
    for column in table.columns:
        key = table.foreign_key_on(column.name)
        target = schema.tables.get(key.target) if key is not None else None
        if target is not None and key is not None:
            told = (c for c in target.columns if c.kind not in _UNTOLD and c.name not in key.target_columns)
            yield from ((column.name, there.name) for there in told)


def _heading(part: str | tuple[str, ...], table: Table, schema: Schema) -> str:
    """``Customer › Company name``."""
    if isinstance(part, str):
        return column_heading(table, part)
    key = table.foreign_key_on(part[0])
    assert key is not None
    return f"{column_heading(table, part[0])} › {column_heading(schema.tables[key.target], part[1])}"


def _guessed(names: Iterable[str]) -> str:
    """The first entry of a list: what is taken where nothing is chosen."""
    return f"As guessed ({' and '.join(names)})"
