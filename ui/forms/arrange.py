"""Owns where each field stands: names first, keys and timestamps last, short ones in pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.schema.describe import Column, Kind, Table
from ui.forms.field import Field
from ui.forms.links_field import LinksField

_SHORT_TEXT = 60
_STAMPS = (Kind.TIMESTAMP, Kind.TIMESTAMP_TZ)
_TITLES = ("title", "name", "subject", "heading", "label")


@dataclass(frozen=True, slots=True)
class Place:
    """A widget's cell in a grid of two columns."""

    widget: Field | LinksField
    row: int
    column: int
    span: int

    @property
    def target(self) -> QWidget:
        """What takes the focus."""
        if isinstance(self.widget, Field):
            return self.widget.editor.focus_target()
        return self.widget.focus_target()


def arrange(table: Table, fields: Mapping[str, Field], links: Mapping[str, LinksField]) -> Iterator[Place]:
    """The cells of all fields, in reading order."""
    sections: list[list[Field | LinksField]] = [[], [], list(links.values()), [], []]
    for column in table.columns:
        if table.is_partner(column.name):
            continue  # set together with the column that shows the record
        field = fields[column.name]
        sections[_section(table, column, field)].append(field)
    label = list(table.label.columns)
    sections[0].sort(
        key=lambda one: (
            label.index(one.column_name) if isinstance(one, Field) and one.column_name in label else 99
        )
    )
    row = 0
    for section in sections:
        free = False  # the right half of the row above is free
        for widget in _pairs_first(table, section):
            if not isinstance(widget, Field) or is_full(table, widget):
                yield Place(widget, row, 0, 2)
                row, free = row + 1, False
            elif free:
                yield Place(widget, row - 1, 1, 1)
                free = False
            else:
                yield Place(widget, row, 0, 1)
                row, free = row + 1, True


def is_full(table: Table, field: Field) -> bool:
    """Takes the whole width: names, texts, binary; numbers, dates, choices and references take half."""
    column = field.editor.column
    if column.kind is Kind.UUID and table.foreign_key_on(column.name) is None:
        return True
    if field.wide or (column.name in table.label.columns[:1] and column.kind is Kind.TEXT):
        return True
    short = column.length is not None and column.length <= _SHORT_TEXT
    return column.kind is Kind.TEXT and not short and table.foreign_key_on(column.name) is None


def _section(table: Table, column: Column, field: Field) -> int:
    if column.name in table.label.columns or column.name.lower() in _TITLES:
        return 0
    if column.name in table.key and table.foreign_key_on(column.name) is None:
        return 4
    if table.marker and column.name in (table.marker.column, table.marker.by_column):
        return 4
    if column.kind in _STAMPS and (column.has_default or column.name.lower().endswith(("_at", "_on"))):
        return 4
    return 3 if field.wide else 1


def _pairs_first(table: Table, section: list[Field | LinksField]) -> list[Field | LinksField]:
    """A half-width field followed by a full one would leave a hole: the next half moves up to it."""
    result: list[Field | LinksField] = []
    rest = list(section)
    while rest:
        widget = rest.pop(0)
        result.append(widget)
        if isinstance(widget, Field) and not is_full(table, widget):
            mate = next((w for w in rest if isinstance(w, Field) and not is_full(table, w)), None)
            if mate is not None:
                rest.remove(mate)
                result.append(mate)
    return result
