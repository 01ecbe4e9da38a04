"""Owns what a save has stored until the rows are read again, so that cells never flash their old values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop.base.keys import Key, TableName
from desktop.browse.rows import Record, Row
from desktop.models.changed import Changed
from desktop.values.base import SHOWN
from desktop.values.special import BlobSize, Clipped


class SavedValues:
    """The records of one table that were saved and not read again since."""

    def __init__(self) -> None:
        self._records: dict[Key, Record] = {}

    def clear(self) -> None:
        self._records.clear()

    def take(self, changed: Changed, table: TableName) -> None:
        """Note the records of the table among those saved."""
        for ref, record in changed.records.items():
            if ref.table == table and isinstance(ref.key, tuple):
                self._records[ref.key] = record

    def forget(self, rows: Iterable[Row]) -> None:
        """These rows were read again."""
        if self._records:
            for row in rows:
                self._records.pop(row.key, None)

    def apply(self, row: Row, columns: Sequence[str]) -> Row:
        """The row with the values stored; what is shown of long ones as before."""
        record = self._records.get(row.key) if self._records else None
        if record is None:
            return row
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
