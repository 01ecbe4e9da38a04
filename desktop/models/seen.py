"""Owns what a person sees of stored records in a grid, for comparing when they are deleted; reads nothing."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from desktop.base.keys import RecordRef
from desktop.models.record_model import RecordModel
from desktop.schema.describe import Kind

_NOT_TOLD = (Kind.JSON, Kind.OTHER)
"""Kinds whose cells need not hold exactly what is stored."""


def seen_in(model: RecordModel, refs: Iterable[RecordRef]) -> dict[RecordRef, dict[str, object]]:
    """The values shown of these records as they were read, of those that are loaded."""
    table, columns = model.table, model.shown_view.columns
    wanted = {ref.key: ref for ref in refs if ref.table == table.name}
    told = [name for name in columns if table.column(name).kind not in _NOT_TOLD]
    loaded = (row for _, row in model.pages.cache.loaded())
    kept = (row for ref in wanted.values() if (row := model.rows.extra_row(ref)) is not None)
    found = {}
    for row in chain(loaded, kept):
        if (ref := wanted.get(row.key)) is not None:
            values = dict(zip(columns, model.rows.as_saved(row).values, strict=True))
            found[ref] = {name: values[name] for name in told}
    return found
