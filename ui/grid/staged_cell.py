"""Owns reading a cell for editing: its record, the value to begin with, the record's name; stages nothing."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from desktop.base.keys import RecordRef
from desktop.models.record_model import RecordModel
from desktop.schema.labels import record_word
from desktop.staging.staging import Invalid
from desktop.values.special import BlobSize, Clipped, RawText

Index: TypeAlias = QModelIndex | QPersistentModelIndex


def seen(model: RecordModel, ref: RecordRef, index: Index) -> object:
    """The value an editor begins with: what is staged, else what was read; the base of an invalid text."""
    value = model.data(index, int(Qt.ItemDataRole.EditRole))
    if isinstance(value, Invalid):
        return model.connection.workbench.staging.base(ref, model.shown_view.columns[index.column()])
    return value


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
