"""Owns what is staged when a value is put into a cell of a grid; stages nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.base.keys import RecordRef
from desktop.browse.rows import Candidate, Row
from desktop.browse.titles import title_of_row
from desktop.edit.compare import same_value
from desktop.schema.describe import Column, Kind
from desktop.schema.labels import column_heading
from desktop.staging.staging import Edit, Invalid
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import Locale

if TYPE_CHECKING:
    from desktop.models.record_model import RecordModel

_PARSED = (
    Kind.INTEGER,
    Kind.DECIMAL,
    Kind.FLOAT,
    Kind.BOOLEAN,
    Kind.DATE,
    Kind.TIME,
    Kind.TIMESTAMP,
    Kind.TIMESTAMP_TZ,
    Kind.UUID,
)
"""Kinds whose values are no texts: a text given for one is parsed."""


def edit_for(model: RecordModel, row: int, section: int, value: object) -> Edit | None:
    """The edit that puts ``value`` into a cell, None where it cannot be edited.

    A Candidate brings the name of the record it points to; a text for a number, a date... is parsed, and
    becomes an Invalid where it is none.
    """
    ref, column, found = model.ref_at(row), model.column_at(section), model.row_at(row)
    if ref is None or not isinstance(column, Column):
        return None
    if not model.overlay.editable(model.columns, ref, found, section):
        return None
    if found is not None:
        _name(model, ref, found, section)
        base = found.values[section]
    else:
        base = model.overlay.value(model.columns, ref, None, section)
    if isinstance(value, Candidate):
        return Edit(ref, column.name, base, value.value, value.label)
    label = found.labels[section] if found is not None and same_value(base, value) else None
    return Edit(ref, column.name, base, _parsed(value, column, model.connection.locale), label)


def step_name(model: RecordModel, section: int) -> str:
    """What the undo step of editing this column is called."""
    column = model.column_at(section)
    return f"set {column_heading(model.table, column.name if isinstance(column, Column) else column)}"


def _parsed(value: object, column: Column, locale: Locale) -> object:
    """The value a text means in a column whose values are no texts; an Invalid where it means none."""
    if not isinstance(value, str) or column.kind not in _PARSED:
        return value
    try:
        return kind_for(column).parse(value, column, locale)
    except BadValue as error:
        return Invalid(value, error.sentence)


def _name(model: RecordModel, ref: RecordRef, row: Row, section: int) -> None:
    """Remember what the record is called, where the view shows it, and the one the field points to."""
    titles, columns = model.connection.workbench.staging.titles, model.shown_view.columns
    if ref not in titles and (title := title_of_row(model.table, columns, row)):
        titles[ref] = title
    label, key = row.labels[section], model.table.foreign_key_on(columns[section])
    if label and key is not None and len(key.columns) == 1:
        titles.setdefault(RecordRef(key.target, (row.values[section],)), label)
