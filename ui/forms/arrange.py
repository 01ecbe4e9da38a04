"""Owns where each field stands: names first, keys and timestamps last, short ones in pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.schema.describe import Column, Kind, Table
from desktop.schema.words import words_of
from ui.forms.field import WIDE, Field
from ui.forms.links_field import LinksField

_SHORT_TEXT = 60
_STAMPS = (Kind.TIMESTAMP, Kind.TIMESTAMP_TZ)
_SHORT_WORDS = frozenset(
    (
        *("city", "district", "region", "state", "province", "county", "country", "postcode", "zip", "code"),
        *("phone", "telephone", "mobile", "fax", "extension", "courtesy", "gender", "currency", "year"),
    )
)
"""What a name ends with whose texts are short, whatever the column would hold."""
_LONG_WORDS = frozenset(("email", "url", "uri", "path", "website", "homepage"))
"""What a name ends with whose texts are long, however short the column."""
_ONE_LINE = (Kind.UUID, Kind.RANGE)
"""Needs all of a line, though it says no more than other fields."""
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
    names: list[Field | LinksField] = []
    sections: list[list[Field | LinksField]] = [names, [], list(links.values()), [], []]
    for column in table.columns:
        if table.is_partner(column.name):
            continue  # set together with the column that shows the record
        field = fields[column.name]
        sections[_section(table, column)].append(field)
    label = list(table.label.columns)
    names.sort(
        key=lambda one: (
            label.index(one.column_name) if isinstance(one, Field) and one.column_name in label else 99
        )
    )
    row = 0
    for section in ([*names, *sections[1]], *sections[2:]):
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
    if field.wide or (column.kind in _ONE_LINE and table.foreign_key_on(column.name) is None):
        return True
    names = _names(table)
    if column.name in names:
        return len(names) == 1  # first and last name stand side by side
    last = words_of(column.name)[-1:]
    short = column.length is not None and column.length <= _SHORT_TEXT and _LONG_WORDS.isdisjoint(last)
    short = short or not _SHORT_WORDS.isdisjoint(last)
    return column.kind is Kind.TEXT and not short and table.foreign_key_on(column.name) is None


def _names(table: Table) -> list[str]:
    """The texts of its own that a record is named by."""
    own = [name for name in table.label.columns if table.foreign_key_on(name) is None]
    return [column.name for column in table.columns if column.name in own and column.kind is Kind.TEXT]


def _section(table: Table, column: Column) -> int:
    """The same for every record, whatever it holds: a field must not move while one steps through them."""
    if column.identity and column.name in table.key:
        return 4  # a number says little, even where a record has no better name
    if column.name in table.label.columns or column.name.lower() in _TITLES:
        return 0
    if column.name in table.key and table.foreign_key_on(column.name) is None:
        return 4
    if table.marker and column.name in (table.marker.column, table.marker.by_column):
        return 4
    if column.kind in _STAMPS and (column.has_default or column.name.lower().endswith(("_at", "_on"))):
        return 4
    return 3 if column.kind in WIDE else 1


def _pairs_first(table: Table, section: list[Field | LinksField]) -> list[Field | LinksField]:
    """A half-width field followed by a full one would leave a hole: the next half moves up to it, unless it
    is a text: a city stays below its street."""
    result: list[Field | LinksField] = []
    rest = list(section)
    while rest:
        widget = rest.pop(0)
        result.append(widget)
        if isinstance(widget, Field) and not is_full(table, widget):
            halves = [one for one in rest if isinstance(one, Field) and not is_full(table, one)]
            mate = next((one for one in halves if one is rest[0] or not _is_text(table, one)), None)
            if mate is not None:
                rest.remove(mate)
                result.append(mate)
    return result


def _is_text(table: Table, field: Field) -> bool:
    column = field.editor.column
    return column.kind is Kind.TEXT and table.foreign_key_on(column.name) is None
