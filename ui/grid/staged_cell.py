"""Owns reading a cell for editing: its record, the value to begin with, the record's name; stages nothing."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from desktop.base.keys import NewKey, RecordRef
from desktop.models.record_model import RecordModel
from desktop.schema.labels import column_heading, record_word
from desktop.schema.rules import check_value
from desktop.staging.staging import Invalid
from desktop.staging.unique import twin_words
from desktop.staging.words import title_of
from desktop.values.kinds import BadValue
from desktop.values.special import DEFAULT, BlobSize, Clipped, RawText
from ui.editors.base import Editor
from ui.editors.lookup import LookupEditor
from ui.grid.several import stored

Index: TypeAlias = QModelIndex | QPersistentModelIndex


def seen(model: RecordModel, ref: RecordRef, index: Index) -> object:
    """The value an editor begins with: what is staged, else what was read; the base of an invalid text."""
    value = model.data(index, int(Qt.ItemDataRole.EditRole))
    if isinstance(value, Invalid):
        return model.connection.workbench.staging.base(ref, model.shown_view.columns[index.column()])
    return value


def problem_of(editor: Editor, model: RecordModel, ref: RecordRef) -> str | None:
    """What is known to be wrong with what stands in the editor of a cell, as far as it is a value."""
    if isinstance(editor, LookupEditor) and editor.searching:
        return None
    try:
        value = editor.value()
    except BadValue:
        return None
    name, table, bench = editor.column.name, model.table, model.connection.workbench
    plain = value is not DEFAULT and not isinstance(value, NewKey)
    problem = check_value(editor.column, value, column_heading(table, name)) if plain else None
    if problem:
        return problem
    values = {**bench.uniques.values_of(ref, stored(model, ref)), name: value}
    other = bench.uniques.twin(table, ref, name, values)
    if other is None:
        return None
    database, locale = model.connection.database, model.connection.locale
    return twin_words(title_of(other, bench.staging, database, locale))


def is_whole(value: object) -> bool:
    """Whether the value was read in full and as its type has it, so that it can be copied."""
    return not isinstance(value, Clipped | BlobSize | RawText | bytes)


def record_title(model: RecordModel, row: int) -> str:
    """What the record in a row is called, from what was read; its key where its name is not shown."""
    found, names = model.row_at(row), model.shown_view.columns
    if found is None:
        return f"new {record_word(model.table)}"
    parts = []
    for name in model.table.label.columns:
        if name not in names or not model.table.label.is_own:
            break
        place = names.index(name)
        value = found.values[place]
        text = found.labels[place] or (value.text if isinstance(value, Clipped) else value)
        parts.append("" if text is None else str(text))
    title = model.table.joint.join(part for part in parts if part).strip()
    word = record_word(model.table).capitalize()
    return title or f"{word} {' · '.join(str(part) for part in found.key)}"
