"""Owns what a save has stored until the rows are read again, so that cells never flash their old values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from desktop.base.keys import Key, RecordRef, TableName
from desktop.browse.rows import Record, Row
from desktop.models.changed import Changed
from desktop.values.base import SHOWN
from desktop.values.special import BlobSize, Clipped


class SavedValues:
    """The records of one table that were saved and not read again since."""

    def __init__(self, table: TableName) -> None:
        self._table = table
        self._read: dict[Key, Mapping[RecordRef, Record]] = {}
        """Where each of them is to be had: perhaps ten thousand, of which a few come into sight."""

    def clear(self) -> None:
        self._read.clear()

    def take(self, changed: Changed) -> None:
        """Note the records of the table among those saved."""
        keys = (ref.key for ref in changed.records if ref.table == self._table)
        self._read.update((key, changed.records) for key in keys if isinstance(key, tuple))

    def forget(self, rows: Iterable[Row]) -> None:
        """These rows were read again."""
        if self._read:
            for row in rows:
                self._read.pop(row.key, None)

    def apply(self, row: Row, columns: Sequence[str]) -> Row:
        """The row with the values stored; what is shown of long ones as before."""
        source = self._read.get(row.key) if self._read else None
        if source is None:
            return row
        record = source[RecordRef(self._table, row.key)]
        pairs = zip(columns, row.values, strict=True)
        values = tuple(_as_shown(record.values.get(name, old), old) for name, old in pairs)
        labels = tuple(
            label if same is value else record.labels.get(name)
            for name, label, same, value in zip(columns, row.labels, row.values, values, strict=True)
        )
        return row._replace(values=values, labels=labels)


def _as_shown(value: object, before: object) -> object:
    """Long texts and bytes stand in a row as previews."""
    if isinstance(value, bytes | bytearray | memoryview):
        return BlobSize(len(value))
    if isinstance(value, str) and isinstance(before, Clipped | BlobSize):
        return Clipped(value[:SHOWN], len(value))
    return value
