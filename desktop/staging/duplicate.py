"""Owns what a copy of a record begins with; stages nothing, reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from desktop.base.keys import Key, NewKey
from desktop.browse.rows import Record
from desktop.schema.describe import Table
from desktop.staging.staged import RecordState


@dataclass(frozen=True, slots=True)
class Template:
    """What a new record begins with."""

    values: Mapping[str, object]
    labels: Mapping[str, str] = field(default_factory=dict)
    """The names of the records that the foreign keys point to, by column."""
    links: Mapping[str, tuple[Key | NewKey, ...]] = field(default_factory=dict)


def not_copied(table: Table) -> set[str]:
    """Columns that a copy leaves out: keys, what must be unique, what the database makes itself."""
    columns = set(table.key)
    for unique in table.uniques:
        if len(unique.columns) == 1:
            columns.update(unique.columns)
    columns.update(column.name for column in table.columns if column.identity or column.generated)
    return columns


def copy_of(table: Table, record: Record | None, staged: RecordState) -> Template:
    """A copy of a record as it is seen: what is stored (None for a new record) with what is staged on top.

    A text that is no value is left out, as nothing could be saved with it.
    """
    skipped = not_copied(table)
    values = dict(record.values) if record is not None else {}
    labels = dict(record.labels) if record is not None else {}
    linked: dict[str, list[Key | NewKey]] = {
        name: [one.key for one in found]
        for name, found in (record.links if record is not None else {}).items()
    }
    change = staged.change
    if change is not None:
        for name, value in change.values.items():
            values[name] = value
            labels.pop(name, None)
        for name, link in change.links.items():
            now = [key for key in linked.get(name, []) if key not in link.removed]
            linked[name] = [*now, *link.added]
    labels |= staged.labels
    kept = {
        name: value
        for name, value in values.items()
        if name not in skipped and table.column(name).writable and value is not None
    }
    return Template(
        kept,
        {name: label for name, label in labels.items() if name in kept},
        {name: tuple(keys) for name, keys in linked.items() if keys},
    )
