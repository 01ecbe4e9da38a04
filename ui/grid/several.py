"""Owns a foreign key of several columns in the grid: which cells pick it, what one choice stages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from desktop.base.keys import NewKey, RecordRef
from desktop.models.record_model import RecordModel
from desktop.schema.describe import Column, ForeignKey
from desktop.staging.staging import Edit

if TYPE_CHECKING:  # the first rows on the screen wait for no editor
    from ui.editors.lookup_several import SeveralLookup


def stored(model: RecordModel, ref: RecordRef) -> dict[str, object]:
    """What was read of a record, by column; nothing of a new one."""
    row = model.rows.row_of(ref)
    found = model.row_at(row) if row is not None else None
    return model.columns.values(found) if found is not None else {}


def reference_at(model: RecordModel, row: int, section: int) -> RecordRef | None:
    """The stored record that a cell names; None where it names none, or by something else than its key."""
    ref, column = model.ref_at(row), model.column_at(section)
    key = model.table.foreign_key_with(column.name) if isinstance(column, Column) else None
    database = model.connection.database
    if ref is None or key is None or key.target not in database.schema.tables:
        return None
    values = model.connection.workbench.uniques.values_of(ref, stored(model, ref))
    there = dict(zip(key.target_columns, (values.get(name) for name in key.columns), strict=True))
    target = database.table(key.target)
    parts = tuple(there.get(name) for name in target.key)
    if set(target.key) != set(there) or any(part is None or isinstance(part, NewKey) for part in parts):
        return None
    return RecordRef(target.name, parts)


def picker_key(model: RecordModel, ref: RecordRef, column: str) -> ForeignKey | None:
    """The foreign key that is picked in a cell; one of several columns only where all of them were read."""
    key = model.table.foreign_key_with(column)
    if key is None or len(key.columns) == 1:
        return key
    read = isinstance(ref.key, NewKey) or all(name in model.shown_view.columns for name in key.columns)
    return key if read else None


def several_edits(model: RecordModel, ref: RecordRef, editor: SeveralLookup, own: Edit) -> list[Edit]:
    """The edits of all columns of the key; the name stands in the one that shows the record."""
    staging, before = model.connection.workbench.staging, stored(model, ref)
    shown = model.table.shown_in(editor.foreign_key)
    edits = [own if own.column == shown else replace(own, new_label=None)]
    for name, value in editor.partners.items():
        base = staging.base(ref, name) if staging.field(ref, name) is not None else before.get(name)
        edits.append(Edit(ref, name, base, value, own.new_label if name == shown else None))
    return edits
